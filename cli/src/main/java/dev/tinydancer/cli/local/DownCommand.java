package dev.tinydancer.cli.local;

import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.Installation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stops what {@code up} has started. */
@Command(name = "down", description = "Stops the local PostgreSQL and engine. The data stays.")
public final class DownCommand implements Callable<Integer> {

    private static final long DEADLINE_SECONDS = 60;

    private final Terminal terminal;

    @Mixin
    private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    public DownCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        LocalDirectory directory = dataDirectory.get();
        Optional<ProcessHandle> process = directory.running().flatMap(InstanceState::process);
        boolean leftover = false;
        if (process.isPresent()) {
            stop(process.get());
        } else {
            leftover = directory.exists() && EmbeddedServer.stopLeftover(Installation.bundled(), directory.path());
        }
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("stopped", process.isPresent() || leftover);
            result.put("data_dir", directory.path().toString());
            process.ifPresent(stopped -> result.put("pid", stopped.pid()));
            terminal.json(result);
        } else if (process.isPresent()) {
            terminal.remark("stopped; the data stays in " + directory.path());
        } else {
            terminal.remark(leftover ? "stopped PostgreSQL, which a killed instance had left behind" : "not running");
        }
        return ExitCode.OK;
    }

    private static void stop(ProcessHandle process) throws InterruptedException {
        process.destroy();
        try {
            process.onExit().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new CommandException(
                    "process " + process.pid() + " did not end within " + DEADLINE_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw new CommandException("could not wait for process " + process.pid(), e);
        }
    }
}
