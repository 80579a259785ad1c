package dev.tinydancer.cli.ask;

import dev.tinydancer.cli.local.DatabaseChoice;
import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.ResultTable;
import dev.tinydancer.cli.terminal.Table;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Asks a database one question and prints the rows, as a table or as JSON. What all commands of this package share. */
final class Answer {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Mixin
    private final DatabaseChoice database = new DatabaseChoice();

    @Option(names = "--json", description = "Prints one JSON object, with all columns.")
    private boolean json;

    /**
     * A question.
     *
     * @param name of the rows in JSON
     * @param columns of the table, as SQL; JSON has all
     * @param from what follows FROM, with a question mark for each argument
     * @param arguments texts, numbers, booleans, or lists of texts; null where nothing was given
     * @param nothing what is said where there are no rows, with what to do
     */
    record Question(String name, String columns, String from, List<@Nullable Object> arguments, String nothing) {}

    /** Prints the rows; returns the exit code. */
    int print(Terminal terminal, Question question) throws IOException, SQLException {
        DatabaseUrl url = database.get();
        try (Connection connection = url.dataSource().getConnection()) {
            if (json) {
                printJson(terminal, connection, question);
            } else {
                printTable(terminal, connection, question);
            }
            return ExitCode.OK;
        } catch (SQLException e) {
            throw explained(e, url);
        }
    }

    private static void printJson(Terminal terminal, Connection connection, Question question) throws SQLException {
        String sql = "SELECT coalesce(json_agg(answer), '[]') FROM " + question.from();
        try (PreparedStatement statement = prepared(connection, sql, question);
                ResultSet row = statement.executeQuery()) {
            row.next();
            terminal.json(Map.of(question.name(), JSON.readTree(row.getString(1))));
        }
    }

    private static void printTable(Terminal terminal, Connection connection, Question question) throws SQLException {
        String sql = "SELECT " + question.columns() + " FROM " + question.from();
        try (PreparedStatement statement = prepared(connection, sql, question);
                ResultSet rows = statement.executeQuery()) {
            Table table = ResultTable.of(rows);
            if (table.rows().isEmpty()) {
                terminal.remark(question.nothing());
            } else {
                terminal.table(table);
            }
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, Question question)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < question.arguments().size(); i++) {
            Object argument = question.arguments().get(i);
            if (argument instanceof List<?> texts) {
                statement.setArray(i + 1, connection.createArrayOf("text", texts.toArray()));
            } else {
                statement.setObject(i + 1, argument);
            }
        }
        return statement;
    }

    private static CommandException explained(SQLException failure, DatabaseUrl url) {
        String state = String.valueOf(failure.getSQLState());
        // Where in the function it was raised helps nobody who called it from here.
        String message = String.valueOf(failure.getMessage()).replaceFirst("(?s)\n  Where: .*", "");
        return switch (state) {
            case "42883", "42P01", "3F000" ->
                new CommandException(
                        "Tiny Dancer is not installed in " + url + ", or not in the search_path, or an older"
                                + " version of it: tiny-dancer install --url " + url + " (" + message + ")");
            case "42501" ->
                new CommandException("the role " + url.user() + " may not do that: GRANT tiny_dancer_user TO it, or"
                        + " tiny_dancer_admin (" + message + ")");
            case "TD503", "08001", "08006", "28P01" ->
                new CommandException(message + "; tiny-dancer doctor looks at what may be wrong");
            default -> new CommandException(message, failure);
        };
    }
}
