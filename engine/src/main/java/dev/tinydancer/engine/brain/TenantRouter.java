package dev.tinydancer.engine.brain;

import dev.tinydancer.router.AdaptiveRouter;

/** The router of a tenant, and when it was last asked. */
final class TenantRouter {

    private final AdaptiveRouter router;

    /** Written by every call without any order, which is near enough. */
    private volatile long lastUse = System.nanoTime();

    TenantRouter(AdaptiveRouter router) {
        this.router = router;
    }

    AdaptiveRouter router() {
        return router;
    }

    /** The router, for one who asks it. */
    AdaptiveRouter used() {
        lastUse = System.nanoTime();
        return router;
    }

    /** As {@link System#nanoTime}. */
    long lastUse() {
        return lastUse;
    }
}
