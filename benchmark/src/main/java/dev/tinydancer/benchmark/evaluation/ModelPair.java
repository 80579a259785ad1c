package dev.tinydancer.benchmark.evaluation;

import java.util.Comparator;
import java.util.List;

/** Two models to route between, the strong one answering more requests well. */
public record ModelPair(String weak, String strong) {

    /**
     * The worst and the best model of the rows.
     *
     * @throws InvalidDataException if the rows have fewer than two models in common
     */
    public static ModelPair of(List<EncodedRow> rows) {
        List<String> models = rows.getFirst().row().outcomes().keySet().stream()
                .filter(model ->
                        rows.stream().allMatch(row -> row.row().outcomes().containsKey(model)))
                .sorted(Comparator.comparingDouble((String model) -> meanScore(rows, model)))
                .toList();
        if (models.size() < 2) {
            throw new InvalidDataException(
                    "routing needs two models with an outcome in every row, the rows have in common " + models);
        }
        return new ModelPair(models.getFirst(), models.getLast());
    }

    private static double meanScore(List<EncodedRow> rows, String model) {
        return rows.stream()
                .mapToDouble(row -> row.row().outcome(model).score())
                .average()
                .orElseThrow();
    }
}
