package dev.tinydancer.router;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.ExperienceSettings;
import dev.tinydancer.router.quality.Outcome;
import dev.tinydancer.router.quality.QualityEstimate;
import dev.tinydancer.router.quality.RecordedOutcome;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.routing.NoSuitableAgentException;
import dev.tinydancer.router.routing.PendingDecisions;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.RoutingRequest;
import dev.tinydancer.router.routing.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AdaptiveRouterTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration HALF_LIFE = Duration.ofDays(10);
    private static final Agent SMALL = agent("small", 0.8, 0.001);
    private static final Agent LARGE = agent("large", 0.9, 0.1);

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final AtomicLong decisions = new AtomicLong();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final AdaptiveRouter router = builder().learningOn(tasks::add).build();

    private AdaptiveRouter.Builder builder() {
        return AdaptiveRouter.builder()
                .encoder(AdaptiveRouterTest::encode)
                .remembering(new ExperienceSettings(1_000, HALF_LIFE))
                .clock(now::get)
                .decisionIds(() -> new UUID(0, decisions.incrementAndGet()));
    }

    /** Texts that begin with the same letter are similar; others are not. */
    private static RequestFeatures encode(String text) {
        float[] embedding = new float[32];
        embedding[text.charAt(0) - 'a'] = 1;
        return new RequestFeatures(text.length(), embedding, Map.of("code", 1.0), Map.of());
    }

    private static Agent agent(String name, double quality, double usdPerCall) {
        return Agent.named(name)
                .usdPerCall(usdPerCall)
                .averageLatency(Duration.ofMillis(100))
                .quality(quality)
                .build();
    }

    @Test
    void route_noAgents_fails() {
        assertThatThrownBy(() -> router.route("hello", Policy.COST))
                .isInstanceOf(NoSuitableAgentException.class)
                .hasMessage("no agent is registered");
    }

    @Test
    void register_sameName_replaces() {
        router.register(SMALL);
        router.register(LARGE);
        Agent better = agent("small", 0.99, 0.001);
        router.register(better);

        assertThat(router.agents().agents()).containsExactly(LARGE, better);
        assertThat(choice("hello", Policy.QUALITY)).isEqualTo("small");
    }

    @Test
    void remove_anAgent_isChosenNoMore() {
        router.replaceAgents(AgentRegistry.of(List.of(SMALL, LARGE)));
        assertThat(choice("hello", Policy.COST)).isEqualTo("small");

        router.remove("small");
        router.remove("unknown");

        assertThat(choice("hello", Policy.COST)).isEqualTo("large");
    }

    @Test
    void record_badAnswers_turnsSimilarRequestsToTheOtherAgentAtOnce() {
        router.replaceAgents(AgentRegistry.of(List.of(SMALL, LARGE)));
        Policy cheapest = Policy.COST.withMinRelativeQuality(0);
        for (int i = 0; i < 12; i++) {
            router.record(router.route("hello", cheapest), Outcome.failure());
        }

        // Nothing has been learned from them in general.
        assertThat(tasks).hasSize(1);
        assertThat(choice("hello again", Policy.COST)).isEqualTo("large");
        assertThat(choice("other", Policy.COST)).isEqualTo("small");
    }

    @Test
    void record_sameDecisionAgain_replaces() {
        router.register(SMALL);
        RoutingDecision decision = router.route("hello", Policy.COST);
        router.record(decision, Outcome.failure());
        router.record(decision, Outcome.judged(0.75));

        assertThat(router.outcomes()).isEqualTo(1);
        assertThat(evidence("hello").goodAnswers()).isCloseTo(0.75, within(0.001));
    }

    @Test
    void forget_aDecision_takesItsOutcomeBack() {
        router.register(SMALL);
        RoutingDecision decision = router.route("hello", Policy.COST);
        UUID decisionId = requireNonNull(decision.decisionId());
        router.record(decision, Outcome.failure());

        router.forget(decisionId, START);

        assertThat(router.outcomes()).isZero();
        assertThat(evidence("hello").similarRequests()).isZero();
        assertThat(router.outcomesComeBack()).isTrue();
    }

    @Test
    void record_returnsWhatAnotherRouterCanLearn() {
        router.register(SMALL);
        Outcome outcome = Outcome.success().latency(Duration.ofMillis(40)).outputTokens(50);
        RecordedOutcome recorded = router.record(router.route("hello", Policy.COST), outcome);
        assertThat(recorded.outcome()).isEqualTo(outcome);
        assertThat(recorded.decisionId()).isEqualTo(new UUID(0, 1));
        assertThat(recorded.recordedAt()).isEqualTo(START);

        AdaptiveRouter restarted = builder().learningWhenCalled().build();
        restarted.record(recorded);
        restarted.register(SMALL);

        RoutingRequest request = RoutingRequest.of("hello");
        assertThat(restarted.explain(request).getFirst())
                .isEqualTo(router.explain(request).getFirst());
    }

    @Test
    void record_decisionWithoutId_isRefused() {
        router.register(SMALL);
        RoutingDecision decision = router.route(RoutingRequest.of("hello"), Situation.USUAL);

        assertThatThrownBy(() -> router.record(decision, Outcome.success()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without a decision id");
    }

    @Test
    void clock_passes_evidenceFades() {
        router.register(SMALL);
        router.record(router.route("hello", Policy.COST), Outcome.success());
        now.set(START.plus(HALF_LIFE));

        assertThat(evidence("hello").similarRequests()).isCloseTo(0.5, within(0.001));
    }

    /** An agent with a hundred outcomes beside one without any, and nobody who reports more. */
    @Test
    void exploring_withoutOutcomes_stopsSoon_andNeverConcernsQuality() {
        AdaptiveRouter curious = curious(1);
        assertThat(sentToUnknown(curious, Policy.BALANCED, 500)).isBetween(1, 25);
        assertThat(curious.outcomesComeBack()).isTrue();

        assertThat(curious.missesOutcomes(Policy.BALANCED)).isFalse();
        now.set(START.plus(Duration.ofMinutes(16)));
        assertThat(curious.outcomesComeBack()).isFalse();
        assertThat(curious.missesOutcomes(Policy.BALANCED)).isTrue();
        assertThat(curious.missesOutcomes(Policy.QUALITY)).isFalse();
        assertThat(sentToUnknown(curious, Policy.BALANCED, 500)).isZero();

        assertThat(sentToUnknown(curious(0.05), Policy.QUALITY, 500)).isZero();
    }

    @Test
    void missesOutcomes_thePolicysShareComesBeforeTheRouters() {
        AdaptiveRouter restrained = curious(0);
        assertThat(sentToUnknown(restrained, Policy.BALANCED, 50)).isZero();
        now.set(START.plus(Duration.ofMinutes(16)));

        assertThat(restrained.missesOutcomes(Policy.BALANCED)).isFalse();
        assertThat(restrained.missesOutcomes(Policy.BALANCED.withExplorationShare(0.1)))
                .isTrue();
    }

    /** Better than the unknown agent is, so that each hundred shows whether too many go there while outcomes are under way. */
    @Test
    void exploring_outcomesAHundredLate_costsLittleQuality() {
        AdaptiveRouter curious = curious(1);
        Queue<RoutingDecision> late = new ArrayDeque<>();
        for (int hundred = 0; hundred < 5; hundred++) {
            int unknown = 0;
            for (int i = 0; i < 100; i++) {
                RoutingDecision decision = curious.route("hello", Policy.BALANCED);
                unknown += isUnknown(decision) ? 1 : 0;
                late.add(decision);
                if (late.size() > 100) {
                    RoutingDecision answered = late.remove();
                    curious.record(answered, Outcome.judged(isUnknown(answered) ? 0.7 : 0.92));
                }
            }
            assertThat(unknown * (0.92 - 0.7) / 100).isLessThan(0.03);
        }
    }

    @Test
    void exploring_forAtMostAnAmount_stopsForTheDay() {
        // Each request costs a tenth of a dollar.
        AdaptiveRouter curious = curious(builder().exploring(1, 1).exploringForAtMost(0.35));
        assertThat(sentToUnknown(curious, Policy.BALANCED, 40)).isEqualTo(3);

        now.set(START.plus(Duration.ofDays(1)));
        curious.record(curious.route("hello", Policy.QUALITY), Outcome.judged(0.92));
        assertThat(sentToUnknown(curious, Policy.BALANCED, 40)).isEqualTo(3);
    }

    @Test
    void exploring_decisionsMadeTogether_areThoseMadeOneByOne() {
        assertThat(together(0.35)).isEqualTo(oneByOne(0.35)).contains("unknown");
        assertThat(together(Double.POSITIVE_INFINITY))
                .isEqualTo(oneByOne(Double.POSITIVE_INFINITY))
                .contains("unknown");
    }

    private List<String> oneByOne(double usdPerDay) {
        AdaptiveRouter curious = curiousForTheFirstTime(usdPerDay);
        return Stream.generate(() -> curious.route("hello", Policy.BALANCED))
                .limit(120)
                .map(decision -> decision.chosen().agent().name())
                .toList();
    }

    private List<String> together(double usdPerDay) {
        AdaptiveRouter curious = curiousForTheFirstTime(usdPerDay);
        RoutingRequest request = RoutingRequest.of("hello").optimizing(Policy.BALANCED);
        PendingDecisions pending = new PendingDecisions();
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            Situation situation = Situation.USUAL.withDecisionId(nextId());
            RoutingDecision decision = curious.router()
                    .assess(curious.agents(), request, situation, pending)
                    .decide();
            pending.add(decision);
            chosen.add(decision.chosen().agent().name());
        }
        return chosen;
    }

    /** The outcomes that came are so old that a few decisions more show that none come back. */
    private AdaptiveRouter curiousForTheFirstTime(double usdPerDay) {
        now.set(START);
        decisions.set(0);
        AdaptiveRouter curious = curious(builder().exploring(1, 0.9).exploringForAtMost(usdPerDay));
        now.set(START.plus(Duration.ofMinutes(16)));
        return curious;
    }

    @Test
    void exploring_thePolicysShareComesBeforeTheRouters() {
        assertThat(sentToUnknown(curious(0.05), Policy.BALANCED.withExplorationShare(0), 40))
                .isZero();
        assertThat(sentToUnknown(curious(0.05), Policy.QUALITY.withExplorationShare(1), 10))
                .isPositive();
    }

    /** Knows an agent well, that gives nine good answers of ten, and another of the same price not at all. */
    private AdaptiveRouter curious(double share) {
        return curious(builder().exploring(1, share));
    }

    private AdaptiveRouter curious(AdaptiveRouter.Builder builder) {
        AdaptiveRouter curious =
                builder.decisionIds(this::nextId).learningWhenCalled().build();
        curious.register(LARGE);
        for (int i = 0; i < 100; i++) {
            curious.record(curious.route("hello", Policy.QUALITY), Outcome.judged(0.92));
        }
        curious.register(agent("unknown", 0.8, 0.1));
        return curious;
    }

    private UUID nextId() {
        return new UUID(0x9E3779B97F4A7C15L * decisions.incrementAndGet(), 0);
    }

    private static int sentToUnknown(AdaptiveRouter router, Policy policy, int requests) {
        int sent = 0;
        for (int i = 0; i < requests; i++) {
            sent += isUnknown(router.route("hello", policy)) ? 1 : 0;
        }
        return sent;
    }

    private static boolean isUnknown(RoutingDecision decision) {
        return decision.chosen().agent().name().equals("unknown");
    }

    @Test
    void learning_isHandedToTheExecutorOnceItIsDue() {
        router.register(SMALL);
        assertThat(tasks).isEmpty();

        record(26);
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        record(24);
        assertThat(tasks).isEmpty();
        record(1);
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(router.learnIfDue()).isFalse();
    }

    @Test
    void learnIfDue_whenCalled_isTheOnlyLearning() {
        AdaptiveRouter called = builder().learningWhenCalled().build();
        called.register(SMALL);
        assertThat(called.learnIfDue()).isFalse();
        called.record(called.route("hello", Policy.COST), Outcome.success());

        assertThat(called.learnIfDue()).isTrue();
        assertThat(called.learnIfDue()).isFalse();
    }

    @Test
    void learning_executorThatTakesNoMore_doesNotFailTheCaller() {
        List<Runnable> refused = new ArrayList<>();
        AdaptiveRouter stopped = builder()
                .learningOn(task -> {
                    refused.add(task);
                    throw new RejectedExecutionException("shut down");
                })
                .build();
        stopped.register(SMALL);
        stopped.record(stopped.route("hello", Policy.COST), Outcome.success());
        stopped.record(stopped.route("hello", Policy.COST), Outcome.success());

        assertThat(refused).hasSize(2);
        assertThat(stopped.outcomes()).isEqualTo(2);
    }

    @Test
    void exploring_triesTheUnknownAgent() {
        AdaptiveRouter curious = builder().exploring(1, 1).learningWhenCalled().build();
        curious.register(agent("known", 0.9, 0.01));
        for (int i = 0; i < 40; i++) {
            curious.record(curious.route("hello", Policy.BALANCED), Outcome.judged(0.9));
        }
        curious.register(agent("unknown", 0.85, 0.01));

        assertThat(curious.route("hello", Policy.BALANCED).chosen().agent().name())
                .isEqualTo("unknown");
    }

    @Test
    void build_twice_makesRoutersThatLearnApart() {
        AdaptiveRouter.Builder builder = builder().learningWhenCalled();
        AdaptiveRouter one = builder.build();
        AdaptiveRouter other = builder.build();
        one.register(SMALL);
        one.record(one.route("hello", Policy.COST), Outcome.success());

        assertThat(other.agents().agents()).isEmpty();
        assertThat(other.outcomes()).isZero();
    }

    private void record(int outcomes) {
        for (int i = 0; i < outcomes; i++) {
            router.record(router.route("hello", Policy.COST), Outcome.success());
        }
    }

    private String choice(String text, Policy policy) {
        return router.route(text, policy).chosen().agent().name();
    }

    private QualityEstimate evidence(String text) {
        return router.explain(RoutingRequest.of(text)).getFirst().quality();
    }
}
