package dev.tinydancer.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.semantic.Ranking.Scored;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ThresholdFitTest {

    private static final int NONE = FitQuery.NONE;

    @Test
    void fit_findsTheShiftThatAllShare() {
        List<FitQuery> queries =
                List.of(query(0, 0.9), query(0, 0.8), query(1, 0.1, 0.85), query(NONE, 0.7), query(NONE, 0.2, 0.75));

        double[] thresholds = new ThresholdFit(queries).fit(new double[] {0.6, 0.6}, Double.POSITIVE_INFINITY);

        assertThat(thresholds[0]).isEqualTo(thresholds[1]).isBetween(0.75, 0.8);
    }

    @Test
    void fit_setsRoutesApart() {
        List<FitQuery> queries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            queries.add(query(0, 0.6 + 0.001 * i, 0));
            queries.add(query(NONE, 0.5 + 0.001 * i, 0));
            queries.add(query(1, 0, 0.9 + 0.001 * i));
            queries.add(query(NONE, 0, 0.8 + 0.001 * i));
        }

        double[] thresholds = new ThresholdFit(queries).fit(new double[] {0.7, 0.7}, 0);

        assertThat(thresholds[0]).isBetween(0.519, 0.6);
        assertThat(thresholds[1]).isBetween(0.819, 0.9);
    }

    @Test
    void fit_fewExamplesStayNearTheOthers() {
        List<FitQuery> queries = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            queries.add(query(0, 0.8 + 0.001 * i, 0));
            queries.add(query(NONE, 0.6 + 0.001 * i, 0));
        }
        queries.add(query(1, 0, 0.3));

        double free = new ThresholdFit(queries).fit(new double[] {0.7, 0.7}, 0)[1];
        double held = new ThresholdFit(queries).fit(new double[] {0.7, 0.7}, 9)[1];

        assertThat(free).isLessThanOrEqualTo(0.3);
        assertThat(held).as("one of ten parts of the way").isCloseTo(0.7 + (free - 0.7) / 10, within(1e-9));
    }

    @Test
    void fit_nothingToLearnStaysPut() {
        double[] defaults = {0.4, 0.6};

        assertThat(new ThresholdFit(List.of(query(0, 0.9, 0), query(NONE, 0.1, 0))).fit(defaults, 1))
                .containsExactly(defaults);
        assertThat(new ThresholdFit(List.of()).fit(defaults, 1)).containsExactly(defaults);
    }

    @Test
    void fit_oneRouteMatchesTheBestOfAllThresholds() {
        Random random = new Random(11);
        for (int trial = 0; trial < 200; trial++) {
            List<FitQuery> queries = IntStream.range(0, 1 + random.nextInt(30))
                    .mapToObj(i -> query(random.nextBoolean() ? 0 : NONE, random.nextInt(20) / 20.0))
                    .toList();

            double learned = new ThresholdFit(queries).fit(new double[] {0.5}, 0)[0];

            double best = IntStream.rangeClosed(0, 1000)
                    .mapToDouble(step -> balanced(queries, step / 1000.0))
                    .max()
                    .orElseThrow();
            assertThat(balanced(queries, learned)).as("trial %d", trial).isCloseTo(best, within(1e-9));
        }
    }

    private static double balanced(List<FitQuery> queries, double threshold) {
        long routed = queries.stream().filter(query -> query.label == 0).count();
        long none = queries.size() - routed;
        double value = 0;
        for (FitQuery query : queries) {
            if (query.answer(new double[] {threshold}) == query.label) {
                value += 1.0 / (query.label == NONE ? none : routed);
            }
        }
        return value;
    }

    /** A query with the similarities to the routes at places 0, 1 and so on. */
    private static FitQuery query(int label, double... similarities) {
        return new FitQuery(
                label,
                IntStream.range(0, similarities.length)
                        .mapToObj(place -> new Scored(place, 0, similarities[place], 0, similarities[place]))
                        .sorted(Ranking.BY_SIMILARITY)
                        .toList());
    }
}
