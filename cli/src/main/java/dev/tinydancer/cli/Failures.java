package dev.tinydancer.cli;

import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.engine.EngineStartException;
import dev.tinydancer.postgres.embedded.EmbeddedServerException;
import dev.tinydancer.postgres.install.InstallException;
import java.sql.SQLException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns what goes wrong into one message and an exit code. Faults of the program's own also leave a stack trace. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

    private final Terminal terminal;

    Failures(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        terminal.remark("tiny-dancer: " + failure.getMessage());
        terminal.remark("try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof ParameterException usage) {
            return handleParseException(usage, new String[0]);
        }
        if (isExplained(failure)) {
            terminal.remark("tiny-dancer: " + failure.getMessage());
        } else {
            LoggerFactory.getLogger(Failures.class).error("the command failed", failure);
            terminal.remark("tiny-dancer: " + failure);
        }
        return ExitCode.FAILED;
    }

    /** Whether the message tells the user all that he needs. */
    private static boolean isExplained(Exception failure) {
        return switch (failure) {
            case CommandException _, EmbeddedServerException _, EngineStartException _ -> true;
            case InstallException _, SQLException _ -> true;
            default -> false;
        };
    }
}
