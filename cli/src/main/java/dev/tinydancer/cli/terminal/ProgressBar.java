package dev.tinydancer.cli.terminal;

import java.io.PrintWriter;

/**
 * How far something has come, on standard error: one line that is drawn over again and again on a terminal, and a line for
 * each tenth elsewhere. For one thread.
 */
public final class ProgressBar {

    private static final int CELLS = 24;
    private static final int TENTHS = 10;
    private static final String TO_LINE_END = "\u001b[K";

    private final PrintWriter err;
    private final boolean redraws;
    private int shownTenths = -1;
    private boolean open;

    public ProgressBar(Terminal terminal) {
        this.err = terminal.err();
        this.redraws = terminal.ansi().enabled();
    }

    /**
     * Shows a state.
     *
     * @param done share that is done, in [0, 1]
     * @param text what else is to be said of it, one line
     */
    public void show(double done, String text) {
        String line = "%3d %%  %s".formatted(Math.round(100 * done), text);
        if (redraws) {
            int full = (int) Math.round(CELLS * done);
            err.print("\r" + "█".repeat(full) + "░".repeat(CELLS - full) + " " + line + TO_LINE_END);
            err.flush();
            open = true;
        } else if ((int) (done * TENTHS) > shownTenths) {
            shownTenths = (int) (done * TENTHS);
            err.println(line);
            err.flush();
        }
    }

    /** Leaves the last state where it stands; what is printed next begins a new line. */
    public void end() {
        if (open) {
            err.println();
            err.flush();
        }
        open = false;
        shownTenths = -1;
    }
}
