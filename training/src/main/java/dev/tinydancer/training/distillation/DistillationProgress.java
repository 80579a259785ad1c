package dev.tinydancer.training.distillation;

/**
 * How far a {@link StaticDistillation} has come.
 *
 * @param done units of the stage done, in [0, total]
 * @param loss mean loss of the last step's texts; NaN while the teacher reads
 * @param heldOutLoss mean loss of the texts held out, after the last whole pass over the others; NaN before
 */
public record DistillationProgress(Stage stage, int done, int total, double loss, double heldOutLoss) {

    /** What is being done. */
    public enum Stage {
        /** The teacher reads the vocabulary; the unit is a token. */
        VOCABULARY,
        /** The teacher reads the texts; the unit is a text. */
        TEXTS,
        /** The table is fitted; the unit is a step. */
        FITTING
    }
}
