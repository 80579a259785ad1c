package dev.tinydancer.cli.prices;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is done with prices. */
@Command(
        name = "prices",
        description = "Sets the prices of the registered agents by a list that others keep.",
        synopsisSubcommandLabel = "COMMAND")
public final class PricesCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }
}
