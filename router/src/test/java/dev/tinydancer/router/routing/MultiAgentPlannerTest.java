package dev.tinydancer.router.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.quality.RequestFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MultiAgentPlannerTest {

    private static final double EXACT = 1e-12;

    private static final AgentAssessment THINKER =
            Candidates.candidate("thinker", 0.9, 0.02, 2_000, "analysis", "reasoning");
    private static final AgentAssessment CODER = Candidates.candidate("coder", 0.8, 0.01, 1_000, "code");
    private static final AgentAssessment TESTER = Candidates.candidate("tester", 0.7, 0.001, 100, "testing");
    private static final AgentAssessment SMALL =
            Candidates.candidate("small", 0.6, 0.0001, 300, "simple-tasks", "fast-response");
    private static final List<AgentAssessment> ALL = List.of(CODER, SMALL, TESTER, THINKER);

    private static final RequestFeatures BUILD_AND_DEPLOY =
            features(Map.of("code", 0.9, "testing", 0.6, "analysis", 0.3, "simple-tasks", 0.95, "translation", 0.01));

    private final MultiAgentPlanner planner = new MultiAgentPlanner(VoteCorrelation.USUAL);

    @Test
    void pipeline_understandsThenProducesThenChecks() {
        MultiAgentPlan plan = plan(PlanStrategy.PIPELINE, 3, RoutingConstraints.NONE);

        assertThat(plan.steps()).extracting(MultiAgentPlan.Step::role).containsExactly("analysis", "code", "testing");
        assertThat(names(plan)).containsExactly("thinker", "coder", "tester");
        assertThat(plan.steps()).extracting(MultiAgentPlan.Step::confidence).containsExactly(0.9, 0.8, 0.7);
        assertThat(plan.latencyMillis()).isEqualTo(3_100);
        assertThat(plan.costUsd()).isCloseTo(0.031, within(EXACT));
    }

    @Test
    void pipeline_fewerAgents_whatIsNeededMost() {
        assertThat(plan(PlanStrategy.PIPELINE, 2, RoutingConstraints.NONE).steps())
                .extracting(MultiAgentPlan.Step::role)
                .containsExactly("code", "testing");
    }

    @Test
    void pipeline_moreAgentsThanFit_asManyAsFit() {
        MultiAgentPlan plan = plan(PlanStrategy.PIPELINE, 9, RoutingConstraints.NONE);

        assertThat(plan.steps())
                .extracting(MultiAgentPlan.Step::role)
                .containsExactly("analysis", "code", "translation", "testing");
        assertThat(names(plan)).doesNotHaveDuplicates();
    }

    @Test
    void pipeline_stagesOfOneKind_mostNeededFirst() {
        RequestFeatures features = features(Map.of("debugging", 0.5, "testing", 0.4, "code-execution", 0.6));

        assertThat(planner.plan(PlanStrategy.PIPELINE, 3, assessed(features, ALL, RoutingConstraints.NONE))
                        .steps())
                .extracting(MultiAgentPlan.Step::role)
                .containsExactly("code-execution", "debugging", "testing");
    }

    @Test
    void parallel_mostNeededFirstAndAsSlowAsTheSlowest() {
        MultiAgentPlan plan = plan(PlanStrategy.PARALLEL, 3, RoutingConstraints.NONE);

        assertThat(plan.steps()).extracting(MultiAgentPlan.Step::role).containsExactly("code", "testing", "analysis");
        assertThat(plan.latencyMillis()).isEqualTo(2_000);
        assertThat(plan.costUsd()).isCloseTo(0.031, within(EXACT));
    }

    @Test
    void divided_quality_weighsPartsByNeed() {
        MultiAgentPlan plan = plan(PlanStrategy.PARALLEL, 2, RoutingConstraints.NONE);

        assertThat(plan.quality()).isCloseTo(Math.pow(0.8, 0.9 / 1.5) * Math.pow(0.7, 0.6 / 1.5), within(EXACT));
    }

    @Test
    void divided_equallyGoodAgents_asGoodAsOneAlone() {
        List<AgentAssessment> equals = List.of(
                Candidates.candidate("a", 0.64, 1, 1),
                Candidates.candidate("b", 0.64, 1, 1),
                Candidates.candidate("c", 0.64, 1, 1));

        assertThat(planner.plan(PlanStrategy.PIPELINE, 3, assessed(BUILD_AND_DEPLOY, equals, RoutingConstraints.NONE))
                        .quality())
                .isCloseTo(0.64, within(EXACT));
    }

    @Test
    void divided_nothingKnownOfTheRequest_oneAgentForAll() {
        MultiAgentPlan plan =
                planner.plan(PlanStrategy.PIPELINE, 3, assessed(features(Map.of()), ALL, RoutingConstraints.NONE));

        assertThat(names(plan)).containsExactly("thinker");
        assertThat(plan.steps().getFirst().role()).isEqualTo("whole request");
        assertThat(plan.quality()).isEqualTo(0.9);
    }

    @Test
    void divided_neededByNothing_stillAPlan() {
        RequestFeatures features = features(Map.of("code", 0.0, "testing", 0.0));

        MultiAgentPlan plan = planner.plan(PlanStrategy.PARALLEL, 2, assessed(features, ALL, RoutingConstraints.NONE));

        assertThat(plan.steps()).hasSize(2);
        assertThat(plan.quality()).isCloseTo(Math.sqrt(0.9 * 0.8), within(EXACT));
    }

    @Test
    void pipeline_latencyBound_holdsForTheSum() {
        MultiAgentPlan plan = plan(PlanStrategy.PIPELINE, 3, RoutingConstraints.NONE.withMaxLatencyMillis(2_000));

        // Every agent is fast enough by itself. Three of them are with the small one for the thinker.
        assertThat(names(plan)).containsExactly("small", "coder", "tester");
        assertThat(plan.latencyMillis()).isEqualTo(1_400);
    }

    @Test
    void divided_costBound_fewerAgents() {
        MultiAgentPlan plan = plan(PlanStrategy.PIPELINE, 3, RoutingConstraints.NONE.withMaxCostUsd(0.0012));

        assertThat(names(plan)).containsExactlyInAnyOrder("small", "tester");
        assertThat(plan.costUsd()).isLessThanOrEqualTo(0.0012);
    }

    @Test
    void ensemble_ablestFirstAndMajorityQuality() {
        MultiAgentPlan plan = plan(PlanStrategy.ENSEMBLE, 3, RoutingConstraints.NONE);

        assertThat(names(plan)).containsExactly("thinker", "coder", "tester");
        assertThat(plan.steps()).extracting(MultiAgentPlan.Step::role).containsExactly("voter", "voter", "voter");
        assertThat(plan.quality())
                .isCloseTo(
                        MajorityVote.probability(new double[] {0.9, 0.8, 0.7}, VoteCorrelation.OF_STRANGERS),
                        within(EXACT));
        assertThat(plan.latencyMillis()).isEqualTo(2_000);
    }

    @Test
    void ensemble_prefersDifferentStrengths() {
        List<AgentAssessment> agents = List.of(
                Candidates.candidate("a", 0.80, 1, 1, "code", "math"),
                Candidates.candidate("b", 0.80, 1, 1, "code", "math"),
                Candidates.candidate("c", 0.80, 1, 1, "code", "math"),
                Candidates.candidate("other", 0.795, 1, 1, "creative"));

        assertThat(names(planner.plan(
                        PlanStrategy.ENSEMBLE, 3, assessed(BUILD_AND_DEPLOY, agents, RoutingConstraints.NONE))))
                .contains("other");
    }

    /** A figure for each two of all of them would take 3 GB. */
    @Test
    void ensemble_ofVeryManyAgents_isFoundAmongTheAblestAndTheCheapest() {
        List<AgentAssessment> agents = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            agents.add(Candidates.candidate("agent %05d".formatted(i), 0.3 + i * 1e-5, 1 + i, 1));
        }

        assertThat(names(planner.plan(
                        PlanStrategy.ENSEMBLE, 3, assessed(BUILD_AND_DEPLOY, agents, RoutingConstraints.NONE))))
                .containsExactly("agent 19999", "agent 19998", "agent 19997");
        assertThat(names(planner.plan(
                        PlanStrategy.ENSEMBLE,
                        3,
                        assessed(BUILD_AND_DEPLOY, agents, RoutingConstraints.NONE.withBudgetRemainingUsd(6)))))
                .containsExactly("agent 00002", "agent 00001", "agent 00000");
    }

    @Test
    void ensemble_evenNumber_theAblestDecidesATie() {
        MultiAgentPlan plan = plan(PlanStrategy.ENSEMBLE, 2, RoutingConstraints.NONE);

        assertThat(plan.steps()).extracting(MultiAgentPlan.Step::role).containsExactly("voter, decides a tie", "voter");
        assertThat(plan.quality()).isCloseTo(0.9, within(EXACT));
    }

    @Test
    void ensemble_budget_fewerAgents() {
        MultiAgentPlan plan = plan(PlanStrategy.ENSEMBLE, 4, RoutingConstraints.NONE.withBudgetRemainingUsd(0.012));

        assertThat(names(plan)).containsExactly("coder", "tester", "small");
    }

    @ParameterizedTest
    @EnumSource
    void plan_leavesOutWhatIsNoCandidate(PlanStrategy strategy) {
        AgentAssessment excluded = new AgentAssessment(
                THINKER.agent(),
                THINKER.quality(),
                THINKER.prospect(),
                100,
                List.of(new Violation("excluded_agents", "", "excluded_agents without the agent", 1)),
                Double.NaN);

        MultiAgentPlan plan = planner.plan(
                strategy, 3, assessed(BUILD_AND_DEPLOY, List.of(CODER, excluded, SMALL), RoutingConstraints.NONE));

        assertThat(names(plan)).containsExactlyInAnyOrder("coder", "small");
        assertThatThrownBy(() -> planner.plan(
                        strategy, 3, assessed(BUILD_AND_DEPLOY, List.of(excluded), RoutingConstraints.NONE)))
                .isInstanceOf(NoSuitableAgentException.class)
                .hasMessage("no agent fits the request");
        assertThatThrownBy(
                        () -> planner.plan(strategy, 3, assessed(BUILD_AND_DEPLOY, List.of(), RoutingConstraints.NONE)))
                .isInstanceOf(NoSuitableAgentException.class)
                .hasMessage("no agent is registered");
    }

    @ParameterizedTest
    @EnumSource
    void plan_oneAgent_itsOwnFigures(PlanStrategy strategy) {
        MultiAgentPlan plan =
                planner.plan(strategy, 1, assessed(BUILD_AND_DEPLOY, List.of(CODER), RoutingConstraints.NONE));

        assertThat(plan.quality()).isCloseTo(0.8, within(EXACT));
        assertThat(plan.costUsd()).isEqualTo(0.01);
        assertThat(plan.latencyMillis()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @EnumSource
    void plan_noAgents(PlanStrategy strategy) {
        assertThatThrownBy(() -> plan(strategy, 0, RoutingConstraints.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("agents must be at least 1, got 0");
    }

    @Test
    void strategy_fromSqlName() {
        assertThat(PlanStrategy.fromSqlName("pipeline")).contains(PlanStrategy.PIPELINE);
        assertThat(PlanStrategy.fromSqlName("Pipeline")).isEmpty();
        assertThat(PlanStrategy.sqlNames()).containsExactly("pipeline", "parallel", "ensemble");
    }

    @Test
    void usualCorrelation_growsWithCommonCapabilities() {
        double strangers = VoteCorrelation.USUAL.between(CODER.agent(), TESTER.agent());
        double twins = VoteCorrelation.USUAL.between(CODER.agent(), CODER.agent());
        double half = VoteCorrelation.USUAL.between(
                CODER.agent(),
                Candidates.candidate("both", 0.5, 1, 1, "code", "math").agent());

        assertThat(strangers).isEqualTo(VoteCorrelation.OF_STRANGERS);
        assertThat(twins).isEqualTo(VoteCorrelation.OF_TWINS);
        assertThat(half).isCloseTo((strangers + twins) / 2, within(EXACT));
    }

    private MultiAgentPlan plan(PlanStrategy strategy, int agents, RoutingConstraints constraints) {
        return planner.plan(strategy, agents, assessed(BUILD_AND_DEPLOY, ALL, constraints));
    }

    private static RequestAssessment assessed(
            RequestFeatures features, List<AgentAssessment> agents, RoutingConstraints constraints) {
        return new RequestAssessment(RoutingRequest.of("x").within(constraints), features, agents);
    }

    private static RequestFeatures features(Map<String, Double> capabilities) {
        return new RequestFeatures(10, new float[] {1}, Map.of(), capabilities);
    }

    private static List<String> names(MultiAgentPlan plan) {
        return plan.steps().stream()
                .map(step -> step.assessment().agent().name())
                .toList();
    }
}
