package dev.tinydancer.cli.prices;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is done with the known models. */
@Command(
        name = "models",
        description = "Replaces the models that ruvector_register_model knows.",
        synopsisSubcommandLabel = "COMMAND")
public final class ModelsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }
}
