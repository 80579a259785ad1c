package dev.tinydancer.benchmark.evaluation;

import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.vector.QuantizedMatrix;
import java.util.List;

/** The baseline to beat: the mean score of each model on the labelled requests nearest to the one at hand. */
final class NearestNeighbours {

    private final int neighbours;
    private final QuantizedMatrix requests;

    /** {@code [labelled rows][models]}. */
    private final double[][] scores;

    NearestNeighbours(List<EncodedRow> labelled, List<String> models, int neighbours) {
        this.neighbours = neighbours;
        this.requests = new QuantizedMatrix(labelled.getFirst().features().embedding().length);
        labelled.forEach(row -> requests.add(row.features().embedding()));
        this.scores = labelled.stream()
                .map(row -> models.stream()
                        .mapToDouble(model -> row.row().outcome(model).score())
                        .toArray())
                .toArray(double[][]::new);
    }

    /** The predicted score of each model, in the order of the models. */
    double[] qualities(RequestFeatures request) {
        List<QuantizedMatrix.Match> nearest = requests.nearest(request.embedding(), neighbours);
        double[] means = new double[scores[0].length];
        for (QuantizedMatrix.Match match : nearest) {
            for (int model = 0; model < means.length; model++) {
                means[model] += scores[match.row()][model] / nearest.size();
            }
        }
        return means;
    }
}
