package dev.tinydancer.training.classifier;

/** Watches a training, and may end it. Called by the thread that trains, some dozens of times in each epoch. */
public interface TrainingMonitor {

    /** Watches nothing. */
    TrainingMonitor SILENT = progress -> {};

    void onProgress(TrainingProgress progress);

    /** Whether training should stop and return the best classifier so far. */
    default boolean isCancelled() {
        return false;
    }
}
