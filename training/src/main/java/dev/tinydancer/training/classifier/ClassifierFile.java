package dev.tinydancer.training.classifier;

import dev.tinydancer.router.neural.FastGrnnFile;
import dev.tinydancer.router.neural.NetworkShape;
import dev.tinydancer.router.neural.RequestClassifier;
import dev.tinydancer.router.neural.Temperatures;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import dev.tinydancer.router.safetensors.WeightRows;
import dev.tinydancer.training.optimization.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The file of a trained network, from which a {@link RequestClassifier} is read that answers as the network does. */
final class ClassifierFile {

    private static final String LABEL_SEPARATOR = ",";

    private ClassifierFile() {}

    /**
     * The content of the file.
     *
     * @param quantize whether token vectors, phrase weights and matrices are rounded to bytes
     * @param notes further metadata
     * @throws IllegalArgumentException if a label is blank or holds a comma
     */
    static Safetensors of(
            RequestNetwork network,
            Labels labels,
            Temperatures temperatures,
            boolean quantize,
            Map<String, String> notes) {
        NetworkShape shape = network.shape();
        Map<String, String> metadata = new LinkedHashMap<>(notes);
        metadata.put("format", RequestClassifier.FORMAT);
        metadata.put("categories", joined(labels.categories()));
        metadata.put("capabilities", joined(labels.capabilities()));
        metadata.put("temperature.category", Float.toString(temperatures.category()));
        metadata.put("temperature.capability", Float.toString(temperatures.capability()));
        metadata.put("vocabulary", Integer.toString(shape.vocabulary()));
        metadata.put("window.head", Integer.toString(shape.window().head()));
        metadata.put("window.tail", Integer.toString(shape.window().tail()));
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        rows(network.tokenVectors(), shape.dimension(), quantize).write("tokens", tensors);
        network.phraseTable().write(tensors);
        rows(network.phraseWeights(), shape.categories(), quantize).write("phrases", tensors);
        FastGrnnFile.write(network.cell(), quantize, "cell.", tensors);
        rows(network.categoryWeights(), shape.encoding(), false).write("category.weights", tensors);
        rows(network.categoryBias(), shape.categories(), false).write("category.bias", tensors);
        rows(network.capabilityWeights(), shape.encoding(), false).write("capability.weights", tensors);
        rows(network.capabilityMix(), shape.categories(), false).write("capability.mix", tensors);
        rows(network.capabilityBias(), shape.capabilities(), false).write("capability.bias", tensors);
        return Safetensors.of(tensors, metadata).sealed();
    }

    private static String joined(List<String> labels) {
        for (String label : labels) {
            if (label.isBlank() || label.contains(LABEL_SEPARATOR)) {
                throw new IllegalArgumentException(
                        "a label must not be blank or contain \"" + LABEL_SEPARATOR + "\", got \"" + label + "\"");
            }
        }
        return String.join(LABEL_SEPARATOR, labels);
    }

    private static WeightRows rows(Parameter parameter, int length, boolean quantize) {
        return quantize ? WeightRows.quantized(parameter.values(), length) : WeightRows.of(parameter.values(), length);
    }
}
