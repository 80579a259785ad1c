package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.log.DecisionLog;
import dev.tinydancer.engine.metrics.DecisionMetrics;
import dev.tinydancer.engine.reservation.ReservingRouter;

/**
 * What the verbs that route have in common.
 *
 * @param catalogs the agents of each tenant
 * @param routers the router of a tenant
 * @param reserving keeps budgets and limits
 * @param log where decisions go whose callers do not write them
 * @param metrics what is decided and refused
 */
record RoutingCalls(
        CatalogStore catalogs,
        TenantRouters routers,
        ReservingRouter reserving,
        DecisionLog log,
        DecisionMetrics metrics) {

    /** Opens a call under what its caller sees. Throws {@code 22004} or {@code 22023} if an argument is invalid. */
    RoutingCall open(Call<?> call, RouteArguments arguments) throws InterruptedException {
        Catalog catalog = call.catalog(catalogs);
        return new RoutingCall(
                call,
                arguments.checkedTags(),
                arguments.budgetTags(),
                arguments.unknownExclusions(catalog),
                catalog,
                routers.of(call.tenant()),
                reserving,
                log,
                metrics);
    }
}
