package dev.tinydancer.engine.testing;

import dev.tinydancer.engine.Engine;
import dev.tinydancer.engine.config.EngineConfig;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An engine in a process of its own, which can be stopped, continued and killed. */
public final class EngineProcess implements AutoCloseable {

    private static final String READY = "ready ";

    private final Process process;
    private final int port;

    private EngineProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts an engine and returns when it answers. Port 0 takes any free one. */
    public static EngineProcess start(DatabaseUrl url, int port) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                EngineProcess.class.getName(),
                url.toString(),
                Integer.toString(port)));
        builder.environment().put("PGPASSWORD", url.password().orElseThrow());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        try {
            return new EngineProcess(process, readPort(process));
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static int readPort(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(READY)) {
                return Integer.parseInt(line.substring(READY.length()));
            }
        }
        throw new IllegalStateException("the engine ended before it was ready");
    }

    /** What runs in the new process. */
    public static void main(String[] arguments) throws Exception {
        EngineConfig config =
                EngineConfig.load(Map.of("url", arguments[0], "port", arguments[1]), System.getenv(), null);
        Engine engine = Engine.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(engine::close));
        System.out.println(READY + engine.address().getPort());
        Thread.currentThread().join();
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** Takes all time from it, as an engine that hangs: it neither answers nor closes connections. */
    public void suspend() throws IOException, InterruptedException {
        signal("STOP");
        // The signal reaches one thread after the other, and the last might still answer a call.
        ProcessBuilder states = new ProcessBuilder("ps", "-L", "-o", "stat=", "-p", String.valueOf(process.pid()));
        long deadlineNanos = System.nanoTime() + 5_000_000_000L;
        boolean running = true;
        while (running) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new IllegalStateException("the engine does not stop");
            }
            String output = new String(states.start().getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            running = output.lines().anyMatch(state -> !state.strip().startsWith("T"));
        }
    }

    /** Gives it its time back. */
    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** Ends it at once, without any chance to say so. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end; returns its exit code. */
    public int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the engine does not end");
        }
        return process.exitValue();
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("kill -" + name + " failed");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
