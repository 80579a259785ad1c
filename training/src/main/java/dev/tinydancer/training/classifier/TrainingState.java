package dev.tinydancer.training.classifier;

import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import dev.tinydancer.training.optimization.Adam;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a training stands between two epochs: the weights, the optimiser's moments, the best weights so far. Together
 * with data and options it determines all that follows, so that a training that was broken off goes on as if it had not
 * been. For one thread.
 */
final class TrainingState {

    private final Adam adam;
    private final List<Adam.Slot> slots;
    private final float[][] best;
    private int epoch;
    private int bestEpoch;
    private double bestAccuracy = Double.NaN;
    private double lastLoss = Double.NaN;
    private double lastAccuracy = Double.NaN;

    TrainingState(Adam adam) {
        this.adam = adam;
        this.slots = adam.slots();
        this.best = new float[slots.size()][];
        keep();
    }

    /** Number of whole epochs done. */
    int epoch() {
        return epoch;
    }

    /** The epoch after which the weights were best, from 1; 0 if none is done. */
    int bestEpoch() {
        return bestEpoch;
    }

    /** Loss on the held-out requests after the last epoch; NaN before the first since the start or a resumption. */
    double lastLoss() {
        return lastLoss;
    }

    /** Accuracy likewise. */
    double lastAccuracy() {
        return lastAccuracy;
    }

    double bestAccuracy() {
        return bestAccuracy;
    }

    /**
     * Notes that an epoch is done, and keeps its weights if no earlier ones were right more often on the held-out
     * sources. Accuracy decides, not the loss: on other sources the loss rises with the first sure mistakes, long before
     * the choices get worse, and how sure the answers are is set by the temperatures afterwards.
     */
    void endEpoch(double heldOutLoss, double heldOutAccuracy) {
        epoch++;
        lastLoss = heldOutLoss;
        lastAccuracy = heldOutAccuracy;
        if (!(heldOutAccuracy < bestAccuracy)) {
            bestEpoch = epoch;
            bestAccuracy = heldOutAccuracy;
            keep();
        }
    }

    private void keep() {
        for (int i = 0; i < best.length; i++) {
            best[i] = slots.get(i).parameter().values().clone();
        }
    }

    /** Puts the best weights into the network. */
    void restoreBest() {
        for (int i = 0; i < best.length; i++) {
            System.arraycopy(best[i], 0, slots.get(i).parameter().values(), 0, best[i].length);
        }
    }

    /** The state as a file. */
    Safetensors toFile(String fingerprint) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < best.length; i++) {
            Adam.Slot slot = slots.get(i);
            put(tensors, name(slot, "values"), slot.parameter().values());
            put(tensors, name(slot, "mean"), slot.mean());
            put(tensors, name(slot, "square"), slot.square());
            put(tensors, name(slot, "best"), best[i]);
        }
        return Safetensors.of(
                tensors,
                Map.of(
                        "format", "tiny-dancer training 1",
                        "fingerprint", fingerprint,
                        "epoch", Integer.toString(epoch),
                        "best_epoch", Integer.toString(bestEpoch),
                        "best_accuracy", Double.toString(bestAccuracy),
                        "steps", Long.toString(adam.steps())));
    }

    /**
     * Goes on from a file.
     *
     * @throws InvalidModelException if it belongs to a training with other data or options
     */
    void load(Safetensors file, String fingerprint) {
        String found = file.metadata("fingerprint", text -> text);
        if (!found.equals(fingerprint)) {
            throw new InvalidModelException("the checkpoint belongs to a training with other data or options: its"
                    + " fingerprint is " + found + ", this training's is " + fingerprint);
        }
        for (int i = 0; i < best.length; i++) {
            Adam.Slot slot = slots.get(i);
            get(file, name(slot, "values"), slot.parameter().values());
            get(file, name(slot, "mean"), slot.mean());
            get(file, name(slot, "square"), slot.square());
            get(file, name(slot, "best"), best[i]);
        }
        epoch = file.metadata("epoch", Integer::parseInt);
        bestEpoch = file.metadata("best_epoch", Integer::parseInt);
        bestAccuracy = file.metadata("best_accuracy", Double::parseDouble);
        adam.resumeAt(file.metadata("steps", Long::parseLong));
    }

    private static String name(Adam.Slot slot, String part) {
        return slot.parameter().name() + "." + part;
    }

    private static void put(Map<String, Tensor> tensors, String name, float[] values) {
        tensors.put(name, Tensor.ofFloats(values, values.length));
    }

    private static void get(Safetensors file, String name, float[] target) {
        System.arraycopy(file.tensor(name, target.length).toFloats(), 0, target, 0, target.length);
    }
}
