package dev.tinydancer.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RouteFitterTest {

    private static final int DIMENSION = 32;
    private static final long SEED = 5;

    /** Some routes are narrow and some broad, so that no common threshold serves them all. */
    private final List<Topic> topics = new ArrayList<>();

    private final Random random = new Random(3);

    RouteFitterTest() {
        for (int i = 0; i < 12; i++) {
            topics.add(new Topic("topic " + i, gaussian(new float[DIMENSION], 1), i % 2 == 0 ? 0.3 : 1.0));
        }
    }

    @Test
    void fit_learnsWhenToAbstain() {
        RouteIndex index = index();

        RouteFit fit = new RouteFitter(SEED).fit(index, examples(20));

        assertThat(fit.after().balanced())
                .isGreaterThan(fit.before().balanced() + 0.05)
                .isGreaterThan(0.85);
        assertThat(fit.thresholds().keySet())
                .containsExactlyElementsOf(
                        index.routes().stream().map(SemanticRoute::name).toList());
    }

    @Test
    void fit_heldOutFiguresHoldOnNewQueries() {
        RouteIndex index = index();

        RouteFit fit = new RouteFitter(SEED).fit(index, examples(30));

        RouteIndex fitted = RouteIndex.of(index.routes().stream()
                .map(route -> route.withScoreThreshold(threshold(fit, route.name())))
                .toList());
        RouteFit judged = new RouteFitter(SEED).fit(fitted, examples(30));
        assertThat(judged.before().balanced()).isCloseTo(fit.after().balanced(), within(0.04));
    }

    @Test
    void fit_sameSeedSameResult() {
        List<LabelledQuery> examples = examples(8);

        RouteFit first = new RouteFitter(SEED).fit(index(), examples);
        RouteFit second = new RouteFitter(SEED).fit(index(), examples);

        assertThat(second.thresholds()).isEqualTo(first.thresholds());
        assertThat(second.after()).isEqualTo(first.after());
    }

    @Test
    void fit_tellsWhichQueriesItMisses() {
        List<LabelledQuery> examples = examples(10);

        RouteFit fit = new RouteFitter(SEED).fit(index(), examples);

        assertThat(fit.misses()).hasSize((int) Math.round((1 - fit.after().accuracy()) * examples.size()));
        assertThat(fit.misses())
                .allSatisfy(miss ->
                        assertThat(miss.answer()).isNotEqualTo(miss.example().routeName()));
    }

    @Test
    void fit_leavesWhatCannotBeBettered() {
        RouteIndex index = RouteIndex.of(List.of(
                RandomRoutes.route("a", List.of(Utterance.of("", unit(0))), 0, RouteConditions.NONE, 0.77),
                RandomRoutes.route("b", List.of(Utterance.of("", unit(1))), 0, RouteConditions.NONE, 0.66)));
        List<LabelledQuery> examples = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            examples.add(new LabelledQuery(Utterance.of("", unit(0)), "a"));
            examples.add(new LabelledQuery(Utterance.of("", unit(1)), "b"));
            examples.add(new LabelledQuery(Utterance.of("", unit(2)), null));
        }

        RouteFit fit = new RouteFitter(SEED).fit(index, examples);

        assertThat(fit.thresholds()).isEqualTo(Map.of("a", 0.77, "b", 0.66));
        assertThat(fit.before().accuracy()).isEqualTo(1);
        assertThat(fit.misses()).isEmpty();
    }

    @Test
    void fit_onlyQueriesWithARoute() {
        List<LabelledQuery> routed = examples(5).stream()
                .filter(example -> example.routeName() != null)
                .toList();

        RouteFit fit = new RouteFitter(SEED).fit(index(), routed);

        assertThat(fit.after().abstained()).isNaN();
        assertThat(fit.after().balanced()).isEqualTo(fit.after().matched());
    }

    @Test
    void fit_invalid() {
        LabelledQuery example = new LabelledQuery(Utterance.of("", unit(0)), "nowhere");

        assertThatThrownBy(() -> new RouteFitter(SEED).fit(index(), List.of(example)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("examples must be at least 5, one for each fold, got 1");
        assertThatThrownBy(() -> new RouteFitter(2, SEED).fit(index(), List.of(example, example)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an example names the route \"nowhere\", which does not exist");
        assertThatThrownBy(() -> new RouteFitter(1, SEED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("folds must be at least 2, got 1");
    }

    /** The first eight topics are routes; the others belong to none. */
    private RouteIndex index() {
        Random utterances = new Random(17);
        return RouteIndex.of(topics.subList(0, 8).stream()
                .map(topic -> RandomRoutes.route(
                        topic.name,
                        List.of(
                                Utterance.of("", topic.sample(utterances)),
                                Utterance.of("", topic.sample(utterances)),
                                Utterance.of("", topic.sample(utterances))),
                        0,
                        RouteConditions.NONE,
                        null))
                .toList());
    }

    private List<LabelledQuery> examples(int ofEach) {
        List<LabelledQuery> examples = new ArrayList<>();
        for (int i = 0; i < topics.size(); i++) {
            @Nullable String label = i < 8 ? topics.get(i).name : null;
            for (int j = 0; j < ofEach; j++) {
                examples.add(new LabelledQuery(Utterance.of("", topics.get(i).sample(random)), label));
            }
        }
        return examples;
    }

    private static double threshold(RouteFit fit, String name) {
        return fit.thresholds().getOrDefault(name, Double.NaN);
    }

    private float[] gaussian(float[] centre, double deviation) {
        return gaussian(random, centre, deviation);
    }

    private static float[] gaussian(Random random, float[] centre, double deviation) {
        float[] vector = new float[centre.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (centre[i] + deviation * random.nextGaussian());
        }
        return vector;
    }

    private static float[] unit(int axis) {
        float[] vector = new float[DIMENSION];
        vector[axis] = 1;
        return vector;
    }

    /** A subject and how widely what is said of it differs. */
    private static final class Topic {

        final String name;
        private final float[] centre;
        private final double spread;

        Topic(String name, float[] centre, double spread) {
            this.name = name;
            this.centre = centre;
            this.spread = spread;
        }

        float[] sample(Random random) {
            return gaussian(random, centre, spread);
        }
    }
}
