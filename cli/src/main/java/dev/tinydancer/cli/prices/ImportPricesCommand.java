package dev.tinydancer.cli.prices;

import dev.tinydancer.cli.local.DatabaseChoice;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.Table;
import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sets prices by a list. */
@Command(
        name = "import",
        description = "Sets the prices of the registered agents by a price list, from now on.",
        footer = {
            "",
            "An agent's model is metadata.model or else its name; it must stand in the list, with its provider or without."
                    + " A price that is missing or varies is refused, it is not free.",
            "Prices by day are taken for their day. What was decided before keeps its cost."
        })
public final class ImportPricesCommand implements Callable<Integer> {

    private static final List<String> COLUMNS = List.of("agent", "change", "model", "before", "after", "reason");
    private static final List<String> CHANGES = List.of("new", "changed", "same", "unmatched", "refused");
    private static final String IMPORT = """
            SELECT agent, change, model, before::text, after::text, reason
            FROM ruvector_import_prices(?::jsonb, ?, ?)
            """;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Terminal terminal;

    @Mixin
    private final PriceListFile list = new PriceListFile();

    @Mixin
    private final DatabaseChoice database = new DatabaseChoice();

    @Option(names = "--dry-run", description = "Shows what would change, and changes nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    public ImportPricesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException {
        String document = list.read();
        List<Map<String, @Nullable String>> rows = imported(document);
        if (json) {
            terminal.json(object(rows));
        } else if (rows.isEmpty()) {
            terminal.remark("no agent is registered");
        } else {
            terminal.table(new Table(COLUMNS, COLUMNS.stream().map(_ -> false).toList(), lines(rows)));
            terminal.remark(summary(rows));
        }
        return ExitCode.OK;
    }

    private List<Map<String, @Nullable String>> imported(String document) throws IOException, SQLException {
        try (Connection connection = database.get().dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(IMPORT)) {
            statement.setString(1, document);
            statement.setString(2, list.format());
            statement.setBoolean(3, dryRun);
            List<Map<String, @Nullable String>> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Map<String, @Nullable String> values = new LinkedHashMap<>();
                    for (String column : COLUMNS) {
                        values.put(column, row.getString(column));
                    }
                    rows.add(values);
                }
            }
            return rows;
        }
    }

    private Map<String, Object> object(List<Map<String, @Nullable String>> rows) {
        List<Map<String, @Nullable Object>> agents = new ArrayList<>();
        for (Map<String, @Nullable String> row : rows) {
            Map<String, @Nullable Object> agent = new LinkedHashMap<>(row);
            agent.computeIfPresent("before", (_, prices) -> JSON.readTree((String) prices));
            agent.computeIfPresent("after", (_, prices) -> JSON.readTree((String) prices));
            agents.add(agent);
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("dry_run", dryRun);
        object.put("agents", agents);
        return object;
    }

    private static List<List<String>> lines(List<Map<String, @Nullable String>> rows) {
        return rows.stream()
                .map(row -> COLUMNS.stream()
                        .map(column -> shown(column, row.get(column)))
                        .toList())
                .toList();
    }

    /** Prices without the signs of JSON. */
    private static String shown(String column, @Nullable String value) {
        if (value == null) {
            return "";
        }
        return column.equals("before") || column.equals("after") ? prices(JSON.readTree(value)) : value;
    }

    private static String prices(JsonNode list) {
        return list.properties().stream()
                .map(price -> price.getKey().equals("tiers")
                        ? price.getValue()
                                .valueStream()
                                .map(ImportPricesCommand::tier)
                                .collect(Collectors.joining(", "))
                        : price.getKey() + " " + price.getValue().asString())
                .collect(Collectors.joining(", "));
    }

    private static String tier(JsonNode tier) {
        return tier.properties().stream()
                .filter(price -> !price.getKey().equals("above_input_tokens"))
                .map(price -> price.getKey() + " " + price.getValue().asString())
                .collect(Collectors.joining(
                        ", ", "above " + tier.path("above_input_tokens").asString() + " (", ")"));
    }

    private String summary(List<Map<String, @Nullable String>> rows) {
        String counts = CHANGES.stream()
                .map(change -> rows.stream()
                                .filter(row -> change.equals(row.get("change")))
                                .count() + " " + change)
                .collect(Collectors.joining(", "));
        return dryRun ? counts + "; a dry run, nothing was changed" : counts;
    }
}
