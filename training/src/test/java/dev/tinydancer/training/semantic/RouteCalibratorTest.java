package dev.tinydancer.training.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.router.semantic.RouteCalibration;
import dev.tinydancer.router.semantic.RouteConditions;
import dev.tinydancer.router.semantic.RouteContext;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.RouteMatch;
import dev.tinydancer.router.semantic.RouteScoring;
import dev.tinydancer.router.semantic.SemanticRoute;
import dev.tinydancer.router.semantic.Utterance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RouteCalibratorTest {

    private static final int DIMENSION = 16;
    private static final RouteScoring SCORING = RouteCalibration.BGE_SMALL.scoring();
    private static final RouteContext ANYBODY = RouteContext.at(Instant.EPOCH);

    private final Random random = new Random(9);

    @Test
    void calibrate_confidenceIsTheShareOfRightAnswers() {
        List<CalibrationTopic> topics = topics(30);

        RouteCalibration calibration = new RouteCalibrator(SCORING, 10, 1).calibrate(List.of(topics), noise(50));

        double confidence = 0;
        int right = 0;
        int asked = 0;
        int answeredNoise = 0;
        List<SemanticRoute> routes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            routes.add(new SemanticRoute(
                    "route " + i, "", topics.get(i).examples().subList(0, 3), "agent", 0, RouteConditions.NONE, null));
        }
        RouteIndex index = RouteIndex.of(routes, calibration);
        RouteIndex open = index.updated(
                routes.stream().map(route -> route.withScoreThreshold(0)).toList());
        for (int i = 0; i < 20; i++) {
            for (Utterance query : topics.get(i).examples().subList(20, 40)) {
                RouteMatch best = open.match("", query.toArray(), 1, ANYBODY).getFirst();
                confidence += best.confidence();
                right += best.route().name().equals("route " + i) ? 1 : 0;
                asked++;
            }
        }
        for (Utterance query : noise(100)) {
            answeredNoise += index.match("", query.toArray(), 1, ANYBODY).isEmpty() ? 0 : 1;
        }
        assertThat(confidence / asked)
                .as("stated, against %s of %s right", right, asked)
                .isBetween((double) right / asked - 0.1, (double) right / asked + 0.1);
        assertThat((double) right / asked)
                .as("half of the queries have no route")
                .isBetween(0.4, 0.5);
        assertThat(answeredNoise).isLessThan(20);
    }

    @Test
    void calibrate_sameSeedSameResult() {
        List<CalibrationTopic> topics = topics(8);
        List<Utterance> unrelated = noise(10);

        assertThat(new RouteCalibrator(SCORING, 2, 2).calibrate(List.of(topics), unrelated))
                .isEqualTo(new RouteCalibrator(SCORING, 2, 2).calibrate(List.of(topics), unrelated));
    }

    @Test
    void topic_tooFewExamples() {
        assertThatThrownBy(() -> new CalibrationTopic(Utterance.of("weather", new float[] {1}), noise(39)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a topic must have at least 40 examples, \"weather\" has 39");
    }

    private List<CalibrationTopic> topics(int count) {
        List<CalibrationTopic> topics = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] centre = gaussian(new float[DIMENSION], 1);
            List<Utterance> examples = new ArrayList<>();
            for (int j = 0; j < CalibrationTopic.LEAST_EXAMPLES; j++) {
                examples.add(Utterance.of("", gaussian(centre, 0.5)));
            }
            topics.add(new CalibrationTopic(Utterance.of("", gaussian(centre, 0.5)), examples));
        }
        return topics;
    }

    private List<Utterance> noise(int count) {
        List<Utterance> noise = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            noise.add(Utterance.of("", gaussian(new float[DIMENSION], 1)));
        }
        return noise;
    }

    private float[] gaussian(float[] centre, double deviation) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) (centre[i] + deviation * random.nextGaussian());
        }
        return vector;
    }
}
