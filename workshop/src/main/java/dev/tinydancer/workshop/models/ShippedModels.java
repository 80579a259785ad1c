package dev.tinydancer.workshop.models;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.cli.terminal.CommandException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes the models that come along as a migration. The lists are read by the functions that import prices, too. */
final class ShippedModels {

    static final String FILE = "R__19_shipped_models.sql";

    private static final String HEAD = """
            -- Models in use, made by ./tiny-dancer known-models; not to be edited.
            --
            -- Figures of LiteLLM's list (MIT, Copyright (c) 2023 Berri AI) and of OpenRouter's, as they were on the day that stands
            -- beside them; docs/money.md.

            CREATE OR REPLACE FUNCTION tiny_dancer.shipped_models() RETURNS SETOF tiny_dancer.known_model
            LANGUAGE sql IMMUTABLE PARALLEL SAFE
            ROWS $rows
            AS $function$
                VALUES
            """;
    private static final String TAIL = """

            $function$;
            COMMENT ON FUNCTION tiny_dancer.shipped_models() IS 'The models that come along, with the day of the list that each is from';
            """;

    private static final String LINES = """
            SELECT listed.model, listed.refusal,
                   format('        (%L, %L, %L::jsonb, %s, %s, %L::text[], %L::text[], %L, %L::date)',
                          tiny_dancer.without_provider(listed.model), listed.provider, tiny_dancer.orderly_prices(listed.prices),
                          coalesce(listed.context_window::text, 'NULL::int'),
                          coalesce(listed.max_output_tokens::text, 'NULL::int'),
                          listed.modalities, listed.features, ?, ?)
            FROM tiny_dancer.listed_models(?::jsonb, ?) AS listed
            WHERE listed.model = ANY (?) AND listed.effective_from IS NULL
            """;

    private ShippedModels() {}

    /**
     * The migration.
     *
     * @param connection to a database in which Tiny Dancer is installed
     * @param lists the price lists' texts, by their format
     */
    static String migration(Connection connection, ChosenModels chosen, Map<String, String> lists) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (Map.Entry<String, LocalDate> list : chosen.lists().entrySet()) {
            rows.addAll(rows(
                    connection,
                    list.getKey(),
                    list.getValue(),
                    requireNonNull(lists.get(list.getKey()), list.getKey()),
                    chosen.models().stream()
                            .filter(model -> model.list().equals(list.getKey()))
                            .map(ChosenModels.Model::name)
                            .toList()));
        }
        rows.sort(null);
        return HEAD.replace("$rows", Integer.toString(rows.size())) + String.join(",\n", rows) + TAIL;
    }

    private static List<String> rows(
            Connection connection, String format, LocalDate day, String document, List<String> models)
            throws SQLException {
        Set<String> missing = new TreeSet<>(models);
        List<String> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LINES)) {
            statement.setString(1, format);
            statement.setString(2, day.toString());
            statement.setString(3, document);
            statement.setString(4, format);
            statement.setArray(5, connection.createArrayOf("text", models.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (row.getString(2) != null) {
                        throw new CommandException(row.getString(1) + " of " + format + " " + row.getString(2));
                    }
                    missing.remove(row.getString(1));
                    rows.add(row.getString(3));
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new CommandException(format + " does not have " + String.join(", ", missing));
        }
        return rows;
    }
}
