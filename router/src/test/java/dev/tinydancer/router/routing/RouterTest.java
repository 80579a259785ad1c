package dev.tinydancer.router.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentPerformance;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.agent.AgentType;
import dev.tinydancer.router.agent.Capabilities;
import dev.tinydancer.router.agent.CostModel;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.EffortEstimate;
import dev.tinydancer.router.quality.Experience;
import dev.tinydancer.router.quality.ExperienceSettings;
import dev.tinydancer.router.quality.QualityEstimate;
import dev.tinydancer.router.quality.RequestFeatures;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RouterTest {

    private static final int INPUT_TOKENS = 9;
    private static final int OUTPUT_TOKENS = 400;

    private static final Agent GPT_4 =
            agent("gpt-4", 0.95, 2_500, new CostModel(0.03, 0.03, 0, 0), "reasoning", "code", "analysis", "creative");
    private static final Agent HAIKU =
            agent("haiku", 0.80, 400, new CostModel(0.00025, 0.00025, 0, 0), "fast-response", "simple-tasks");
    private static final Agent TESTER = agent("tester", 0.90, 100, new CostModel(0, 0, 0.001, 0), "testing");
    private static final AgentRegistry REGISTRY = AgentRegistry.of(List.of(HAIKU, TESTER, GPT_4));

    /** Predicts what the agents are registered with, with 12 similar requests behind the tester. */
    private final Router router = new Router(
            text -> new RequestFeatures(INPUT_TOKENS, new float[] {1}, Map.of(), Map.of()),
            (features, agent) -> agent.equals(TESTER)
                    ? new QualityEstimate(0.7, 0.1, 12, 9)
                    : new QualityEstimate(agent.performance().qualityScore(), 0.1, 0, 0),
            (features, agent) -> new EffortEstimate(agent.performance().avgLatencyMillis(), OUTPUT_TOKENS, 0));

    @Test
    void route_plainOrDemandingRequest_saysSo() {
        assertThat(reasoning(-1.8)).endsWith("; the request looks plain (difficulty -1.8)");
        assertThat(reasoning(0.9)).endsWith("; the request looks demanding (difficulty 0.9)");
        assertThat(reasoning(0.1)).doesNotContain("the request looks");
    }

    private static String reasoning(double difficulty) {
        Experience experience = new Experience(ExperienceSettings.STANDARD, InstantSource.system());
        Router router = new Router(
                text -> new RequestFeatures(INPUT_TOKENS, new float[] {1}, Map.of(), Map.of(), difficulty),
                experience.quality(),
                experience.effort());
        Agent agent = Agent.named("only")
                .capabilities("code")
                .usdPer1kTokens(0.01)
                .averageLatencyMillis(100)
                .quality(0.9)
                .build();
        return router.route(AgentRegistry.of(List.of(agent)), RoutingRequest.of("text"))
                .reasoning();
    }

    @Test
    void route_cost() {
        RoutingDecision decision = router.route(REGISTRY, request(Policy.COST, RoutingConstraints.NONE));

        assertThat(decision.chosen().agent()).isEqualTo(HAIKU);
        assertThat(decision.confidence()).isEqualTo(0.80);
        assertThat(decision.chosen().prospect().costUsd()).isCloseTo(0.00025 * 409 / 1_000, within(1e-12));
        assertThat(decision.alternatives())
                .extracting(assessment -> assessment.agent().name())
                .containsExactly("gpt-4", "tester");
        assertThat(decision.reasoning())
                .isEqualTo("haiku: best cost of 3 fitting agents, 1 below 0.8 of the best quality, "
                        + "15 points less than gpt-4, 118 times cheaper, 6.2 times faster; "
                        + "expected quality 0.8 (no similar request yet), $0.000102, 400 ms; "
                        + "next gpt-4: expected quality 0.95 (no similar request yet), $0.0121, 2500 ms");
    }

    @Test
    void route_exploring_triesTheAgentThatIsLessKnown() {
        Agent known = agent("known", 0.8, 100, new CostModel(0, 0, 0.001, 0), "testing");
        Agent unknown = agent("unknown", 0.7, 100, new CostModel(0, 0, 0.001, 0), "testing");
        AgentRegistry both = AgentRegistry.of(List.of(known, unknown));
        Router greedy = new Router(
                text -> new RequestFeatures(INPUT_TOKENS, new float[] {1}, Map.of(), Map.of()),
                (features, agent) -> agent.equals(known)
                        // The standard deviations are those of 99 and of 8 outcomes.
                        ? new QualityEstimate(0.8, 0.04, 91, 73)
                        : new QualityEstimate(0.7, Math.sqrt(0.7 * 0.3 / 9), 0, 0),
                (features, agent) -> new EffortEstimate(100, OUTPUT_TOKENS, 0));
        RoutingRequest request = request(Policy.BALANCED, RoutingConstraints.NONE);

        assertThat(greedy.route(both, request).chosen().agent()).isEqualTo(known);
        RoutingDecision explored = greedy.exploring(1).route(both, request);
        assertThat(explored.chosen().agent()).isEqualTo(unknown);
        assertThat(explored.chosen().credit()).isCloseTo(1 / 3.0 - 0.1, within(1e-9));
        assertThat(explored.confidence()).isEqualTo(0.7);
        assertThat(explored.isTrial()).isTrue();
        assertThat(explored.probability()).isEqualTo(1);
        assertThat(explored.reasoning())
                .startsWith(
                        "unknown: tried out under balanced, credited 0.233 to become known, one of 2 fitting agents, "
                                + "10 points less than known; expected quality 0.7 (no similar request yet), ");
        assertThat(greedy.exploring(0).route(both, request).chosen().agent()).isEqualTo(known);
    }

    /** While no outcomes come back, nothing else ends the trying-out. */
    @Test
    void route_exploringWithAShare_triesNoMoreThanThat_andNeverForQuality() {
        Agent known = agent("known", 0.8, 100, new CostModel(0, 0, 0.001, 0), "testing");
        Agent unknown = agent("unknown", 0.7, 100, new CostModel(0, 0, 0.001, 0), "testing");
        AgentRegistry both = AgentRegistry.of(List.of(known, unknown));
        Router router = new Router(
                        text -> new RequestFeatures(INPUT_TOKENS, new float[] {1}, Map.of(), Map.of()),
                        (features, agent) -> agent.equals(known)
                                ? new QualityEstimate(0.8, 0.04, 91, 73)
                                : new QualityEstimate(0.7, Math.sqrt(0.7 * 0.3 / 9), 0, 0),
                        (features, agent) -> new EffortEstimate(100, OUTPUT_TOKENS, 0))
                .exploring(1, 0.05);
        Random random = new Random(1);
        int tried = 0;
        for (int i = 0; i < 2_000; i++) {
            Situation situation = Situation.USUAL.withDecisionId(new UUID(random.nextLong(), random.nextLong()));
            RoutingRequest balanced = request(Policy.BALANCED, RoutingConstraints.NONE);
            RoutingDecision decision = router.route(both, balanced, situation);
            Agent chosen = decision.chosen().agent();
            assertThat(router.route(both, balanced, situation).chosen().agent()).isEqualTo(chosen);
            assertThat(decision.isTrial()).isEqualTo(chosen.equals(unknown));
            assertThat(decision.probability()).isEqualTo(decision.isTrial() ? 0.05 : 0.95);
            tried += chosen.equals(unknown) ? 1 : 0;
            RoutingRequest quality = request(Policy.QUALITY, RoutingConstraints.NONE);
            RoutingDecision best = router.route(both, quality, situation);
            assertThat(best.chosen().agent()).isEqualTo(known);
            assertThat(best.probability()).isEqualTo(1);
        }
        assertThat(tried).isBetween(60, 140);
    }

    @Test
    void route_exploring_creditsNobodyWhileAllAreEquallyUnknown() {
        Router unknowing = new Router(
                text -> new RequestFeatures(INPUT_TOKENS, new float[] {1}, Map.of(), Map.of()),
                (features, agent) -> {
                    double mean = agent.performance().qualityScore();
                    return new QualityEstimate(mean, Math.sqrt(mean * (1 - mean) / 9), 0, 0);
                },
                (features, agent) -> new EffortEstimate(100, OUTPUT_TOKENS, 0));

        for (AgentAssessment assessment :
                unknowing.exploring(1).explain(REGISTRY, request(Policy.BALANCED, RoutingConstraints.NONE))) {
            assertThat(assessment.credit()).isCloseTo(0, within(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void exploring_refusesWhatIsNoWeight(double weight) {
        assertThatThrownBy(() -> router.exploring(weight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("exploration must be a finite number of at least 0");
    }

    @Test
    void route_expectedOutputTokensGiven_replacesThePrediction() {
        RoutingRequest request = RoutingRequest.of("hello")
                .optimizing(Policy.COST.withMinRelativeQuality(0).withWorthUsd(0.01))
                .expecting(100_000);

        RoutingDecision decision = router.route(REGISTRY, request);

        // 100,009 tokens make the price per token dearer than the tester's price per call.
        assertThat(decision.chosen().agent()).isEqualTo(TESTER);
        assertThat(decision.alternatives().getFirst().prospect().costUsd())
                .isCloseTo(0.00025 * 100_009 / 1_000, within(1e-12));
    }

    @Test
    void route_everyConstraintRemoves() {
        assertThat(chosen(RoutingConstraints.NONE.withRequiredCapabilities(Capabilities.of("Reasoning"))))
                .isEqualTo("gpt-4");
        assertThat(chosen(RoutingConstraints.NONE.withMaxCostUsd(0.0005))).isEqualTo("haiku");
        assertThat(chosen(RoutingConstraints.NONE.withMaxLatencyMillis(399))).isEqualTo("tester");
        assertThat(chosen(RoutingConstraints.NONE.withMinQuality(0.9))).isEqualTo("gpt-4");
        assertThat(chosen(RoutingConstraints.NONE.withBudgetRemainingUsd(0.0005)))
                .isEqualTo("haiku");
        assertThat(chosen(RoutingConstraints.NONE.withExcludedAgents(Set.of("gpt-4", "haiku"))))
                .isEqualTo("tester");
    }

    @Test
    void route_minQuality_boundsThePredictionWhereEvidenceExists() {
        // The tester is registered with 0.9, and recorded outcomes say 0.7.
        assertThat(router.explain(REGISTRY, request(Policy.COST, RoutingConstraints.NONE.withMinQuality(0.75))))
                .filteredOn(assessment -> !assessment.isCandidate())
                .extracting(assessment -> assessment.agent().name())
                .containsExactly("tester");
    }

    @Test
    void route_minRelativeQuality_leavesOutWhoIsFarBelowTheBestCandidate() {
        RoutingConstraints constraints = RoutingConstraints.NONE.withMinRelativeQuality(0.75);

        List<AgentAssessment> assessments = router.explain(REGISTRY, request(Policy.COST, constraints));
        assertThat(assessments)
                .extracting(assessment -> assessment.agent().name())
                .containsExactly("haiku", "gpt-4", "tester");
        assertThat(assessments.getLast().reasoning()).isEqualTo("excluded by min_relative_quality 0.75 (0.7 of 0.95)");
        assertThat(assessments.getLast().violations().getFirst().relaxation())
                .isEqualTo("min_relative_quality => 0.736");
        // Where the best candidate is another one, so is the bound.
        assertThat(router.explain(REGISTRY, request(Policy.COST, constraints.withExcludedAgents(Set.of("gpt-4")))))
                .filteredOn(AgentAssessment::isCandidate)
                .hasSize(2);
    }

    @Test
    void route_noneFits_saysWhatRemovedWhomAndWhatWouldHelp() {
        RoutingConstraints constraints = RoutingConstraints.NONE
                .withRequiredCapabilities(Capabilities.of("code"))
                .withMaxLatencyMillis(1_000);

        NoSuitableAgentException exception = catchThrowableOfType(
                NoSuitableAgentException.class, () -> router.route(REGISTRY, request(Policy.COST, constraints)));

        assertThat(exception).hasMessage("no agent fits the request");
        assertThat(exception.detail())
                .isEqualTo("max_latency_ms 1000 removed gpt-4 (2500); "
                        + "required_capabilities removed haiku (lacks code), tester (lacks code)");
        assertThat(exception.hint()).isEqualTo("Smallest relaxation: max_latency_ms => 2500 would admit gpt-4.");
    }

    @Test
    void route_noneOfThousandsFits_namesTheTenNearest() {
        AgentRegistry many = AgentRegistry.of(IntStream.range(0, 5_000)
                .mapToObj(number -> Agent.named("agent-%04d".formatted(number))
                        .capabilities(number % 5 == 0 ? "other" : "code")
                        .averageLatencyMillis(1_000 + number)
                        .quality(0.5)
                        .build())
                .toList());
        RoutingConstraints constraints = RoutingConstraints.NONE
                .withRequiredCapabilities(Capabilities.of("code"))
                .withMaxLatencyMillis(999);

        NoSuitableAgentException exception = catchThrowableOfType(
                NoSuitableAgentException.class, () -> router.route(many, request(Policy.COST, constraints)));

        assertThat(exception.detail())
                .contains("max_latency_ms 999 removed 4000 agents, among them agent-0001 (1001), agent-0002 (1002),")
                .contains("agent-0012 (1012)")
                .doesNotContain("agent-0013")
                .contains("required_capabilities removed 1000 agents")
                .hasSizeLessThan(1_000);
        assertThat(exception.hint()).isEqualTo("Smallest relaxation: max_latency_ms => 1001 would admit agent-0001.");
    }

    @Test
    void route_relaxationOfTheHint_admitsTheAgentItNames() {
        RoutingConstraints tooCheap = RoutingConstraints.NONE.withMaxCostUsd(0.00000001);
        NoSuitableAgentException exception = catchThrowableOfType(
                NoSuitableAgentException.class, () -> router.route(REGISTRY, request(Policy.COST, tooCheap)));

        assertThat(exception.hint()).isEqualTo("Smallest relaxation: max_cost => 0.000103 would admit haiku.");
        assertThat(chosen(RoutingConstraints.NONE.withMaxCostUsd(0.000103))).isEqualTo("haiku");
    }

    @Test
    void assess_everyAgentInTheOrderOfTheRegistry_noneChosen() {
        RoutingRequest request = request(Policy.COST, RoutingConstraints.NONE.withMaxLatencyMillis(1_000));

        RequestAssessment assessment = router.assess(REGISTRY, request);

        assertThat(assessment.request()).isSameAs(request);
        assertThat(assessment.features().inputTokens()).isEqualTo(INPUT_TOKENS);
        assertThat(assessment.agents()).extracting(AgentAssessment::agent).isEqualTo(REGISTRY.agents());
        assertThat(assessment.candidates())
                .extracting(candidate -> candidate.agent().name())
                .containsExactly("haiku", "tester");
        assertThat(assessment.decide().chosen().agent()).isEqualTo(HAIKU);
    }

    @Test
    void route_noneRegistered() {
        assertThatThrownBy(
                        () -> router.route(AgentRegistry.of(List.of()), request(Policy.COST, RoutingConstraints.NONE)))
                .isInstanceOf(NoSuitableAgentException.class)
                .hasMessage("no agent is registered");
    }

    @Test
    void route_nothingLeftToSpend_choosesAFreeAgent() {
        Agent free = agent("free", 0.3, 50, new CostModel(0, 0, 0, 0), "chat");

        RoutingDecision decision = router.route(
                AgentRegistry.of(List.of(GPT_4, free)),
                request(Policy.QUALITY, RoutingConstraints.NONE.withBudgetRemainingUsd(0)));

        assertThat(decision.chosen().agent()).isEqualTo(free);
    }

    @Test
    void route_equalAgents_choosesByNameWhateverTheOrder() {
        Agent first = agent("a", 0.8, 100, new CostModel(0, 0, 0.1, 0), "chat");
        Agent second = agent("b", 0.8, 100, new CostModel(0, 0, 0.1, 0), "chat");

        for (Policy policy : Policy.standard()) {
            assertThat(router.route(AgentRegistry.of(List.of(second, first)), request(policy, RoutingConstraints.NONE))
                            .chosen()
                            .agent())
                    .isEqualTo(first);
        }
    }

    @Test
    void explain_whoDoesNotKeepThePolicysFloor_comesLastAndIsToldSo() {
        List<AgentAssessment> assessments = router.explain(REGISTRY, request(Policy.COST, RoutingConstraints.NONE));

        assertThat(assessments)
                .extracting(
                        assessment -> assessment.agent().name(),
                        assessment -> assessment.reasoning().endsWith("; below the policy's floor"))
                .containsExactly(tuple("haiku", false), tuple("gpt-4", false), tuple("tester", true));
    }

    @Test
    void explain_candidatesBestFirstThenTheOthersByName() {
        Agent inactive = new Agent(
                "asleep", AgentType.HUMAN, Capabilities.of("chat"), GPT_4.costModel(), GPT_4.performance(), false, 1);

        List<AgentAssessment> assessments = router.explain(
                AgentRegistry.of(List.of(TESTER, inactive, HAIKU, GPT_4)),
                request(Policy.COST, RoutingConstraints.NONE.withMaxCostUsd(0.005)));

        assertThat(assessments)
                .extracting(assessment -> assessment.agent().name())
                .containsExactly("haiku", "tester", "asleep", "gpt-4");
        assertThat(assessments.get(2).violations())
                .extracting(Violation::constraint)
                .containsExactly("inactive", "max_cost 0.005");
        assertThat(assessments.get(3).utility()).isNaN();
    }

    private String chosen(RoutingConstraints constraints) {
        return router.route(REGISTRY, request(Policy.QUALITY, constraints))
                .chosen()
                .agent()
                .name();
    }

    private static RoutingRequest request(Policy policy, RoutingConstraints constraints) {
        return RoutingRequest.of("Write a function").optimizing(policy).within(constraints);
    }

    private static Agent agent(
            String name, double quality, double latencyMillis, CostModel costModel, String... capabilities) {
        return new Agent(
                name,
                AgentType.LLM,
                Capabilities.of(capabilities),
                costModel,
                new AgentPerformance(latencyMillis, latencyMillis * 2, quality),
                true,
                Agent.UNLIMITED);
    }
}
