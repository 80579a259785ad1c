package dev.tinydancer.training.distillation;

/** Watches a distillation, and may end it. Called by the thread that runs it. */
@FunctionalInterface
public interface DistillationMonitor {

    /** Watches nothing. */
    DistillationMonitor SILENT = progress -> {};

    /** Called after each piece of work. An exception thrown here ends the work and reaches its caller. */
    void onProgress(DistillationProgress progress);

    /** Whether to stop, with the best table so far when there is one. */
    default boolean isCancelled() {
        return false;
    }
}
