package dev.tinydancer.cli.serve;

import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.StopSignal;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.engine.Engine;
import dev.tinydancer.engine.config.ConfigException;
import dev.tinydancer.engine.config.EngineConfig;
import dev.tinydancer.engine.config.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Runs an engine until it is told to stop. Its flags are the engine's settings, whatever they are. */
@Command(
        name = "serve",
        description = "Runs the engine for a PostgreSQL in which Tiny Dancer is installed, until Ctrl-C or SIGTERM.",
        footer = {
            "",
            "Every setting may also stand in the file or in the environment: --max-connections is the line"
                    + " max-connections=… and the variable TINY_DANCER_MAX_CONNECTIONS. Flags win over the environment,"
                    + " the environment over the file.",
            "Prints `ready: …` to standard output when it answers."
        })
public final class ServeCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "A properties file with settings.")
    private @Nullable Path file;

    private ServeCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.forAnnotatedObject(this);
        for (Setting setting : Setting.values()) {
            spec.addOption(OptionSpec.builder("--" + setting.key())
                    .type(String.class)
                    .paramLabel("VALUE")
                    .description(description(setting))
                    .build());
        }
    }

    /** The command with one flag for each of the engine's settings. */
    public static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new ServeCommand(terminal).spec);
    }

    private static String description(Setting setting) {
        String text = setting.description().replace("%", "%%");
        return setting.defaultValue().isEmpty() ? text : text + " (default: " + setting.defaultValue() + ")";
    }

    @Override
    public Integer call() throws InterruptedException {
        StopSignal stop = StopSignal.install();
        try (Engine engine = Engine.start(config())) {
            terminal.plainResult("ready: the engine answers at " + engine.address());
            stop.await();
            terminal.remark("stopping");
        } catch (IOException e) {
            throw new CommandException("could not start the engine: " + e.getMessage(), e);
        }
        return ExitCode.OK;
    }

    private EngineConfig config() throws IOException {
        Map<String, String> flags = new HashMap<>();
        for (Setting setting : Setting.values()) {
            OptionSpec option = spec.findOption("--" + setting.key());
            String value = option.getValue();
            if (value != null) {
                flags.put(setting.key(), value);
            }
        }
        try {
            return EngineConfig.load(flags, System.getenv(), file);
        } catch (ConfigException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
