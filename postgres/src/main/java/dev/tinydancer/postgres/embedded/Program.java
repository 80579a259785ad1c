package dev.tinydancer.postgres.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run of a PostgreSQL program.
 *
 * <p>PostgreSQL refuses to run as root. Root therefore starts it in a user namespace of its own ({@code unshare -U}), in
 * which it sees itself as nobody while its files stay root's.
 */
final class Program {

    private static final String NAMESPACE_HINT = "PostgreSQL does not run as root, and this machine refuses the user "
            + "namespace that would hide root from it (unshare -U); run as a non-root user";

    private static final class Privileges {
        static final boolean ROOT = isRoot();

        private static boolean isRoot() {
            return new Program(List.of("id", "-u"))
                    .run(Duration.ofSeconds(10))
                    .expectSuccess()
                    .strip()
                    .equals("0");
        }
    }

    /** What a finished program left. */
    record Result(List<String> command, int exitCode, String output) {

        /** The output of a successful run. */
        String expectSuccess() {
            if (exitCode != 0) {
                throw new EmbeddedServerException(
                        String.join(" ", command) + " failed with exit code " + exitCode + ": " + output.strip());
            }
            return output;
        }
    }

    private final List<String> command;

    private Program(List<String> command) {
        this.command = command;
    }

    static Program of(Path path) {
        return new Program(List.of(path.toString()));
    }

    /** The same program, hidden from root's privileges where the caller is root. */
    Program unprivileged() {
        if (!Privileges.ROOT) {
            return this;
        }
        requireNamespaces();
        List<String> wrapped = new ArrayList<>(List.of("unshare", "-U"));
        wrapped.addAll(command);
        return new Program(wrapped);
    }

    private static void requireNamespaces() {
        Result probe;
        try {
            probe = new Program(List.of("unshare", "-U", "true")).run(Duration.ofSeconds(10));
        } catch (EmbeddedServerException e) {
            throw new EmbeddedServerException(NAMESPACE_HINT, e);
        }
        if (probe.exitCode() != 0) {
            throw new EmbeddedServerException(
                    NAMESPACE_HINT + " (" + probe.output().strip() + ")");
        }
    }

    Program argument(Object argument) {
        List<String> longer = new ArrayList<>(command);
        longer.add(argument.toString());
        return new Program(longer);
    }

    Program arguments(Object... arguments) {
        Program program = this;
        for (Object argument : arguments) {
            program = program.argument(argument);
        }
        return program;
    }

    /**
     * Runs to the end.
     *
     * @throws EmbeddedServerException if it cannot be started or does not end in time
     */
    Result run(Duration timeout) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        // PGDATA, PGPORT, PGOPTIONS and their like belong to the caller's own sessions.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        // Messages are searched for and shown; keep them in one language.
        builder.environment().put("LC_MESSAGES", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new EmbeddedServerException("could not run " + command.getFirst() + ": " + e.getMessage(), e);
        }
        FutureTask<String> output =
                new FutureTask<>(() -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        Thread.ofVirtual().name("output of " + command.getFirst()).start(output);
        try {
            String text = output.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Result(command, process.waitFor(), text);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new EmbeddedServerException(
                    String.join(" ", command) + " did not end within " + timeout.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new EmbeddedServerException("could not read the output of " + command.getFirst(), e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("interrupted while running " + command.getFirst(), e);
        }
    }
}
