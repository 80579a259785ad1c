package dev.tinydancer.workshop.torture;

import dev.tinydancer.cli.TinyDancer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An engine in a process of its own on a port that stays: {@code tiny-dancer serve}. */
final class EngineProcess implements AutoCloseable {

    private static final String READY = "ready:";

    private final String url;
    private final String password;
    private final int port;
    private final Path log;
    private @Nullable Process process;

    /** @param log gets what the engine says */
    EngineProcess(String url, String password, Path log) throws IOException {
        this.url = url;
        this.password = password;
        this.log = log;
        try (ServerSocket free = new ServerSocket(0)) {
            this.port = free.getLocalPort();
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    int port() {
        return port;
    }

    /** Starts it and returns when it answers. */
    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                TinyDancer.class.getName(),
                "serve",
                "--url=" + url,
                "--port=" + port));
        builder.environment().put("PGPASSWORD", password);
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

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Ends it without a chance to do anything more. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Asks it to end, and returns when it has. */
    void terminate() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("an engine does not end within 30 s of SIGTERM");
            }
        }
    }

    /** SIGSTOP: neither answers nor closes connections. */
    void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** Memory of the process, megabytes; 0 where the system does not tell. */
    long residentMegabytes() throws IOException {
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
    long handles() throws IOException {
        Path handles = Path.of("/proc", Long.toString(pid()), "fd");
        if (!Files.isReadable(handles)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(handles)) {
            return open.count();
        }
    }

    private long pid() {
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
