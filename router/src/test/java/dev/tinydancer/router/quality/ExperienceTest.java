package dev.tinydancer.router.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.vector.VectorMath;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ExperienceTest {

    private static final int DIMENSION = 64;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration HALF_LIFE = Duration.ofDays(10);

    private static final Agent FIRST = TestAgents.agent("first", 0.7, "code");
    private static final Agent SECOND = TestAgents.agent("second", 0.7, "code");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final Experience experience = experience(1_000);
    private final Random random = new Random(5);

    private Experience experience(int capacity) {
        return new Experience(ItemResponsePrior.standard(), new ExperienceSettings(capacity, HALF_LIFE), now::get);
    }

    @Test
    void quality_noOutcomes_isThePrior() {
        assertThat(quality(experience, FIRST, topic(0)))
                .isEqualTo(ItemResponsePrior.standard().predict(request(topic(0)), FIRST));
    }

    @Test
    void record_similarRequests_countAtOnce() {
        learn(experience, List.of(FIRST, SECOND));
        for (int i = 0; i < 12; i++) {
            experience.record(outcome(FIRST, topic(0), i == 0 ? 0 : 1));
        }

        QualityEstimate estimate = quality(experience, FIRST, topic(0));

        assertThat(estimate.similarRequests()).isCloseTo(12, within(0.1));
        assertThat(estimate.goodAnswers()).isCloseTo(11, within(0.1));
        // Prior 0.7 worth 3 outcomes and 11 good of 12.
        assertThat(estimate.mean()).isCloseTo((3 * 0.7 + 11) / 15, within(0.005));
        assertThat(quality(experience, SECOND, topic(0)).similarRequests()).isZero();
        assertThat(quality(experience, SECOND, topic(0)).mean()).isCloseTo(0.7, within(1e-9));
    }

    @Test
    void record_dissimilarRequest_isNoEvidenceHere() {
        learn(experience, List.of(FIRST));
        experience.record(outcome(FIRST, topic(0), 0));

        assertThat(quality(experience, FIRST, topic(1)).similarRequests()).isZero();
        assertThat(quality(experience, FIRST, topic(1)).mean()).isCloseTo(0.7, within(1e-9));
    }

    @Test
    void record_more_makesTheEstimateMoreCertain() {
        learn(experience, List.of(FIRST));
        double before = quality(experience, FIRST, topic(0)).standardDeviation();
        for (int i = 0; i < 30; i++) {
            experience.record(outcome(FIRST, topic(0), i % 10 < 7 ? 1 : 0));
        }

        assertThat(quality(experience, FIRST, topic(0)).standardDeviation()).isLessThan(before / 1.8);
    }

    @Test
    void record_sameDecisionTwice_replaces() {
        learn(experience, List.of(FIRST));
        RecordedOutcome bad = outcome(FIRST, topic(0), 0);
        experience.record(bad);
        experience.record(new RecordedOutcome(
                bad.decisionId(), "first", bad.embedding(), "code", 10, new Outcome(1, 100, 100), START));

        assertThat(experience.size()).isEqualTo(1);
        QualityEstimate estimate = quality(experience, FIRST, topic(0));
        assertThat(estimate.similarRequests()).isCloseTo(1, within(0.01));
        assertThat(estimate.goodAnswers()).isCloseTo(1, within(0.01));

        learn(experience, List.of(FIRST));
        assertThat(quality(experience, FIRST, topic(0)).goodAnswers()).isCloseTo(1, within(0.01));
    }

    @Test
    void forget_aDecision_isAsIfItHadNotBeen() {
        learn(experience, List.of(FIRST));
        RecordedOutcome cancelled = outcome(FIRST, topic(0), 0);
        experience.record(cancelled);
        experience.record(outcome(FIRST, topic(1), 1));

        experience.forget(cancelled.decisionId());
        experience.forget(UUID.randomUUID());

        assertThat(experience.size()).isEqualTo(1);
        assertThat(quality(experience, FIRST, topic(0)).similarRequests()).isZero();
        assertThat(quality(experience, FIRST, topic(1)).similarRequests()).isCloseTo(1, within(0.01));
        learn(experience, List.of(FIRST));
        assertThat(quality(experience, FIRST, topic(0)).similarRequests()).isZero();
    }

    @Test
    void record_beyondCapacity_forgetsTheOldest() {
        Experience small = experience(10);
        learn(small, List.of(FIRST));
        for (int i = 0; i < 10; i++) {
            small.record(outcome(FIRST, topic(0), 1));
        }
        for (int i = 0; i < 4; i++) {
            small.record(outcome(FIRST, topic(1), 1));
        }

        assertThat(small.size()).isEqualTo(10);
        assertThat(quality(small, FIRST, topic(0)).similarRequests()).isCloseTo(6, within(0.1));

        learn(small, List.of(FIRST));
        assertThat(quality(small, FIRST, topic(0)).similarRequests()).isCloseTo(6, within(0.1));
    }

    @Test
    void quality_afterHalfLife_evidenceCountsHalf() {
        learn(experience, List.of(FIRST));
        for (int i = 0; i < 8; i++) {
            experience.record(outcome(FIRST, topic(0), 1));
        }
        now.set(START.plus(HALF_LIFE));

        assertThat(quality(experience, FIRST, topic(0)).similarRequests()).isCloseTo(4, within(0.1));

        learn(experience, List.of(FIRST));
        assertThat(quality(experience, FIRST, topic(0)).similarRequests()).isCloseTo(4, within(0.1));
    }

    @Test
    void record_beforeTheFirstLearning_counts() {
        experience.know(List.of(FIRST));
        experience.record(outcome(FIRST, topic(0), 1));

        assertThat(quality(experience, FIRST, topic(0)).similarRequests()).isCloseTo(1, within(0.01));
    }

    @Test
    void record_agentNotYetKnown_countsOnceItIs() {
        learn(experience, List.of(FIRST));
        experience.record(outcome(SECOND, topic(0), 1));
        assertThat(quality(experience, SECOND, topic(0)).similarRequests()).isZero();

        experience.know(List.of(FIRST, SECOND));
        experience.record(outcome(SECOND, topic(0), 1));
        assertThat(quality(experience, SECOND, topic(0)).similarRequests()).isCloseTo(2, within(0.01));

        experience.learn();
        assertThat(quality(experience, SECOND, topic(0)).similarRequests()).isCloseTo(2, within(0.01));
    }

    @Test
    void know_anAgentThatWentAndCameBack_keepsItsOutcomes() {
        experience.know(List.of(FIRST, SECOND));
        experience.record(outcome(SECOND, topic(0), 1));

        learn(experience, List.of(FIRST));
        assertThat(quality(experience, SECOND, topic(0)).similarRequests()).isZero();

        experience.know(List.of(FIRST, SECOND));
        assertThat(quality(experience, SECOND, topic(0)).similarRequests()).isCloseTo(1, within(0.01));
    }

    @Test
    void know_otherAgentsThanLearnedOf_isStaleIfThereAreOutcomes() {
        experience.know(List.of(FIRST));
        assertThat(experience.isStale()).isFalse();
        experience.record(outcome(FIRST, topic(0), 1));
        assertThat(experience.isStale()).isTrue();
        experience.learn();
        experience.know(List.of(FIRST));
        assertThat(experience.isStale()).isFalse();
        experience.know(List.of(FIRST, SECOND));
        assertThat(experience.isStale()).isTrue();
    }

    @Test
    void record_embeddingOfAnotherModel_isRefused() {
        experience.record(outcome(FIRST, topic(0), 1));

        assertThatThrownBy(() -> experience.record(outcome(FIRST, new float[] {1, 0}, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 dimensions, got 2");
    }

    @Test
    void learn_agentsGoodAtDifferentThings_tellsThemApartOnUnseenRequests() {
        for (int i = 0; i < 300; i++) {
            int topic = i % 2;
            experience.record(outcome(FIRST, near(topic), random.nextDouble() < (topic == 0 ? 0.95 : 0.35) ? 1 : 0));
            experience.record(outcome(SECOND, near(topic), random.nextDouble() < (topic == 1 ? 0.95 : 0.35) ? 1 : 0));
        }
        learn(experience, List.of(FIRST, SECOND));

        int right = 0;
        for (int i = 0; i < 200; i++) {
            float[] unseen = near(i % 2);
            double first = quality(experience, FIRST, unseen).mean();
            double second = quality(experience, SECOND, unseen).mean();
            right += first > second == (i % 2 == 0) ? 1 : 0;
        }
        assertThat(right).isGreaterThan(190);
    }

    @Test
    void learn_agentBetterThanRegistered_isBelievedEverywhere() {
        for (int i = 0; i < 200; i++) {
            experience.record(outcome(FIRST, near(i % 3), random.nextDouble() < 0.95 ? 1 : 0));
        }
        learn(experience, List.of(FIRST));

        assertThat(quality(experience, FIRST, topic(7)).mean()).isBetween(0.85, 0.99);
    }

    @Test
    void learn_manyOutcomes_comparesWithTheNearest() {
        Experience large = experience(8_000);
        for (int i = 0; i < 6_000; i++) {
            large.record(outcome(FIRST, topic(i % 40), i % 40 == 3 ? 0 : 1));
        }
        learn(large, List.of(FIRST));

        QualityEstimate bad = quality(large, FIRST, topic(3));
        assertThat(bad.similarRequests()).isCloseTo(150, within(0.1));
        assertThat(bad.goodAnswers()).isCloseTo(0, within(0.1));
        assertThat(bad.mean()).isLessThan(0.1);
        assertThat(quality(large, FIRST, topic(4)).mean()).isGreaterThan(0.9);
    }

    @Test
    void isStale_afterEnoughOutcomes() {
        for (int i = 0; i < 24; i++) {
            experience.record(outcome(FIRST, topic(0), 1));
        }
        assertThat(experience.isStale()).isFalse();
        experience.record(outcome(FIRST, topic(0), 1));
        assertThat(experience.isStale()).isTrue();
        learn(experience, List.of(FIRST));
        assertThat(experience.isStale()).isFalse();
    }

    @Test
    void effort_noOutcomes_isRegisteredLatencyAndUsualLength() {
        EffortEstimate estimate = experience.effort().predict(request(topic(0)), FIRST);

        assertThat(estimate).isEqualTo(new EffortEstimate(TestAgents.LATENCY_MILLIS, 350, 0));
    }

    @Test
    void effort_outcomes_drawAgentAndCategoryToTheirMeans() {
        for (int i = 0; i < 45; i++) {
            experience.record(new RecordedOutcome(
                    UUID.randomUUID(),
                    "first",
                    QuantizedEmbedding.of(topic(0)),
                    "code",
                    10,
                    new Outcome(1, 400, 700),
                    START));
        }

        EffortEstimate estimate = experience.effort().predict(request(topic(0)), FIRST);
        // 45 outcomes against 7 for what is known of the agent, and 10 for the agent in the category.
        assertThat(estimate.latencyMillis()).isBetween(400.0, 415.0);
        assertThat(estimate.outputTokens()).isBetween(1.9 * 350, 2.05 * 350);
        assertThat(estimate.observations()).isCloseTo(45, within(0.1));
        assertThat(estimate.lengthSpread()).isLessThan(EffortEstimate.USUAL_SPREAD);

        // In a category never seen the agent's own mean stands for what is not known.
        EffortEstimate elsewhere = experience
                .effort()
                .predict(new RequestFeatures(10, topic(0), Map.of("translation", 1.0), Map.of()), FIRST);
        assertThat(elsewhere.latencyMillis()).isBetween(415.0, 460.0);
        assertThat(elsewhere.outputTokens()).isBetween(185.0, 200.0);
        assertThat(elsewhere.observations()).isZero();

        // Of an agent that was never asked, what all others show tells something.
        assertThat(experience.effort().predict(request(topic(0)), SECOND).outputTokens())
                .isBetween(1.4 * 350, 1.9 * 350);
        assertThat(experience.effort().predict(request(topic(0)), SECOND).latencyMillis())
                .isEqualTo(TestAgents.LATENCY_MILLIS);
    }

    /** It made 50 times as much of the estimate. */
    @Test
    void effort_oneVeryLongAnswer_hardlyMoves() {
        RequestFeatures chat = new RequestFeatures(1, topic(0), Map.of("conversation", 1.0), Map.of());
        double before = experience.effort().predict(chat, FIRST).outputTokens();

        experience.record(new RecordedOutcome(
                UUID.randomUUID(),
                "first",
                QuantizedEmbedding.of(topic(0)),
                "conversation",
                1,
                new Outcome(1, 400, 20_000),
                START));

        assertThat(experience.effort().predict(chat, FIRST).outputTokens() / before)
                .isBetween(1.05, 2.0);
    }

    @Test
    void effort_answersThatAreAllLong_areKnownToBe() {
        for (int i = 0; i < 200; i++) {
            experience.record(new RecordedOutcome(
                    UUID.randomUUID(),
                    "first",
                    QuantizedEmbedding.of(topic(0)),
                    "code",
                    10,
                    new Outcome(1, 30_000, 7_000),
                    START));
        }

        EffortEstimate estimate = experience.effort().predict(request(topic(0)), FIRST);
        assertThat(estimate.outputTokens()).isBetween(5_500.0, 8_000.0);
        assertThat(estimate.latencyMillis()).isBetween(25_000.0, 33_000.0);
    }

    /** Money is spent by the mean, not by the median. */
    @Test
    void effort_answersThatDiffer_areExpectedAtTheirMean() {
        Random random = new Random(5);
        double sum = 0;
        int answers = 400;
        for (int i = 0; i < answers; i++) {
            double tokens = 350 * Math.exp(0.8 * random.nextGaussian());
            sum += tokens;
            experience.record(new RecordedOutcome(
                    UUID.randomUUID(),
                    "first",
                    QuantizedEmbedding.of(topic(0)),
                    "code",
                    10,
                    new Outcome(1, 400, tokens),
                    START));
        }

        EffortEstimate estimate = experience.effort().predict(request(topic(0)), FIRST);
        assertThat(estimate.outputTokens()).isCloseTo(sum / answers, withPercentage(12));
        assertThat(estimate.lengthSpread()).isBetween(0.5, 0.9);
        assertThat(estimate.lowOutputTokens()).isLessThan(200);
        assertThat(estimate.highOutputTokens()).isGreaterThan(700);
    }

    @Test
    void effort_unknownFigures_teachNothing() {
        experience.record(new RecordedOutcome(
                UUID.randomUUID(), "first", QuantizedEmbedding.of(topic(0)), "code", 10, Outcome.success(), START));

        assertThat(experience.effort().predict(request(topic(0)), FIRST))
                .isEqualTo(new EffortEstimate(TestAgents.LATENCY_MILLIS, 350, 0));
    }

    @Test
    void effort_figuresBeyondBelief_teachNothing() {
        for (int i = 0; i < 20; i++) {
            experience.record(new RecordedOutcome(
                    UUID.randomUUID(),
                    "first",
                    QuantizedEmbedding.of(topic(0)),
                    "code",
                    10,
                    new Outcome(1, 1.7e308, 1.7e308),
                    START));
        }

        assertThat(experience.effort().predict(request(topic(0)), FIRST))
                .isEqualTo(new EffortEstimate(TestAgents.LATENCY_MILLIS, 350, 0));
    }

    @Test
    void predict_whileRecordingAndLearning_neverFailsAndLosesNothing() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        int outcomes = 900;
        List<RecordedOutcome> stream = new ArrayList<>();
        for (int i = 0; i < outcomes; i++) {
            stream.add(outcome(FIRST, topic(0), 1));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            Future<?> reader = threads.submit(() -> {
                while (!done.get()) {
                    double similar = quality(experience, FIRST, topic(0)).similarRequests();
                    assertThat(similar).isBetween(0.0, outcomes * 1.001);
                }
            });
            Future<?> learner = threads.submit(() -> {
                for (int i = 0; !done.get(); i++) {
                    learn(experience, i % 2 == 0 ? List.of(FIRST) : List.of(FIRST, SECOND));
                }
            });
            stream.forEach(experience::record);
            done.set(true);
            learner.get();
            reader.get();
        }

        learn(experience, List.of(FIRST));
        assertThat(experience.size()).isEqualTo(outcomes);
        assertThat(quality(experience, FIRST, topic(0)).similarRequests()).isCloseTo(outcomes, within(0.5));
    }

    @Test
    void predict_outcomesThatContradictTheDifficulty_overruleIt() {
        Random random = new Random(3);
        for (int i = 0; i < 600; i++) {
            // The text makes every second request look demanding, and they are answered no worse than the others.
            double difficulty = i % 2 == 0 ? 1 : -1;
            experience.record(difficult(topic(random.nextInt(3)), difficulty, random.nextDouble() < 0.8 ? 1 : 0));
        }
        double before = difference(new Experience(ExperienceSettings.STANDARD, now::get));

        learn(experience, List.of(FIRST));

        assertThat(before).isGreaterThan(0.2);
        assertThat(difference(experience)).isLessThan(0.2 * before);
    }

    @Test
    void predict_outcomesThatBearOutTheDifficulty_keepIt() {
        Random random = new Random(3);
        for (int i = 0; i < 600; i++) {
            double difficulty = i % 2 == 0 ? 1 : -1;
            double chance = i % 2 == 0 ? 0.6 : 0.92;
            experience.record(difficult(topic(random.nextInt(3)), difficulty, random.nextDouble() < chance ? 1 : 0));
        }

        learn(experience, List.of(FIRST));

        assertThat(difference(experience)).isBetween(0.22, 0.42);
    }

    /** How much better an answer to a request that looks easy is than to one that looks demanding. */
    private static double difference(Experience experience) {
        QualityPredictor quality = experience.quality();
        double easy = quality.predict(new RequestFeatures(10, topic(0), Map.of(), Map.of(), -1), FIRST)
                .mean();
        double demanding = quality.predict(new RequestFeatures(10, topic(0), Map.of(), Map.of(), 1), FIRST)
                .mean();
        return easy - demanding;
    }

    private RecordedOutcome difficult(float[] embedding, double difficulty, double good) {
        return new RecordedOutcome(
                UUID.randomUUID(),
                "first",
                QuantizedEmbedding.of(embedding),
                "",
                10,
                difficulty,
                new Outcome(good, 500, 100),
                now.get());
    }

    private static void learn(Experience experience, List<Agent> agents) {
        experience.know(agents);
        experience.learn();
    }

    private static QualityEstimate quality(Experience experience, Agent agent, float[] embedding) {
        return experience.quality().predict(request(embedding), agent);
    }

    private static RequestFeatures request(float[] embedding) {
        return new RequestFeatures(10, embedding, Map.of("code", 1.0), Map.of());
    }

    private RecordedOutcome outcome(Agent agent, float[] embedding, double good) {
        return new RecordedOutcome(
                UUID.randomUUID(),
                agent.name(),
                QuantizedEmbedding.of(embedding),
                "code",
                10,
                new Outcome(good, 500, 100),
                now.get());
    }

    /** A direction of its own for each topic. */
    private static float[] topic(int number) {
        float[] vector = new float[DIMENSION];
        vector[number] = 1;
        return vector;
    }

    /** A random request of a topic; two of one topic have a cosine of about 0.6. */
    private float[] near(int topic) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) (random.nextGaussian() * 0.1);
        }
        vector[topic] += 1;
        VectorMath.normalizeInPlace(vector);
        return vector;
    }
}
