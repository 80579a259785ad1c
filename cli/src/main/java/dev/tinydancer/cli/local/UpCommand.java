package dev.tinydancer.cli.local;

import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.StopSignal;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig.Durability;
import dev.tinydancer.postgres.embedded.Installation;
import dev.tinydancer.postgres.embedded.PortInUseException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs an instance until it is told to stop. */
@Command(
        name = "up",
        description =
                "Runs PostgreSQL and the engine on this machine, until Ctrl-C or `tiny-dancer down`. The data stays.",
        footer = {
            "",
            "Prints `ready: psql \"postgresql://…\"` to standard output when SQL calls are answered, and the address of the"
                    + " page. The password is in a file that only you can read, to which that URL points."
        })
public final class UpCommand implements Callable<Integer> {

    private static final int DEFAULT_PORT = 5433;

    /** Where the page is, unless somebody else has this port. */
    private static final int USUAL_PAGE_PORT = 6434;

    private final Terminal terminal;
    private final String version;

    @Mixin
    private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

    @Option(
            names = "--port",
            paramLabel = "N",
            converter = PortConverter.class,
            description = "PostgreSQL's port on 127.0.0.1; 0 takes any free one (default: 5433).")
    private @Nullable Integer port;

    @Option(
            names = "--http-port",
            paramLabel = "N",
            converter = PortConverter.class,
            description =
                    "Serves the page, health and metrics on this port of 127.0.0.1; 0 takes any free one (default:"
                            + " 6434, or any free one where that is taken).")
    private @Nullable Integer httpPort;

    @Option(names = "--detach", description = "Goes on in the background, and returns when it is ready.")
    private boolean detach;

    @Option(names = "--json", description = "Prints one JSON object when SQL calls are answered.")
    private boolean json;

    public UpCommand(Terminal terminal, String version) {
        this.terminal = terminal;
        this.version = version;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        LocalDirectory directory = dataDirectory.get();
        Optional<InstanceState> running = directory.running();
        if (running.isPresent()) {
            return alreadyRunning(directory, running.get());
        }
        if (!directory.exists()) {
            // Before anything is made. In a directory that exists, a server that was left there may have the port.
            requireFree(optionalPort(port).orElse(DEFAULT_PORT));
        }
        directory.create();
        if (!json) {
            terminal.remark(LocalInstance.STARTING);
        }
        return detach ? inBackground(directory) : here(directory);
    }

    private int alreadyRunning(LocalDirectory directory, InstanceState state) {
        if (port != null && port != state.port()) {
            throw new CommandException("already running on port " + state.port() + " as process " + state.pid()
                    + "; stop it with `tiny-dancer down` first");
        }
        if (!json) {
            terminal.remark("already running as process " + state.pid());
        }
        show(directory, state, false);
        return ExitCode.OK;
    }

    private int inBackground(LocalDirectory directory) throws InterruptedException {
        InstanceState state = new BackgroundStart(directory, optionalPort(port), optionalPort(httpPort)).run();
        if (!json) {
            terminal.remark("running in the background as process " + state.pid() + ", log in " + directory.logFile());
        }
        show(directory, state, true);
        return ExitCode.OK;
    }

    private int here(LocalDirectory directory) throws IOException, InterruptedException {
        StopSignal stop = StopSignal.install();
        Passwords passwords = Passwords.in(directory.passwords());
        EmbeddedServerConfig server = new EmbeddedServerConfig(
                Installation.bundled(),
                directory.path(),
                optionalPort(port).orElse(DEFAULT_PORT),
                Durability.DURABLE,
                passwords.superuser());
        try (LocalInstance instance =
                LocalInstance.start(new LocalInstanceConfig(server, passwords.owner(), OptionalInt.of(pagePort())))) {
            InstanceState state = InstanceState.of(instance, version);
            directory.write(state);
            show(directory, state, true);
            stop.await();
            terminal.remark("stopping");
        } catch (PortInUseException e) {
            throw inUse(e);
        } finally {
            directory.deleteState();
        }
        terminal.remark("stopped; the data stays in " + directory.path());
        return ExitCode.OK;
    }

    private int pagePort() {
        if (httpPort != null) {
            return httpPort;
        }
        try {
            EmbeddedServer.requireFree(USUAL_PAGE_PORT);
            return USUAL_PAGE_PORT;
        } catch (PortInUseException e) {
            return EmbeddedServerConfig.ANY_PORT;
        }
    }

    private static void requireFree(int port) {
        try {
            if (port != EmbeddedServerConfig.ANY_PORT) {
                EmbeddedServer.requireFree(port);
            }
        } catch (PortInUseException e) {
            throw inUse(e);
        }
    }

    private static CommandException inUse(PortInUseException port) {
        return new CommandException(port.getMessage() + "; choose another with --port", port);
    }

    private static OptionalInt optionalPort(@Nullable Integer port) {
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }

    private void show(LocalDirectory directory, InstanceState state, boolean started) {
        if (json) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("started", started);
            facts.put("data_dir", directory.path().toString());
            facts.putAll(state.facts(directory));
            terminal.json(facts);
            return;
        }
        terminal.plainResult("ready: psql \"" + directory.psqlUrl(state.port()) + "\"");
        if (state.httpPort() != 0) {
            terminal.plainResult("page:  " + LocalInstance.pageAddress(state.httpPort()));
        }
    }
}
