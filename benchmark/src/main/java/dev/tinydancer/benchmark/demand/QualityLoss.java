package dev.tinydancer.benchmark.demand;

import dev.tinydancer.benchmark.evaluation.EncodedRow;
import dev.tinydancer.benchmark.evaluation.LearnedRouting;
import dev.tinydancer.benchmark.evaluation.ModelOutcome;
import dev.tinydancer.benchmark.evaluation.ModelPair;
import dev.tinydancer.benchmark.evaluation.RoutingCurve;
import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.vector.Logistic;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The logarithmic loss of predicted quality on recorded outcomes. */
final class QualityLoss {

    private static final double LEAST_PROBABILITY = 0.005;

    private QualityLoss() {}

    /** What quality is predicted to be before any outcome: σ(θ - δ) with the model's mean score for θ. */
    static double withoutOutcomes(List<EncodedRow> rows, boolean withDifficulty) {
        Map<String, Double> means = MeanScores.of(rows);
        double loss = 0;
        int outcomes = 0;
        for (EncodedRow row : rows) {
            double difficulty = withDifficulty ? row.features().difficulty() : 0;
            for (Map.Entry<String, ModelOutcome> outcome : row.row().outcomes().entrySet()) {
                double mean = Math.clamp(means.getOrDefault(outcome.getKey(), 0.5), 0.01, 0.99);
                loss += loss(outcome.getValue().score(), Logistic.probability(Logistic.logit(mean) - difficulty));
                outcomes++;
            }
        }
        return loss / outcomes;
    }

    /** APGR between two models before any outcome, by the gain that their mean scores and the difficulties promise. */
    static double gapRecovered(List<EncodedRow> rows, ModelPair pair) {
        Map<String, Double> means = MeanScores.of(rows);
        double weak = Logistic.logit(Math.clamp(means.getOrDefault(pair.weak(), 0.5), 0.01, 0.99));
        double strong = Logistic.logit(Math.clamp(means.getOrDefault(pair.strong(), 0.5), 0.01, 0.99));
        return recovered(
                rows,
                pair,
                rows.stream()
                        .mapToDouble(row -> row.features().difficulty())
                        .map(difficulty ->
                                Logistic.probability(strong - difficulty) - Logistic.probability(weak - difficulty))
                        .toArray());
    }

    /** The same if the longer request had the better model. */
    static double gapRecoveredByLength(List<EncodedRow> rows, ModelPair pair) {
        return recovered(
                rows,
                pair,
                rows.stream().mapToDouble(row -> row.features().inputTokens()).toArray());
    }

    /**
     * The same if it were known how far the models are apart on each kind of request, which is its source: the mean of every
     * other request of the file, and for these of the rest, so that no request knows itself. More than this no prior can say
     * of a request without telling those of one kind apart.
     */
    static double gapRecoveredByKind(List<EncodedRow> rows, ModelPair pair) {
        double[] weak = scores(rows, pair.weak());
        double[] strong = scores(rows, pair.strong());
        List<Map<String, DoubleSummaryStatistics>> halves = List.of(new HashMap<>(), new HashMap<>());
        for (int row = 0; row < weak.length; row++) {
            halves.get(row % 2)
                    .computeIfAbsent(rows.get(row).row().source(), unseen -> new DoubleSummaryStatistics())
                    .accept(strong[row] - weak[row]);
        }
        double[] gains = new double[weak.length];
        for (int row = 0; row < gains.length; row++) {
            DoubleSummaryStatistics kind =
                    halves.get(1 - row % 2).get(rows.get(row).row().source());
            gains[row] = kind == null ? 0 : kind.getAverage();
        }
        return recovered(rows, pair, gains);
    }

    private static double recovered(List<EncodedRow> rows, ModelPair pair, double[] gains) {
        return RoutingCurve.of(gains, scores(rows, pair.weak()), scores(rows, pair.strong()))
                .averagePerformanceGapRecovered();
    }

    private static double[] scores(List<EncodedRow> rows, String model) {
        return rows.stream()
                .mapToDouble(row -> row.row().outcome(model).score())
                .toArray();
    }

    /** What a router that has learned predicts for rows that it has not seen. */
    static double learned(List<String> models, List<EncodedRow> labelled, List<EncodedRow> tested) {
        LearnedRouting routing = LearnedRouting.learn(QualityLoss::unasked, models, labelled);
        double loss = 0;
        for (EncodedRow row : tested) {
            List<Prospect> prospects = routing.prospects(row.features());
            for (int model = 0; model < models.size(); model++) {
                loss += loss(
                        row.row().outcome(models.get(model)).score(),
                        prospects.get(model).quality());
            }
        }
        return loss / tested.size() / models.size();
    }

    private static RequestFeatures unasked(String text) {
        throw new IllegalStateException("rows are encoded before, \"" + text + "\" is not to be");
    }

    private static double loss(double score, double predicted) {
        double probability = Math.clamp(predicted, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY);
        return -score * Math.log(probability) - (1 - score) * Math.log(1 - probability);
    }
}
