package dev.tinydancer.router.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.agent.AgentStanding;
import dev.tinydancer.router.agent.Circuit;
import dev.tinydancer.router.budget.BudgetPeriod;
import dev.tinydancer.router.budget.BudgetScope;
import dev.tinydancer.router.budget.BudgetStanding;
import dev.tinydancer.router.budget.ExhaustedPolicy;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.EffortEstimate;
import dev.tinydancer.router.quality.QualityEstimate;
import dev.tinydancer.router.quality.RequestFeatures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the router makes of circuits, limits, budgets, and agents that are equal. */
final class RouterSituationTest {

    private static final Instant END_OF_MONTH = Instant.parse("2026-12-01T00:00:00Z");

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private static final Agent LARGE = agent("large", 0.95, 1.0, 1);
    private static final Agent MIDDLE = agent("middle", 0.85, 0.1, Agent.UNLIMITED);
    private static final Agent SMALL = agent("small", 0.7, 0.01, Agent.UNLIMITED);
    private static final AgentRegistry REGISTRY = AgentRegistry.of(List.of(LARGE, MIDDLE, SMALL));

    /** What the agents are thought to answer well, where it is not what they are registered with. */
    private final Map<String, Double> learned = new HashMap<>();

    private final Map<String, Double> latencies = new HashMap<>();

    private final Router router = new Router(
            text -> new RequestFeatures(1, new float[] {1}, Map.of(), Map.of()),
            (features, agent) -> new QualityEstimate(
                    learned.getOrDefault(agent.name(), agent.performance().qualityScore()), 0.05, 0, 0),
            (features, agent) -> new EffortEstimate(
                    latencies.getOrDefault(agent.name(), agent.performance().avgLatencyMillis()), 0, 0));

    @Test
    void route_openCircuit_isPassedOver() {
        Situation situation = standing("large", open(30));

        assertThat(chosen(situation)).isEqualTo("middle");
        assertThat(violationsOf("large", situation)).containsExactly("circuit open (until 2026-11-22T12:00:30Z)");
    }

    @Test
    void route_halfOpenCircuit_isTriedByAShare() {
        Situation unknown = standing("large", halfOpen());
        assertThat(chosen(unknown)).isEqualTo("middle");
        assertThat(violationsOf("large", unknown)).containsExactly("circuit half open (few requests try it)");

        Random random = new Random(1);
        int tried = 0;
        for (int i = 0; i < 2_000; i++) {
            Situation situation = unknown.withDecisionId(new UUID(random.nextLong(), random.nextLong()));
            String chosen = chosen(situation);
            assertThat(chosen(situation)).isEqualTo(chosen);
            tried += chosen.equals("large") ? 1 : 0;
        }
        // A tenth, give or take five standard deviations.
        assertThat(tried).isBetween(133, 267);
    }

    @Test
    void route_allCircuitsOpen_asksTheOneThatReturnsFirst_andSaysSo() {
        Situation situation = standings(Map.of("large", open(30), "middle", open(10.5), "small", open(20)), true);

        RoutingDecision decision = router.route(REGISTRY, request(Policy.QUALITY), situation);
        assertThat(decision.ranking())
                .extracting(assessment -> assessment.agent().name())
                .containsExactly("middle");
        assertThat(decision.chosen().overlooked()).isNotNull();
        assertThat(decision.chosen().credit()).isZero();
        assertThat(decision.reasoning())
                .startsWith(
                        "middle: best quality of 1 fitting agent (3 registered); excluded by circuit open: large, small; "
                                + "circuit open (until 2026-11-22T12:00:11Z), asked for want of another; expected quality ");

        RoutingRequest without =
                request(Policy.QUALITY).within(RoutingConstraints.NONE.withExcludedAgents(Set.of("middle")));
        assertThat(router.route(REGISTRY, without, situation).chosen().agent().name())
                .isEqualTo("small");
    }

    /** Whoever is left out by what was asked for is not among them: that is known. */
    @Test
    void route_saysWhoWasLeftOut_andByWhat() {
        RoutingRequest request = request(Policy.QUALITY)
                .within(RoutingConstraints.NONE
                        .withExcludedAgents(Set.of("small"))
                        .withMaxLatencyMillis(1_000_000));
        assertThat(router.route(REGISTRY, request, standing("large", open(30))).reasoning())
                .startsWith(
                        "middle: best quality of 1 fitting agent (3 registered); excluded by circuit open: large; expected");
        assertThat(router.route(REGISTRY, request(Policy.QUALITY), Situation.USUAL)
                        .reasoning())
                .doesNotContain("excluded");

        List<Agent> many = new ArrayList<>(REGISTRY.agents());
        for (int i = 0; i < 5; i++) {
            many.add(agent("slow-" + i, 0.99, 0, Agent.UNLIMITED));
            latencies.put("slow-" + i, 1e6);
        }
        assertThat(router.route(
                                AgentRegistry.of(many),
                                request(Policy.QUALITY).within(RoutingConstraints.NONE.withMaxLatencyMillis(500_000)))
                        .reasoning())
                .contains("; excluded by max_latency_ms 500000: slow-0, slow-1, slow-2 and 2 more; expected");
    }

    @Test
    void route_allCircuitsOpen_prefersOneThatIsHalfOpen() {
        Situation situation = standings(Map.of("large", halfOpen(), "middle", open(10), "small", open(20)), true);

        for (int i = 0; i < 20; i++) {
            assertThat(chosen(situation.withDecisionId(new UUID(3, 17L * i)))).isEqualTo("large");
        }
    }

    @Test
    void route_allCircuitsOpen_withoutLastResort_saysWhenTheFirstReturns() {
        Situation situation = standings(Map.of("large", open(30), "middle", open(10), "small", open(20)), false);

        NoSuitableAgentException exception =
                catchThrowableOfType(NoSuitableAgentException.class, () -> chosen(situation));
        assertThat(exception.detail())
                .isEqualTo(
                        "circuit open removed large (until 2026-11-22T12:00:30Z), middle (until 2026-11-22T12:00:10Z),"
                                + " small (until 2026-11-22T12:00:20Z)");
        assertThat(exception.hint())
                .isEqualTo("Smallest relaxation: waiting until 2026-11-22T12:00:10Z would admit middle.");
    }

    /** A limit is a promise, an open circuit a guess. */
    @Test
    void route_openCircuitAndLimitReached_isNoLastResort() {
        Situation situation = standings(
                Map.of(
                        "large", new AgentStanding(Circuit.OPEN, NOW.plusSeconds(1), 1),
                        "middle", open(10),
                        "small", open(20)),
                true);

        assertThat(chosen(situation)).isEqualTo("middle");
    }

    @Test
    void route_limitReached_isPassedOver() {
        Situation full = standing("large", new AgentStanding(Circuit.CLOSED, null, 1));

        assertThat(chosen(full)).isEqualTo("middle");
        assertThat(violationsOf("large", full)).containsExactly("max_concurrency 1 reached");
    }

    @Test
    void route_everyAgentOut_saysWhyAndWhatToWaitFor() {
        AgentRegistry alone = AgentRegistry.of(List.of(LARGE));
        NoSuitableAgentException exception = catchThrowableOfType(
                NoSuitableAgentException.class,
                () -> router.route(
                        alone, request(Policy.QUALITY), standing("large", new AgentStanding(Circuit.CLOSED, null, 1))));

        assertThat(exception.detail()).isEqualTo("max_concurrency 1 reached removed large");
        assertThat(exception.hint())
                .isEqualTo("Smallest relaxation: waiting for one of its outcomes would admit large.");
    }

    @Test
    void route_budget_removesWhatIsDearerThanItsRest() {
        assertThat(chosen(budgets(budget("all", 10, 4, 5, ExhaustedPolicy.REJECT))))
                .isEqualTo("middle");
        assertThat(chosen(budgets(budget("all", 10, 9, 0.125, ExhaustedPolicy.REJECT))))
                .isEqualTo("middle");
        assertThat(chosen(budgets(budget("all", 10, 9, 0.95, ExhaustedPolicy.REJECT))))
                .isEqualTo("small");
        assertThat(violationsOf("large", budgets(budget("all", 10, 9, 0.125, ExhaustedPolicy.REJECT))))
                .containsExactly("budget all with 0.875 left (1)");
    }

    @Test
    void route_budgetOfAnAgent_bindsThatAgentOnly() {
        assertThat(chosen(budgets(budget("agent:large", 1, 0.5, 0, ExhaustedPolicy.REJECT))))
                .isEqualTo("middle");
        assertThat(chosen(budgets(budget("agent:small", 1, 1, 0, ExhaustedPolicy.REJECT))))
                .isEqualTo("large");
    }

    @Test
    void route_severalBudgets_theTightestBinds() {
        assertThat(chosen(budgets(
                        budget("all", 1000, 0, 0, ExhaustedPolicy.REJECT),
                        budget("tag:team", 0.05, 0, 0, ExhaustedPolicy.REJECT))))
                .isEqualTo("small");
    }

    @Test
    void route_theLessIsLeft_theMoreMoneyCounts() {
        // Ten points of quality for 0.9 dollars: worth it with 100 left, not with 2.
        assertThat(chosen(budgets(budget("all", 100, 0, 0, ExhaustedPolicy.REJECT))))
                .isEqualTo("large");
        assertThat(chosen(budgets(budget("all", 2, 0, 0, ExhaustedPolicy.REJECT))))
                .isEqualTo("middle");
    }

    @Test
    void route_budgetExhausted_saysTheBalanceAndWhatWouldHelp() {
        BudgetExhaustedException exception = catchThrowableOfType(
                BudgetExhaustedException.class,
                () -> router.route(
                        REGISTRY,
                        request(Policy.QUALITY),
                        budgets(budget("all", 10, 9.5, 0.495, ExhaustedPolicy.REJECT))));

        assertThat(exception).hasMessage("budget all exhausted");
        assertThat(exception.detail())
                .isEqualTo(
                        "scope all: amount 10 for each month, spent 9.5, reserved 0.495, until 2026-12-01T00:00:00Z. "
                                + "small, the cheapest agent that fits otherwise, is estimated at 0.01.");
        assertThat(exception.hint())
                .startsWith("an amount of 10.1 in ruvector_set_budget('all', ...) would admit small")
                .contains("on_exhausted => 'cheapest'");
    }

    @Test
    void route_moneyIsNotAllThatIsMissing_isNoMatterOfTheBudget() {
        RoutingRequest impossible = request(Policy.QUALITY).within(RoutingConstraints.NONE.withMinQuality(0.99));

        NoSuitableAgentException exception = catchThrowableOfType(
                NoSuitableAgentException.class,
                () -> router.route(REGISTRY, impossible, budgets(budget("all", 10, 10, 0, ExhaustedPolicy.REJECT))));

        assertThat(exception.detail()).contains("min_quality 0.99 removed large (0.95)");
    }

    @Test
    void route_exhaustedWithCheapest_takesTheCheapestThatFits_beyondTheBudget() {
        Situation used = budgets(budget("all", 10, 10, 0, ExhaustedPolicy.CHEAPEST));

        RoutingDecision decision = router.route(REGISTRY, request(Policy.QUALITY), used);

        assertThat(decision.chosen().agent()).isEqualTo(SMALL);
        assertThat(decision.reasoning())
                .startsWith("small: budget all has $0 left, cheapest of 3 fitting agents, "
                        + "25 points less than large, 100 times cheaper; expected quality 0.7 ");
        RoutingRequest good = request(Policy.QUALITY).within(RoutingConstraints.NONE.withMinQuality(0.8));
        assertThat(router.route(REGISTRY, good, used).chosen().agent()).isEqualTo(MIDDLE);
    }

    @Test
    void route_cheapest_whileTheBudgetLasts_isThePolicysChoice() {
        assertThat(chosen(budgets(budget("all", 1000, 10, 0, ExhaustedPolicy.CHEAPEST))))
                .isEqualTo("large");
    }

    @Test
    void route_equalAgents_shareTheRequests_andARepeatedDecisionMeetsTheSame() {
        AgentRegistry twins = AgentRegistry.of(
                List.of(agent("a", 0.8, 1, 9), agent("b", 0.8, 1, Agent.UNLIMITED), agent("c", 0.8, 1, 9)));
        Random random = new Random(20);
        Map<String, Integer> shares = new HashMap<>();
        for (int i = 0; i < 3000; i++) {
            Situation situation = Situation.USUAL.withDecisionId(new UUID(random.nextLong(), random.nextLong()));
            String name = chosen(twins, situation);
            assertThat(chosen(twins, situation)).isEqualTo(name);
            shares.merge(name, 1, Integer::sum);
        }

        // Four standard deviations of a share of a third.
        assertThat(shares)
                .hasSize(3)
                .allSatisfy((name, share) -> assertThat(share).isBetween(897, 1103));
    }

    @Test
    void route_equalAgents_theLeastBusyFirst() {
        AgentRegistry twins = AgentRegistry.of(List.of(agent("a", 0.8, 1, 9), agent("b", 0.8, 1, 9)));
        for (int i = 0; i < 20; i++) {
            Situation situation = new Situation(
                    Map.of("a", new AgentStanding(Circuit.CLOSED, null, 2)), true, List.of(), new UUID(i, 7L * i));
            assertThat(chosen(twins, situation)).isEqualTo("b");
        }
    }

    @Test
    void route_alikeButNotEqual_theBetterTakesAll() {
        AgentRegistry twins = AgentRegistry.of(List.of(agent("a", 0.8, 1, 9), agent("b", 0.8, 1, 9)));
        learned.put("a", 0.72);
        assertThat(shareOfA(twins)).isZero();
        // 0.05 each: the difference has a standard deviation of 0.07.
        learned.put("a", 0.74);
        assertThat(shareOfA(twins)).isBetween(20, 80);
        learned.clear();
        latencies.put("b", 150.0);
        assertThat(shareOfA(twins)).isEqualTo(100);
    }

    @Test
    void explain_theChosenOneFirst() {
        assertThat(router.explain(
                        REGISTRY, request(Policy.QUALITY), budgets(budget("all", 10, 10, 0, ExhaustedPolicy.CHEAPEST))))
                .extracting(assessment -> assessment.agent().name())
                .containsExactly("small", "middle", "large");
    }

    private int shareOfA(AgentRegistry registry) {
        int count = 0;
        for (int i = 0; i < 100; i++) {
            Situation situation = Situation.USUAL.withDecisionId(new UUID(5, 31L * i));
            count += chosen(registry, situation).equals("a") ? 1 : 0;
        }
        return count;
    }

    private String chosen(Situation situation) {
        return chosen(REGISTRY, situation);
    }

    private String chosen(AgentRegistry registry, Situation situation) {
        return router.route(registry, request(Policy.QUALITY), situation)
                .chosen()
                .agent()
                .name();
    }

    private List<String> violationsOf(String agent, Situation situation) {
        return router.explain(REGISTRY, request(Policy.QUALITY), situation).stream()
                .filter(assessment -> assessment.agent().name().equals(agent))
                .flatMap(assessment -> assessment.violations().stream())
                .map(Violation::toString)
                .toList();
    }

    private static AgentStanding open(double seconds) {
        return new AgentStanding(Circuit.OPEN, NOW.plusMillis((long) (1000 * seconds)), 0);
    }

    private static AgentStanding halfOpen() {
        return new AgentStanding(Circuit.HALF_OPEN, NOW.minusSeconds(1), 0);
    }

    private static Situation standings(Map<String, AgentStanding> standings, boolean asksLastResort) {
        return new Situation(standings, asksLastResort, List.of(), null);
    }

    private static Situation standing(String agent, AgentStanding standing) {
        return new Situation(Map.of(agent, standing), true, List.of(), null);
    }

    private static Situation budgets(BudgetStanding... budgets) {
        return new Situation(Map.of(), true, List.of(budgets), null);
    }

    private static BudgetStanding budget(
            String scope, double amount, double spent, double reserved, ExhaustedPolicy policy) {
        return new BudgetStanding(
                BudgetScope.parse(scope), amount, BudgetPeriod.MONTH, spent, reserved, END_OF_MONTH, policy);
    }

    private static RoutingRequest request(Policy policy) {
        return RoutingRequest.of("x").optimizing(policy);
    }

    private static Agent agent(String name, double quality, double costPerCall, int maxConcurrency) {
        return Agent.named(name)
                .capabilities("all")
                .usdPerCall(costPerCall)
                .averageLatencyMillis(100)
                .quality(quality)
                .maxConcurrency(maxConcurrency)
                .build();
    }
}
