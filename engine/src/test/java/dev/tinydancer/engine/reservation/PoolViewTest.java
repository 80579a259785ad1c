package dev.tinydancer.engine.reservation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.catalog.Budget;
import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentPool;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.agent.AgentStanding;
import dev.tinydancer.router.agent.Circuit;
import dev.tinydancer.router.budget.BudgetBalance;
import dev.tinydancer.router.budget.BudgetScope;
import dev.tinydancer.router.budget.ExhaustedPolicy;
import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.QualityEstimate;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.Situation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PoolViewTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Agent LIMITED = agent("limited", 3);
    private static final Agent FREE = agent("free", Agent.UNLIMITED);
    private static final Budget ALL = new Budget(BudgetScope.ALL, 10, "day", ExhaustedPolicy.REJECT);
    private static final Budget TEAM = new Budget(BudgetScope.parse("tag:team"), 5, "total", ExhaustedPolicy.CHEAPEST);
    private static final Budget OTHERS =
            new Budget(BudgetScope.parse("agent:other"), 5, "hour", ExhaustedPolicy.REJECT);
    private static final Catalog CATALOG =
            new Catalog(1, AgentRegistry.of(List.of(LIMITED, FREE)), List.of(ALL, TEAM, OTHERS));

    @Test
    void situation_withoutAnything_isTheUsualOne() {
        Catalog catalog = new Catalog(1, AgentRegistry.of(List.of(LIMITED, FREE)));

        assertThat(PoolView.EMPTY.situation(catalog, List.of(), null, NOW)).isEqualTo(Situation.USUAL);
        UUID id = new UUID(1, 2);
        assertThat(PoolView.EMPTY.situation(catalog, List.of(), id, NOW).decisionId())
                .isEqualTo(id);
        assertThat(PoolView.EMPTY.claims(catalog, List.of(), chosen(FREE, 0.5))).isEmpty();
    }

    @Test
    void situation_hasCircuitsAndPlaces() {
        TrippedCircuit halfOpen = new TrippedCircuit(Circuit.HALF_OPEN, NOW.minusSeconds(1));
        TrippedCircuit open = new TrippedCircuit(Circuit.OPEN, NOW.plusSeconds(1));
        PoolView view = new PoolView(Map.of("limited", halfOpen, "free", open), Map.of(), false)
                .withOnly(List.of(new Balance(Allowance.placesAt(LIMITED), null, 0, 2, false)));

        AgentPool pool = view.situation(CATALOG, List.of(), null, NOW).pool();
        assertThat(pool.standings())
                .containsOnly(
                        Map.entry("limited", new AgentStanding(Circuit.HALF_OPEN, NOW.minusSeconds(1), 2)),
                        Map.entry("free", new AgentStanding(Circuit.OPEN, NOW.plusSeconds(1), 0)));
        assertThat(pool.asksLastResort()).isFalse();
    }

    @Test
    void view_admitsWhatIsLeft_besideWhatWasTaken() {
        PoolView view = PoolView.EMPTY.with(List.of(
                new Balance(Allowance.of(ALL), NOW.plusSeconds(1), 4, 2, false),
                new Balance(Allowance.placesAt(LIMITED), null, 0, 1, false)));
        List<Claim> claims = view.claims(CATALOG, List.of(), chosen(LIMITED, 2));

        assertThat(view.admits(claims, NOW)).isTrue();
        PoolView once = view.withTaken(claims, NOW);
        assertThat(once.admits(claims, NOW)).isTrue();
        PoolView twice = once.withTaken(claims, NOW);
        assertThat(twice.balances())
                .containsEntry(Allowance.of(ALL), new Balance(Allowance.of(ALL), NOW.plusSeconds(1), 4, 6, false))
                .containsEntry(
                        Allowance.placesAt(LIMITED), new Balance(Allowance.placesAt(LIMITED), null, 0, 3, false));
        assertThat(twice.admits(claims, NOW)).isFalse();
        // Money comes anew with the next day, places do not.
        assertThat(twice.admits(claims, NOW.plusSeconds(1))).isFalse();
        assertThat(twice.admits(view.claims(CATALOG, List.of(), chosen(FREE, 2)), NOW.plusSeconds(1)))
                .isTrue();
        // CHEAPEST does not refuse.
        assertThat(PoolView.EMPTY.admits(List.of(Claim.of(TEAM, 99)), NOW)).isTrue();
    }

    @Test
    void situation_hasTheBudgetsOfTheRequest_inTheirPresentPeriod() {
        PoolView view = PoolView.EMPTY.with(List.of(
                new Balance(Allowance.of(ALL), NOW.plusSeconds(1), 1, 2, false),
                new Balance(Allowance.of(OTHERS), NOW, 3, 1, false)));

        assertThat(view.situation(CATALOG, List.of("x"), null, NOW).budgets())
                .containsExactly(
                        balance(ALL, 1, 2, NOW.plusSeconds(1)),
                        // Its period is over.
                        balance(OTHERS, 0, 0, null));
        assertThat(view.situation(CATALOG, List.of("x", "team"), null, NOW).budgets())
                .contains(balance(TEAM, 0, 0, null));
    }

    @Test
    void claims_areWhatTheAgentAndTheRequestComeUnder() {
        PoolView view = PoolView.EMPTY;

        assertThat(view.claims(CATALOG, List.of("team"), chosen(LIMITED, 0.5)))
                .containsExactly(
                        new Claim("budget", "all", "day", 10, 0.5, false),
                        new Claim("budget", "tag:team", "total", 5, 0.5, true),
                        new Claim("places", "limited", "total", 3, 1, false));
        assertThat(view.claims(CATALOG, List.of("team"), chosen(FREE, 0))).isEmpty();
    }

    private static BudgetBalance balance(Budget budget, double spent, double reserved, @Nullable Instant end) {
        return new BudgetBalance(
                budget.scope(), budget.amountUsd(), budget.period(), spent, reserved, end, budget.exhaustedPolicy());
    }

    private static AgentAssessment chosen(Agent agent, double costUsd) {
        return new AgentAssessment(
                agent, new QualityEstimate(1, 0, 0, 0), new Prospect(1, costUsd, 1), 1, List.of(), 1);
    }

    private static Agent agent(String name, int maxConcurrency) {
        return Agent.named(name)
                .usdPerCall(1)
                .averageLatencyMillis(1)
                .quality(1)
                .maxConcurrency(maxConcurrency)
                .build();
    }
}
