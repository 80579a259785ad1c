package dev.tinydancer.engine.call;

import dev.tinydancer.engine.brain.Brain;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.budget.BudgetAllocation;
import dev.tinydancer.router.budget.BudgetAllocation.AgentBudget;
import dev.tinydancer.router.budget.BudgetGoal;
import dev.tinydancer.router.budget.BudgetPlanner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code optimize_budget}: how a monthly budget is best spread over the agents, for {@code ruvector_optimize_budget}. */
final class OptimizeBudgetVerb implements Verb<OptimizeBudgetArguments> {

    private static final RowShape SHAPE = RowShape.of(
            new Column("agent_name", ColumnType.TEXT),
            new Column("allocation", ColumnType.DOUBLE),
            new Column("share", ColumnType.DOUBLE),
            new Column("expected_requests", ColumnType.DOUBLE),
            new Column("expected_quality", ColumnType.DOUBLE),
            new Column("marginal_quality_per_dollar", ColumnType.DOUBLE));

    /** A smaller share of the requests than this is a rounding error of the linear programme. */
    private static final double NOTEWORTHY = 1e-6;

    private final CatalogStore catalogs;
    private final Brain brain;

    OptimizeBudgetVerb(CatalogStore catalogs, Brain brain) {
        this.catalogs = catalogs;
        this.brain = brain;
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
    public void answer(Call<OptimizeBudgetArguments> call, ResultWriter result) throws InterruptedException {
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
        MonthlyDemand demand = new MonthlyDemand(brain.routerOf(call.tenant()), agents, brain.dimension());
        BudgetAllocation allocation = BudgetPlanner.allocate(demand.of(brain.categories(), call.arguments()), goal);
        Notice.write(result, unreached(allocation, goal), unanswered(allocation));
        result.rows(SHAPE);
        for (AgentBudget budget : allocation.agents()) {
            result.row();
            result.text(budget.agent());
            result.float8(budget.allocationUsd());
            result.float8(budget.share());
            result.float8(budget.expectedRequests());
            result.float8(Double.isNaN(budget.expectedQuality()) ? null : budget.expectedQuality());
            result.float8(allocation.marginalQualityPerDollar());
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
