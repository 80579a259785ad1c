package dev.tinydancer.workshop.train;

import dev.tinydancer.cli.terminal.ProgressBar;
import dev.tinydancer.cli.terminal.StopSignal;
import dev.tinydancer.training.classifier.TrainingMonitor;
import dev.tinydancer.training.classifier.TrainingProgress;
import java.time.Duration;
import java.util.Locale;

/** Shows on a progress bar how a training gets on, and ends it at Ctrl-C. For one thread. */
final class TrainingDisplay implements TrainingMonitor {

    private final ProgressBar bar;
    private final StopSignal stop;

    TrainingDisplay(ProgressBar bar, StopSignal stop) {
        this.bar = bar;
        this.stop = stop;
    }

    @Override
    public void onProgress(TrainingProgress progress) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "epoch %d/%d  loss %.3f", progress.epoch(), progress.epochs(), progress.trainingLoss()));
        if (!Double.isNaN(progress.heldOutAccuracy())) {
            text.append(String.format(Locale.ROOT, "  accuracy %.1f %%", 100 * progress.heldOutAccuracy()));
        }
        text.append("  ").append(clock(progress.remaining())).append(" left");
        bar.show(progress.done(), text.toString());
    }

    @Override
    public boolean isCancelled() {
        return stop.isReceived();
    }

    private static String clock(Duration duration) {
        return "%d:%02d".formatted(duration.toMinutes(), duration.toSecondsPart());
    }
}
