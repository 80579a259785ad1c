package dev.tinydancer.engine.verb;

import dev.tinydancer.router.AdaptiveRouter;

/** The router of each tenant. */
@FunctionalInterface
interface TenantRouters {

    /** What decides for a tenant, who is in use from now on. */
    AdaptiveRouter of(String tenant) throws InterruptedException;
}
