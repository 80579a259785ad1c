package dev.tinydancer.workshop.process;

import dev.tinydancer.cli.TinyDancer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An engine in a process of its own on a port that stays: {@code tiny-dancer serve}. */
public final class EngineProcess implements AutoCloseable {

    private static final String READY = "ready:";
    private static final String LAUNCHER_PROPERTY = "tinydancer.launcher";

    private final String url;
    private final String password;
    private final int port;
    private final Path log;
    private @Nullable Process process;

    /**
     * Takes a free port; nothing runs yet.
     *
     * @param url where the database is, without a password
     * @param log gets what the engine says
     * @throws IOException if no port is free
     */
    public EngineProcess(String url, String password, Path log) throws IOException {
        this.url = url;
        this.password = password;
        this.log = log;
        try (ServerSocket free = new ServerSocket(0)) {
            this.port = free.getLocalPort();
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** Where it listens, running or not. */
    public int port() {
        return port;
    }

    /**
     * Starts it and returns when it answers.
     *
     * @throws IOException if it ends before it does
     */
    public void start() throws IOException {
        start(Map.of());
    }

    /**
     * Starts it with more in its environment, and returns when it answers.
     *
     * @throws IOException if it ends before it does
     */
    public void start(Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(commandLine());
        command.addAll(List.of("serve", "--url=" + url, "--port=" + port));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PGPASSWORD", password);
        builder.environment().put("TINY_DANCER_SKIP_BUILD", "yes");
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process started = builder.start();
        process = started;
        BufferedReader output = started.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(READY)) {
                return;
            }
        }
        throw new IOException("an engine ended before it was ready: " + log);
    }

    /** By the launcher where there is one, for what it remembers for Java is part of how an engine starts. */
    private static List<String> commandLine() {
        String launcher = System.getProperty(LAUNCHER_PROPERTY);
        return launcher != null
                ? List.of(launcher)
                : List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx256m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TinyDancer.class.getName());
    }

    /** Whether it was started and has not ended. */
    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Ends it without a chance to do anything more. */
    public void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Asks it to end, and returns when it has. */
    public void terminate() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                throw new IllegalStateException("an engine does not end within 3 min of SIGTERM");
            }
        }
    }

    /** SIGSTOP: neither answers nor closes connections. */
    public void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** Memory of the process, megabytes; 0 where the system does not tell. */
    public long residentMegabytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(pid()), "status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    /** Open files and sockets of the process; 0 where the system does not tell. */
    public long handles() throws IOException {
        Path handles = Path.of("/proc", Long.toString(pid()), "fd");
        if (!Files.isReadable(handles)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(handles)) {
            return open.count();
        }
    }

    /** The running process. */
    public long pid() {
        if (process == null) {
            throw new IllegalStateException("the engine has not been started");
        }
        return process.pid();
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
