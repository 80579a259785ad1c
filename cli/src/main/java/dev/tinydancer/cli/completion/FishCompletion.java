package dev.tinydancer.cli.completion;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for fish, which picocli does not make: one line for each command and each option. */
final class FishCompletion {

    private FishCompletion() {}

    /** The script for a command with all that is below it. */
    static String script(CommandLine root) {
        List<String> lines = new ArrayList<>();
        lines.add("complete -c " + root.getCommandName() + " -f");
        addBelow(root, root.getCommandName(), List.of(), lines);
        return String.join("\n", lines);
    }

    private static void addBelow(CommandLine command, String program, List<String> path, List<String> lines) {
        String others = String.join(" ", command.getSubcommands().keySet());
        String within = path.isEmpty()
                ? ""
                : path.stream()
                        .map(word -> "__fish_seen_subcommand_from " + word)
                        .collect(Collectors.joining("; and "));
        for (Map.Entry<String, CommandLine> below : command.getSubcommands().entrySet()) {
            String condition = path.isEmpty()
                    ? "__fish_use_subcommand"
                    : within + "; and not __fish_seen_subcommand_from " + others;
            lines.add("complete -c %s -n %s -a %s -d %s"
                    .formatted(
                            program,
                            quoted(condition),
                            below.getKey(),
                            quoted(firstLine(below.getValue()
                                    .getCommandSpec()
                                    .usageMessage()
                                    .description()))));
            List<String> deeper = new ArrayList<>(path);
            deeper.add(below.getKey());
            addBelow(below.getValue(), program, deeper, lines);
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            String name = option.longestName();
            lines.add("complete -c %s%s -l %s%s -d %s"
                    .formatted(
                            program,
                            path.isEmpty() ? "" : " -n " + quoted(within),
                            name.substring(2),
                            // A value may be a file.
                            option.arity().max() > 0 ? " -r -F" : "",
                            quoted(firstLine(option.description()))));
        }
    }

    private static String firstLine(String[] description) {
        return description.length == 0 ? "" : description[0].replace("%%", "%").replaceAll(" \\(default: .*", "");
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
