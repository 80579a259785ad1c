package dev.tinydancer.benchmark.evaluation;

import dev.tinydancer.benchmark.evaluation.CostQualityHull.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What every model scored and cost on every tested row: enough to say what any way of choosing would have achieved. */
final class OutcomeTable {

    /** {@code [rows][models]}. */
    private final double[][] scores;

    private final double[][] costs;

    private OutcomeTable(double[][] scores, double[][] costs) {
        this.scores = scores;
        this.costs = costs;
    }

    /** @throws InvalidDataException if a cost is not known */
    static OutcomeTable of(List<EncodedRow> rows, List<String> models) {
        OutcomeTable table = new OutcomeTable(
                matrix(rows, models, ModelOutcome::score), matrix(rows, models, ModelOutcome::costUsd));
        for (int row = 0; row < rows.size(); row++) {
            for (int model = 0; model < models.size(); model++) {
                if (Double.isNaN(table.costs[row][model])) {
                    throw new InvalidDataException(
                            "row " + rows.get(row).row().id() + " has no cost_usd of \"" + models.get(model) + "\"");
                }
            }
        }
        return table;
    }

    private static double[][] matrix(
            List<EncodedRow> rows, List<String> models, ToDoubleFunction<ModelOutcome> figure) {
        return rows.stream()
                .map(row -> models.stream()
                        .mapToDouble(model -> figure.applyAsDouble(row.row().outcome(model)))
                        .toArray())
                .toArray(double[][]::new);
    }

    int rows() {
        return scores.length;
    }

    int models() {
        return scores[0].length;
    }

    /** Mean cost and score over some rows when row r is sent to model {@code choice[r]}. */
    Point point(int[] choice, int[] rows) {
        double cost = 0;
        double score = 0;
        for (int row : rows) {
            cost += costs[row][choice[row]];
            score += scores[row][choice[row]];
        }
        // A sum of rounded scores may exceed their number by a rounding error.
        return new Point(cost / rows.length, Math.min(1, score / rows.length));
    }

    /** The hull of several choices, each as in {@link #point}. */
    CostQualityHull hull(List<int[]> choices, int[] rows) {
        return CostQualityHull.of(
                choices.stream().map(choice -> point(choice, rows)).toList());
    }

    /** AIQ of several choices, between the costs of the cheapest and of the dearest single model. */
    double averageImprovementInQuality(List<int[]> choices, int[] rows) {
        double[] singles = singleModels().stream()
                .mapToDouble(choice -> point(choice, rows).cost())
                .sorted()
                .toArray();
        return hull(choices, rows).averageImprovementInQuality(singles[0], singles[singles.length - 1]);
    }

    int[] allRows() {
        return IntStream.range(0, rows()).toArray();
    }

    /** As many rows, drawn with replacement. */
    int[] bootstrap(Random random) {
        return random.ints(rows(), 0, rows()).toArray();
    }

    /** For each model the choice of always taking it. */
    List<int[]> singleModels() {
        return IntStream.range(0, models())
                .mapToObj(model -> IntStream.generate(() -> model).limit(rows()).toArray())
                .toList();
    }

    /** For each row a model drawn by lot. */
    int[] randomModels(Random random) {
        return random.ints(rows(), 0, models()).toArray();
    }

    /** For each worth of a good answer the choices that would have been best, outcomes known. */
    List<int[]> bestInHindsight(double[] worths) {
        return choices(worths, scores, costs);
    }

    /**
     * For each worth of a good answer, in US dollars, the model with the highest worth · quality - cost in each row.
     *
     * @param qualities {@code [rows][models]}, predicted
     * @param costs {@code [rows][models]}, predicted, in US dollars
     */
    static List<int[]> choices(double[] worths, double[][] qualities, double[][] costs) {
        List<int[]> choices = new ArrayList<>(worths.length);
        for (double worth : worths) {
            choices.add(IntStream.range(0, qualities.length)
                    .map(row -> best(worth, qualities[row], costs[row]))
                    .toArray());
        }
        return choices;
    }

    private static int best(double worth, double[] qualities, double[] costs) {
        int best = 0;
        for (int model = 1; model < qualities.length; model++) {
            if (worth * qualities[model] - costs[model] > worth * qualities[best] - costs[best]) {
                best = model;
            }
        }
        return best;
    }
}
