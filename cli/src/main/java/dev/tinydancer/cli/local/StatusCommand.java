package dev.tinydancer.cli.local;

import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks whether the local instance runs and answers. */
@Command(
        name = "status",
        description = "Says whether the local PostgreSQL and engine run and answer.",
        footer = {"", "Exit code 0 if both answer, 1 if not."})
public final class StatusCommand implements Callable<Integer> {

    private static final String QUERY = """
            SELECT current_setting('server_version'), e.version, e.catalog_version, e.kernels,
                   (SELECT count(*) FROM ruvector_list_agents())
            FROM ruvector_engine_status() e
            """;

    private final Terminal terminal;

    @Mixin
    private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    public StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        LocalDirectory directory = dataDirectory.get();
        Map<String, Object> status = new LinkedHashMap<>();
        Optional<InstanceState> running = directory.running();
        status.put("running", running.isPresent());
        status.put("data_dir", directory.path().toString());
        boolean answers = running.isPresent() && describe(directory, running.get(), status);
        if (json) {
            terminal.json(status);
        } else {
            status.forEach((name, value) -> terminal.plainResult("%-16s %s".formatted(name.replace('_', ' '), value)));
        }
        return answers ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Whether the instance answers. */
    private static boolean describe(LocalDirectory directory, InstanceState state, Map<String, Object> status)
            throws IOException {
        status.putAll(state.facts(directory));
        status.put(
                "uptime_seconds",
                Duration.ofMillis(System.currentTimeMillis() - state.startedAtMillis())
                        .toSeconds());
        try (Connection connection = directory.database(state).dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            row.next();
            status.put("postgresql", row.getString(1));
            status.put("engine", row.getString(2));
            status.put("catalog_version", row.getLong(3));
            status.put("kernels", row.getString(4));
            status.put("agents", row.getLong(5));
            return true;
        } catch (SQLException e) {
            status.put("error", String.valueOf(e.getMessage()));
            return false;
        }
    }
}
