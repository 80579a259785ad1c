package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.brain.Brain;
import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.budget.BudgetAllocation;
import dev.tinydancer.router.budget.BudgetAllocation.AgentBudget;
import dev.tinydancer.router.budget.BudgetGoal;
import dev.tinydancer.router.budget.BudgetPlanner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code optimize_budget}: how a monthly budget is best spread over the agents, for {@code ruvector_optimize_budget}. */
final class OptimizeBudgetVerb implements Verb<OptimizeBudgetArguments> {

    /** A smaller share of the requests than this is a rounding error of the linear programme. */
    private static final double NOTEWORTHY = 1e-6;

    private final CatalogStore catalogs;
    private final Brain brain;
    private final TenantRouters routers;

    OptimizeBudgetVerb(CatalogStore catalogs, Brain brain, TenantRouters routers) {
        this.catalogs = catalogs;
        this.brain = brain;
        this.routers = routers;
    }

    @Override
    public String name() {
        return "optimize_budget";
    }

    @Override
    public Class<OptimizeBudgetArguments> argumentsType() {
        return OptimizeBudgetArguments.class;
    }

    @Override
    public void answer(Call<OptimizeBudgetArguments> call, Reply reply) throws InterruptedException {
        BudgetGoal goal = call.arguments().goal();
        List<Agent> agents = call.catalog(catalogs).agents().agents().stream()
                .filter(Agent::active)
                .toList();
        if (agents.isEmpty()) {
            throw new EngineException(
                    SqlState.NO_AGENT_FITS,
                    "no active agent is registered",
                    null,
                    "Register one with ruvector_register_agent(...).");
        }
        MonthlyDemand demand = new MonthlyDemand(routers.of(call.tenant()).router(), agents, brain.dimension());
        BudgetAllocation allocation = BudgetPlanner.allocate(demand.of(brain.categories(), call.arguments()), goal);
        reply.rows(Notices.joined(unreached(allocation, goal), unanswered(allocation)));
        for (AgentBudget budget : allocation.agents()) {
            reply.row(new CompositeText()
                    .text(budget.agent())
                    .float8(budget.allocationUsd())
                    .float8(budget.share())
                    .float8(budget.expectedRequests())
                    .float8(Double.isNaN(budget.expectedQuality()) ? null : budget.expectedQuality())
                    .float8(allocation.marginalQualityPerDollar()));
        }
    }

    private static @Nullable String unreached(BudgetAllocation allocation, BudgetGoal goal) {
        return allocation.qualityReached()
                ? null
                : "a mean quality of %.4g is out of reach; the allocation disregards it"
                        .formatted(goal.minMeanQuality());
    }

    private static @Nullable String unanswered(BudgetAllocation allocation) {
        double answered = allocation.answeredRequests();
        double demanded = allocation.demandedRequests();
        return answered >= demanded * (1 - NOTEWORTHY)
                ? null
                : "%.0f of the %.0f requests expected in a month are answered within these limits"
                        .formatted(answered, demanded);
    }
}
