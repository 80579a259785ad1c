package dev.tinydancer.engine.reservation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.catalog.Budget;
import dev.tinydancer.engine.catalog.Budgets;
import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.json.ProtocolJson;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.agent.AgentStanding;
import dev.tinydancer.router.agent.Circuit;
import dev.tinydancer.router.budget.BudgetPeriod;
import dev.tinydancer.router.budget.BudgetScope;
import dev.tinydancer.router.budget.BudgetStanding;
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

final class TenantStandingTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Agent LIMITED = agent("limited", 3);
    private static final Agent FREE = agent("free", Agent.UNLIMITED);
    private static final Budget ALL =
            new Budget(BudgetScope.ALL, 10, 0, null, BudgetPeriod.DAY, ExhaustedPolicy.REJECT);
    private static final Budget TEAM =
            new Budget(BudgetScope.parse("tag:team"), 5, 0, null, BudgetPeriod.TOTAL, ExhaustedPolicy.CHEAPEST);
    private static final Budget OTHERS =
            new Budget(BudgetScope.parse("agent:other"), 5, 0, null, BudgetPeriod.HOUR, ExhaustedPolicy.REJECT);
    private static final Catalog CATALOG =
            new Catalog(1, AgentRegistry.of(List.of(LIMITED, FREE)), new Budgets(List.of(ALL, TEAM, OTHERS)));

    @Test
    void situation_withoutAnything_isTheUsualOne() {
        Catalog catalog = new Catalog(1, AgentRegistry.of(List.of(LIMITED, FREE)));

        assertThat(TenantStanding.EMPTY.situation(catalog, List.of(), null, NOW))
                .isEqualTo(Situation.USUAL);
        UUID id = new UUID(1, 2);
        assertThat(TenantStanding.EMPTY.situation(catalog, List.of(), id, NOW).decisionId())
                .isEqualTo(id);
        assertThat(TenantStanding.EMPTY.claims(catalog, List.of(), chosen(FREE, 0.5), NOW))
                .isEmpty();
    }

    @Test
    void situation_hasCircuitsAndPlaces() {
        AgentStanding halfOpen = new AgentStanding(Circuit.HALF_OPEN, NOW.minusSeconds(1), 0);
        AgentStanding open = new AgentStanding(Circuit.OPEN, NOW.plusSeconds(1), 0);
        TenantStanding standing = new TenantStanding(Map.of("limited", halfOpen, "free", open), Allowances.NONE, false)
                .withOnly(List.of(new Allowance(Allowance.Key.placesAt(LIMITED), null, 0, 2, false)));

        Situation situation = standing.situation(CATALOG, List.of(), null, NOW);
        assertThat(situation.standings())
                .containsOnly(
                        Map.entry("limited", new AgentStanding(Circuit.HALF_OPEN, NOW.minusSeconds(1), 2)),
                        Map.entry("free", new AgentStanding(Circuit.OPEN, NOW.plusSeconds(1), 0)));
        assertThat(situation.asksLastResort()).isFalse();
    }

    @Test
    void standing_admitsWhatIsLeft_besideWhatWasTaken() {
        TenantStanding standing = TenantStanding.EMPTY.with(List.of(
                new Allowance(Allowance.Key.of(ALL), NOW.plusSeconds(1), 4, 2, false),
                new Allowance(Allowance.Key.placesAt(LIMITED), null, 0, 1, false)));
        List<Claim> claims = standing.claims(CATALOG, List.of(), chosen(LIMITED, 2), NOW);

        assertThat(standing.admits(claims, NOW)).isTrue();
        TenantStanding once = standing.withTaken(claims, NOW);
        assertThat(once.admits(claims, NOW)).isTrue();
        TenantStanding twice = once.withTaken(claims, NOW);
        assertThat(twice.allowances().find(Allowance.Key.of(ALL)))
                .hasValue(new Allowance(Allowance.Key.of(ALL), NOW.plusSeconds(1), 4, 6, false));
        assertThat(twice.allowances().find(Allowance.Key.placesAt(LIMITED)))
                .hasValue(new Allowance(Allowance.Key.placesAt(LIMITED), null, 0, 3, false));
        assertThat(standing.allowances().find(Allowance.Key.of(ALL)))
                .hasValue(new Allowance(Allowance.Key.of(ALL), NOW.plusSeconds(1), 4, 2, false));
        assertThat(twice.admits(claims, NOW)).isFalse();
        // Money comes anew with the next day, places do not.
        assertThat(twice.admits(claims, NOW.plusSeconds(1))).isFalse();
        assertThat(twice.admits(standing.claims(CATALOG, List.of(), chosen(FREE, 2), NOW), NOW.plusSeconds(1)))
                .isTrue();
        // CHEAPEST does not refuse.
        assertThat(TenantStanding.EMPTY.admits(List.of(Claim.of(TEAM, 99, NOW)), NOW))
                .isTrue();
    }

    @Test
    void situation_hasTheBudgetsOfTheRequest_inTheirPresentPeriod() {
        TenantStanding standing = TenantStanding.EMPTY.with(List.of(
                new Allowance(Allowance.Key.of(ALL), NOW.plusSeconds(1), 1, 2, false),
                new Allowance(Allowance.Key.of(OTHERS), NOW, 3, 1, false)));

        assertThat(standing.situation(CATALOG, List.of("x"), null, NOW).budgets())
                .containsExactly(
                        budgetStanding(ALL, 1, 2, NOW.plusSeconds(1)),
                        // Its period is over.
                        budgetStanding(OTHERS, 0, 0, null));
        assertThat(standing.situation(CATALOG, List.of("x", "team"), null, NOW).budgets())
                .contains(budgetStanding(TEAM, 0, 0, null));
    }

    @Test
    void claims_areWhatTheAgentAndTheRequestComeUnder() {
        TenantStanding standing = TenantStanding.EMPTY;

        assertThat(standing.claims(CATALOG, List.of("team"), chosen(LIMITED, 0.5), NOW))
                .containsExactly(
                        new Claim(Allowance.Key.of(ALL), 10, 0.5, false),
                        new Claim(Allowance.Key.of(TEAM), 5, 0.5, true),
                        new Claim(Allowance.Key.placesAt(LIMITED), 3, 1, false));
        assertThat(standing.claims(CATALOG, List.of("team"), chosen(FREE, 0), NOW))
                .isEmpty();
    }

    @Test
    void claims_ofAUserOrAConversation_areByTheTagOfThatForm() {
        Budget user = new Budget(BudgetScope.parse("user:ann"), 1, 0, null, BudgetPeriod.DAY, ExhaustedPolicy.REJECT);
        Budget talk =
                new Budget(BudgetScope.parse("conversation:7"), 1, 0, null, BudgetPeriod.TOTAL, ExhaustedPolicy.REJECT);
        Catalog catalog = new Catalog(1, AgentRegistry.of(List.of(FREE)), new Budgets(List.of(user, talk)));

        assertThat(TenantStanding.EMPTY.claims(catalog, List.of("ann", "7"), chosen(FREE, 0.5), NOW))
                .isEmpty();
        assertThat(TenantStanding.EMPTY.claims(catalog, List.of("user:ann", "conversation:7"), chosen(FREE, 0.5), NOW))
                .extracting(claim -> claim.allowance().scope())
                .containsExactly("user:ann", "conversation:7");
    }

    @Test
    void credit_countsUntilItsPeriodEnds() {
        Budget credited =
                new Budget(BudgetScope.ALL, 0.1, 0.2, NOW.plusSeconds(1), BudgetPeriod.DAY, ExhaustedPolicy.REJECT);

        assertThat(credited.amountUsd(NOW)).isEqualTo(0.3);
        assertThat(credited.amountUsd(NOW.plusSeconds(1))).isEqualTo(0.1);
    }

    @Test
    void reservation_isWrittenAsTheFunctionTakesIt() {
        Reservation reservation = Reservation.of(
                new UUID(0, 1), chosen(LIMITED, 0.5), true, List.of(Claim.of(TEAM, 0.5, NOW), Claim.placeAt(LIMITED)));

        assertThat(ProtocolJson.mapper().readTree(ProtocolJson.mapper().writeValueAsString(reservation)))
                .isEqualTo(ProtocolJson.mapper().readTree("""
                        {"decision_id": "00000000-0000-0000-0000-000000000001", "agent": "limited", "cost": 0.5,
                         "latency_ms": 1.0, "logged": true, "claims": [
                            {"kind": "budget", "scope": "tag:team", "period": "total", "capacity": 5.0, "need": 0.5,
                             "may_exceed": true},
                            {"kind": "places", "scope": "limited", "period": "total", "capacity": 3.0, "need": 1.0,
                             "may_exceed": false}]}"""));
    }

    private static BudgetStanding budgetStanding(Budget budget, double spent, double reserved, @Nullable Instant end) {
        return new BudgetStanding(
                budget.scope(), budget.amountUsd(NOW), budget.period(), spent, reserved, end, budget.exhaustedPolicy());
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
