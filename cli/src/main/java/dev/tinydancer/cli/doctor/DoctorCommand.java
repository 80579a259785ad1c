package dev.tinydancer.cli.doctor;

import dev.tinydancer.cli.local.DatabaseChoice;
import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks at everything that has to be right. */
@Command(
        name = "doctor",
        description =
                "Looks at Java, the disk, the database, rights, versions, engines, clocks and settings, and says how"
                        + " to mend what is wrong.",
        footer = {"", "Exit code 0 if nothing fails, 1 if something does. It changes nothing."})
public final class DoctorCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final String version;

    @Mixin
    private final DatabaseChoice database = new DatabaseChoice();

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    /** @param version of this program */
    public DoctorCommand(Terminal terminal, String version) {
        this.terminal = terminal;
        this.version = version;
    }

    @Override
    public Integer call() throws IOException {
        List<Finding> findings = new ArrayList<>(MachineExamination.findings(database.localDirectory()));
        try {
            findings.addAll(DatabaseExamination.findings(database.get(), version));
        } catch (CommandException e) {
            findings.add(Finding.failure("database", String.valueOf(e.getMessage()), "tiny-dancer up"));
        }
        boolean healthy = findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.FAILURE);
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("healthy", healthy);
            object.put("findings", findings.stream().map(Finding::toMap).toList());
            terminal.json(object);
        } else {
            findings.forEach(this::print);
        }
        return healthy ? ExitCode.OK : ExitCode.FAILED;
    }

    private void print(Finding finding) {
        String sign = switch (finding.severity()) {
            case OK -> "@|green ok  |@";
            case WARNING -> "@|yellow warn|@";
            case FAILURE -> "@|bold,red FAIL|@";
        };
        // What was found is no markup, whatever stands in it.
        terminal.marked(sign, "  " + finding.what() + ": " + finding.found());
        if (!finding.mend().isEmpty()) {
            terminal.plainResult("      → " + finding.mend());
        }
    }
}
