package dev.tinydancer.router.neural;

import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import dev.tinydancer.router.safetensors.WeightRows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Files of small classifiers with random weights: three phrases, four dimensions, three hidden units. */
final class RandomClassifier {

    private static final int DIMENSION = 4;
    private static final int HIDDEN = 3;
    private static final int PHRASES = 3;

    private RandomClassifier() {}

    static Safetensors file(
            int vocabulary, List<String> categories, List<String> capabilities, Temperatures certainty) {
        Random random = new Random(41);
        int categoryCount = categories.size();
        int capabilityCount = capabilities.size();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        WeightRows.quantized(TextbookCell.random(random, vocabulary * DIMENSION, 1), DIMENSION)
                .write("tokens", tensors);
        tensors.put("phrases.hashes", Tensor.ofInts(new int[] {11, -7, 1 << 30}, PHRASES));
        tensors.put("phrases.rarities", Tensor.ofFloats(new float[] {1, 2, 3}, PHRASES));
        WeightRows.quantized(TextbookCell.random(random, PHRASES * categoryCount, 0.8), categoryCount)
                .write("phrases", tensors);
        FastGrnnFile.write(
                TextbookCell.forms(random, DIMENSION, HIDDEN).getFirst().cell(), true, "cell.", tensors);
        put(tensors, random, "category.weights", categoryCount, 2 * HIDDEN);
        put(tensors, random, "category.bias", 1, categoryCount);
        put(tensors, random, "capability.weights", capabilityCount, 2 * HIDDEN);
        put(tensors, random, "capability.mix", capabilityCount, categoryCount);
        put(tensors, random, "capability.bias", 1, capabilityCount);
        return Safetensors.of(
                        tensors,
                        Map.of(
                                "format", RequestClassifier.FORMAT,
                                "categories", String.join(",", categories),
                                "capabilities", String.join(",", capabilities),
                                "temperature.category", Float.toString(certainty.category()),
                                "temperature.capability", Float.toString(certainty.capability()),
                                "vocabulary", Integer.toString(vocabulary),
                                "window.head", "5",
                                "window.tail", "3"))
                .sealed();
    }

    private static void put(Map<String, Tensor> tensors, Random random, String name, int rows, int columns) {
        tensors.put(name, Tensor.ofFloats(TextbookCell.random(random, rows * columns, 0.8), rows, columns));
    }
}
