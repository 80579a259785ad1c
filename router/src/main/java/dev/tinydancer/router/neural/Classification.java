package dev.tinydancer.router.neural;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What a {@link RequestClassifier} makes of a request. Not a record, because it holds arrays. */
public final class Classification {

    private final List<String> categories;
    private final float[] categoryProbabilities;
    private final List<String> capabilities;
    private final float[] capabilityProbabilities;

    Classification(
            List<String> categories,
            float[] categoryProbabilities,
            List<String> capabilities,
            float[] capabilityProbabilities) {
        this.categories = categories;
        this.categoryProbabilities = categoryProbabilities;
        this.capabilities = capabilities;
        this.capabilityProbabilities = capabilityProbabilities;
    }

    /**
     * The same answer, believed in part only: the likeliest category stays the likeliest, and its probability comes nearer to
     * that of a guess.
     *
     * @param share in [0, 1]; 1 believes all of it
     */
    Classification believed(double share) {
        if (share == 1) {
            return this;
        }
        float[] doubted = categoryProbabilities.clone();
        for (int i = 0; i < doubted.length; i++) {
            doubted[i] = (float) (share * doubted[i] + (1 - share) / doubted.length);
        }
        return new Classification(categories, doubted, capabilities, capabilityProbabilities);
    }

    /** The categories, in the model's order. */
    public List<String> categories() {
        return categories;
    }

    /** Probability of each of {@link #categories()}; they sum to 1; not a copy. */
    public float[] categoryProbabilities() {
        return categoryProbabilities;
    }

    /** The capabilities, in the model's order. */
    public List<String> capabilities() {
        return capabilities;
    }

    /** Probability that the request needs each of {@link #capabilities()}, each in [0, 1]; not a copy. */
    public float[] capabilityProbabilities() {
        return capabilityProbabilities;
    }

    /** The most probable category. */
    public String topCategory() {
        return categories.get(Probabilities.largest(categoryProbabilities));
    }

    /** The probability of {@link #topCategory()}, in [0, 1]. */
    public float confidence() {
        return categoryProbabilities[Probabilities.largest(categoryProbabilities)];
    }

    /** Probability of each category, in descending order. */
    public Map<String, Double> categoriesByProbability() {
        return descending(categories, categoryProbabilities);
    }

    /** Probability of each capability, in descending order. */
    public Map<String, Double> capabilitiesByProbability() {
        return descending(capabilities, capabilityProbabilities);
    }

    private static Map<String, Double> descending(List<String> labels, float[] probabilities) {
        Map<String, Double> sorted = LinkedHashMap.newLinkedHashMap(labels.size());
        IntStream.range(0, labels.size())
                .boxed()
                .sorted((a, b) -> Float.compare(probabilities[b], probabilities[a]))
                .forEach(i -> sorted.put(labels.get(i), (double) probabilities[i]));
        return Collections.unmodifiableMap(sorted);
    }
}
