package dev.tinydancer.cli.completion;

import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script that completes this command. */
@Command(
        name = "completion",
        description = "Prints a script that completes commands and options in a shell.",
        footer = {
            "",
            "bash, zsh: source <(tiny-dancer completion bash), also as a line of ~/.bashrc or ~/.zshrc",
            "fish:      tiny-dancer completion fish > ~/.config/fish/completions/tiny-dancer.fish"
        })
public final class CompletionCommand implements Callable<Integer> {

    /** A shell; its name is what the user types. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    private Shell shell = Shell.bash;

    public CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CommandLine whole = spec.root().commandLine();
        // One script serves bash and zsh: it turns on zsh's own reading of bash's completion.
        terminal.plainResult(
                shell == Shell.fish
                        ? FishCompletion.script(whole)
                        : AutoComplete.bash(spec.root().name(), whole));
        return ExitCode.OK;
    }
}
