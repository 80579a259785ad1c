package dev.tinydancer.cli;

import dev.tinydancer.cli.ask.AgentsCommand;
import dev.tinydancer.cli.ask.BudgetsCommand;
import dev.tinydancer.cli.ask.DecisionsCommand;
import dev.tinydancer.cli.ask.RouteCommand;
import dev.tinydancer.cli.ask.RoutesCommand;
import dev.tinydancer.cli.completion.CompletionCommand;
import dev.tinydancer.cli.demo.DemoCommand;
import dev.tinydancer.cli.doctor.DoctorCommand;
import dev.tinydancer.cli.install.ExtensionCommand;
import dev.tinydancer.cli.install.InstallCommand;
import dev.tinydancer.cli.install.UninstallCommand;
import dev.tinydancer.cli.local.DownCommand;
import dev.tinydancer.cli.local.StatusCommand;
import dev.tinydancer.cli.local.UpCommand;
import dev.tinydancer.cli.prices.ImportModelsCommand;
import dev.tinydancer.cli.prices.ImportPricesCommand;
import dev.tinydancer.cli.prices.ModelsCommand;
import dev.tinydancer.cli.prices.PricesCommand;
import dev.tinydancer.cli.prices.ResetModelsCommand;
import dev.tinydancer.cli.serve.ServeCommand;
import dev.tinydancer.cli.terminal.Terminal;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code tiny-dancer}. */
@Command(
        name = "tiny-dancer",
        description = "Routes requests to AI agents from SQL, by cost, latency and learned quality.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "`tiny-dancer COMMAND --help` tells more about one."})
public final class TinyDancer implements Runnable {

    @Spec
    private CommandSpec spec;

    private TinyDancer() {}

    public static void main(String[] args) {
        Terminal terminal = Terminal.standard(
                new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)),
                new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8)));
        System.exit(commandLine(terminal).execute(args));
    }

    /** The whole command, speaking to the given terminal. */
    static CommandLine commandLine(Terminal terminal) {
        String version = Optional.ofNullable(TinyDancer.class.getPackage().getImplementationVersion())
                .orElse("development");
        CommandLine commandLine = new CommandLine(new TinyDancer())
                .addSubcommand(new DemoCommand(terminal))
                .addSubcommand(new UpCommand(terminal, version))
                .addSubcommand(new DownCommand(terminal))
                .addSubcommand(new StatusCommand(terminal))
                .addSubcommand(new DoctorCommand(terminal, version))
                .addSubcommand(new RouteCommand(terminal))
                .addSubcommand(new AgentsCommand(terminal))
                .addSubcommand(new RoutesCommand(terminal))
                .addSubcommand(new BudgetsCommand(terminal))
                .addSubcommand(new DecisionsCommand(terminal))
                .addSubcommand(new InstallCommand(terminal))
                .addSubcommand(new UninstallCommand(terminal))
                .addSubcommand(new ExtensionCommand(terminal))
                .addSubcommand(new CommandLine(new PricesCommand()).addSubcommand(new ImportPricesCommand(terminal)))
                .addSubcommand(new CommandLine(new ModelsCommand())
                        .addSubcommand(new ImportModelsCommand(terminal))
                        .addSubcommand(new ResetModelsCommand(terminal)));
        for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
            provider.commands(terminal).forEach(commandLine::addSubcommand);
        }
        commandLine
                .addSubcommand("serve", ServeCommand.commandLine(terminal))
                .addSubcommand(new CompletionCommand(terminal))
                .addSubcommand(new HelpCommand());
        Failures failures = new Failures(terminal);
        addStandardHelp(commandLine, version);
        return commandLine
                .setOut(terminal.out())
                .setErr(terminal.err())
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    private static void addStandardHelp(CommandLine commandLine, String version) {
        commandLine.getCommandSpec().mixinStandardHelpOptions(true).version("tiny-dancer " + version);
        commandLine.getSubcommands().values().forEach(subcommand -> addStandardHelp(subcommand, version));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }
}
