package dev.tinydancer.workshop.train;

import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.training.classifier.LabelledRequest;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Labelled requests of a table or view in PostgreSQL: {@code request text} and {@code category text}, and optionally
 * {@code capabilities text[]} and {@code source text}. A row without a request or a category is not labelled, and left out.
 */
final class RequestTable {

    private static final String REQUEST = "request";
    private static final String CATEGORY = "category";
    private static final String CAPABILITIES = "capabilities";
    private static final String SOURCE = "source";

    private static final Set<String> TEXTS = Set.of("text", "character varying", "character");
    private static final Set<String> TEXT_ARRAYS = Set.of("text[]", "character varying[]");
    private static final String FORM =
            "a table of labelled requests has the columns request text and category text, and may have capabilities text[]"
                    + " and source text";

    private static final String FIND = "SELECT to_regclass(?)::text";
    private static final String COLUMNS = """
            SELECT attname, format_type(atttypid, NULL)
            FROM pg_attribute
            WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped
            ORDER BY attnum
            """;

    private static final int ROWS_AT_A_TIME = 1_000;

    private final DatabaseUrl url;
    private final String name;

    /** @param name as SQL would write it, with its schema where that is not on the search path */
    RequestTable(DatabaseUrl url, String name) {
        this.url = url;
        this.name = name;
    }

    /**
     * What was read.
     *
     * @param unlabelled number of rows that were left out
     */
    record Content(List<LabelledRequest> requests, int unlabelled) {}

    /**
     * Reads the whole table, in an order that depends on nothing but its rows.
     *
     * @throws CommandException if there is no such table, or its columns are others; the message says which
     * @throws SQLException if the database does not let it be read
     */
    Content read() throws SQLException {
        try (Connection connection = url.dataSource().getConnection()) {
            // A cursor, and so not the whole table at once, is had only inside a transaction.
            connection.setAutoCommit(false);
            String table = find(connection);
            Map<String, String> columns = columns(connection, table);
            require(table, columns, REQUEST, TEXTS);
            require(table, columns, CATEGORY, TEXTS);
            if (columns.containsKey(CAPABILITIES)) {
                require(table, columns, CAPABILITIES, TEXT_ARRAYS);
            }
            if (columns.containsKey(SOURCE)) {
                require(table, columns, SOURCE, TEXTS);
            }
            return read(connection, table, columns.keySet());
        }
    }

    private String find(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String found = row.getString(1);
                if (found == null) {
                    throw new CommandException("there is no table " + name + " in " + url + "; " + FORM);
                }
                return found;
            }
        }
    }

    /** The type of each column, without its length. */
    private static Map<String, String> columns(Connection connection, String table) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return columns;
    }

    private static void require(String table, Map<String, String> columns, String column, Set<String> types) {
        String type = columns.get(column);
        if (type == null) {
            throw new CommandException("table " + table + " has no column " + column + ", it has "
                    + String.join(", ", columns.keySet()) + "; " + FORM);
        }
        if (!types.contains(type)) {
            throw new CommandException(
                    "column " + column + " of table " + table + " has the type " + type + "; " + FORM);
        }
    }

    private static Content read(Connection connection, String table, Set<String> columns) throws SQLException {
        boolean withCapabilities = columns.contains(CAPABILITIES);
        boolean withSource = columns.contains(SOURCE);
        String query = "SELECT request::text, category::text, "
                + (withCapabilities ? "capabilities::text[]" : "NULL::text[]") + ", "
                + (withSource ? "source::text" : "NULL::text") + " FROM " + table
                + " ORDER BY request::text COLLATE \"C\", category::text COLLATE \"C\"";
        List<LabelledRequest> requests = new ArrayList<>();
        int unlabelled = 0;
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(ROWS_AT_A_TIME);
            try (ResultSet rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    String request = rows.getString(1);
                    String category = rows.getString(2);
                    if (request == null || request.isBlank() || category == null || category.isBlank()) {
                        unlabelled++;
                    } else {
                        String source = rows.getString(4);
                        requests.add(new LabelledRequest(
                                request, category, source == null ? table : source, words(rows.getArray(3))));
                    }
                }
            }
        }
        return new Content(requests, unlabelled);
    }

    private static Set<String> words(@Nullable Array array) throws SQLException {
        Set<String> words = new TreeSet<>();
        if (array != null && array.getArray() instanceof String[] elements) {
            for (@Nullable String word : elements) {
                if (word != null && !word.isBlank()) {
                    words.add(word.strip());
                }
            }
        }
        return words;
    }
}
