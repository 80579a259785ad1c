package dev.tinydancer.cli;

import dev.tinydancer.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine.Help.Ansi;

/**
 * What the command did in this process.
 *
 * @param out standard output
 * @param err standard error
 */
public record CommandRun(int exitCode, String out, String err) {

    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), Ansi.OFF, 100);
        int exitCode = TinyDancer.commandLine(terminal).execute(arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
