package dev.tinydancer.cli.local;

import dev.tinydancer.cli.terminal.CommandException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Starts {@code up} in a process of its own, which outlives this one and the terminal.
 *
 * @param port of PostgreSQL, empty for the default
 * @param httpPort of the page, health and metrics, empty for the default
 */
record BackgroundStart(LocalDirectory directory, OptionalInt port, OptionalInt httpPort) {

    /** Set by the launcher: its own path. */
    private static final String LAUNCHER_PROPERTY = "tinydancer.launcher";

    private static final long DEADLINE_SECONDS = 180;
    private static final long LOOK_EVERY_MILLIS = 50;
    private static final int LOG_LINES_SHOWN = 10;

    /** Returns when the instance is ready. */
    InstanceState run() throws InterruptedException {
        Process process = start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
            Optional<InstanceState> state = directory.running();
            if (state.isPresent()) {
                return state.get();
            }
            if (System.nanoTime() > deadline) {
                process.destroy();
                throw new CommandException("not ready after " + DEADLINE_SECONDS + " s; see " + directory.logFile());
            }
        }
        throw new CommandException("it ended with exit code " + process.exitValue() + ":\n" + endOfLog());
    }

    private Process start() {
        String launcher = System.getProperty(LAUNCHER_PROPERTY);
        if (launcher == null) {
            throw new CommandException("--detach needs the launcher ./tiny-dancer, which starts the other process");
        }
        // nohup: the terminal's end is not the instance's.
        List<String> command = new ArrayList<>(
                List.of("nohup", launcher, "up", "--data-dir", directory.path().toString()));
        port.ifPresent(number -> command.addAll(List.of("--port", Integer.toString(number))));
        httpPort.ifPresent(number -> command.addAll(List.of("--http-port", Integer.toString(number))));
        try {
            return new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.logFile().toFile())
                    .start();
        } catch (IOException e) {
            throw new CommandException("could not start a process in the background: " + e.getMessage(), e);
        }
    }

    private String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(directory.logFile());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            return "(its log cannot be read: " + e.getMessage() + ")";
        }
    }
}
