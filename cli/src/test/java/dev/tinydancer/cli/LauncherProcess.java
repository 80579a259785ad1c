package dev.tinydancer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The real {@code ./tiny-dancer} in a process of its own, running what this build has made. */
public final class LauncherProcess implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 120;
    private static final Path LAUNCHER =
            Path.of("..", "tiny-dancer").toAbsolutePath().normalize();

    private final Process process;
    private final Path err;
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CompletableFuture<List<String>> out;

    private LauncherProcess(Process process, Path err) {
        this.process = process;
        this.err = err;
        this.out = CompletableFuture.supplyAsync(
                this::readOut, task -> Thread.ofVirtual().start(task));
    }

    /** Starts the launcher of this clone. */
    public static LauncherProcess start(String... arguments) throws IOException {
        return start(LAUNCHER, Path.of("."), arguments);
    }

    /** Starts it under another path and in another directory. */
    public static LauncherProcess start(Path launcher, Path directory, String... arguments) throws IOException {
        return start(launcher, directory, Map.of(), arguments);
    }

    /** Starts it with further variables in its environment. */
    static LauncherProcess start(Path launcher, Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("os.name").equals("Linux")) {
            // What runs in the background of a script ignores SIGINT, and its children inherit that.
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.add(launcher.toString());
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile("launcher", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectError(err.toFile());
        builder.environment().put("TINY_DANCER_SKIP_BUILD", "1");
        builder.environment().putAll(environment);
        return new LauncherProcess(builder.start(), err);
    }

    /** The launcher of this clone. */
    public static Path launcher() {
        return LAUNCHER;
    }

    private List<String> readOut() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                if (line.startsWith("ready: ")) {
                    ready.complete(line);
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
            throw new AssertionError(e);
        }
        ready.completeExceptionally(new AssertionError("ended without being ready: " + lines));
        return lines;
    }

    /** Waits for the line that says that it answers. */
    public String ready() throws IOException, InterruptedException {
        try {
            return ready.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("not ready; standard error: " + err(), e);
        }
    }

    /** Waits until it has printed a line that contains this to standard output. */
    void awaitLine(String part) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (lines.stream().noneMatch(line -> line.contains(part))) {
            if (System.nanoTime() - end > 0 || !process.isAlive()) {
                throw new AssertionError("no line with " + part + "; standard error: " + err());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Waits for its end; what it printed is then complete. */
    public int exitCode() throws InterruptedException {
        assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS))
                .as("ended in time")
                .isTrue();
        return process.exitValue();
    }

    public String out() {
        return String.join("\n", out.join());
    }

    public String err() throws IOException {
        return Files.readString(err);
    }

    public long pid() {
        return process.pid();
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Sends SIGINT, as Ctrl-C does. */
    public void interrupt() throws IOException, InterruptedException {
        int exitCode =
                new ProcessBuilder("kill", "-INT", Long.toString(pid())).start().waitFor();
        assertThat(exitCode).isZero();
    }

    @Override
    public void close() throws IOException {
        Optional.of(process).filter(Process::isAlive).ifPresent(Process::destroy);
        Files.deleteIfExists(err);
    }
}
