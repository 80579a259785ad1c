package dev.tinydancer.workshop.distill;

import dev.tinydancer.cli.terminal.ProgressBar;
import dev.tinydancer.cli.terminal.StopSignal;
import dev.tinydancer.training.distillation.DistillationMonitor;
import dev.tinydancer.training.distillation.DistillationProgress;
import dev.tinydancer.training.distillation.DistillationProgress.Stage;
import java.util.Locale;

/** Shows a distillation on a progress bar and ends it when the process is to end. Confined to a thread. */
final class DistillationDisplay implements DistillationMonitor {

    private final ProgressBar bar;
    private final StopSignal stop;
    private Stage stage = Stage.VOCABULARY;
    private double heldOutLoss = Double.NaN;

    DistillationDisplay(ProgressBar bar, StopSignal stop) {
        this.bar = bar;
        this.stop = stop;
    }

    @Override
    public void onProgress(DistillationProgress progress) {
        if (progress.stage() != stage) {
            bar.end();
            stage = progress.stage();
        }
        heldOutLoss = progress.heldOutLoss();
        bar.show((double) progress.done() / progress.total(), text(progress));
    }

    private static String text(DistillationProgress progress) {
        return switch (progress.stage()) {
            case VOCABULARY -> "reading the vocabulary";
            case TEXTS -> "reading the texts";
            case FITTING ->
                String.format(Locale.ROOT, "fitting the table, loss %.4f", progress.loss())
                        + (Double.isNaN(progress.heldOutLoss())
                                ? ""
                                : String.format(Locale.ROOT, ", on texts held out %.4f", progress.heldOutLoss()));
        };
    }

    @Override
    public boolean isCancelled() {
        return stop.isReceived();
    }

    /** Ends the line of the progress bar. */
    void end() {
        bar.end();
    }

    /** That of the table when the fitting ended. */
    double heldOutLoss() {
        return heldOutLoss;
    }
}
