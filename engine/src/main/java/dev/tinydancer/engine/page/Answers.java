package dev.tinydancer.engine.page;

import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongSupplier;
import org.postgresql.PGStatement;

/**
 * Asks the database. Whoever asks the same within a second gets the same answer, so that a page that many look at costs as
 * much as one that one looks at, and one that nobody looks at costs nothing.
 */
final class Answers {

    private static final long KEPT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_KEPT = 200;

    private static final String FUNCTION_SCHEMA = """
            SELECT quote_ident(nspname)
            FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
            WHERE proname = 'ruvector_routing_history' AND proowner = 'tiny_dancer_owner'::regrole""";

    /** As that role, in its tenant, for this transaction. */
    private static final String BECOME = """
            SELECT set_config('role', ?, true), set_config('TimeZone', ?, true), set_config('search_path', ?, true)""";

    private final Database database;
    private final LongSupplier nanos;
    private final ConcurrentHashMap<Key, Kept> kept = new ConcurrentHashMap<>();
    private volatile String functionSchema = "";

    Answers(Database database, LongSupplier nanos) {
        this.database = database;
        this.nanos = nanos;
    }

    /**
     * Who asks what.
     *
     * @param timeZone in which days begin
     */
    record Key(String role, String timeZone, Question.Asked asked) {}

    private record Kept(long since, FutureTask<Answer> answer) {}

    /**
     * What came of it.
     *
     * @param rows a JSON array of objects
     * @param notices what the database told besides
     */
    record Answer(String rows, List<String> notices) {

        Answer {
            notices = List.copyOf(notices);
        }
    }

    /**
     * Asks.
     *
     * @throws DatabaseException if the database refuses, or takes too long
     */
    Answer ask(Key key) {
        long now = nanos.getAsLong();
        if (kept.size() > MOST_KEPT) {
            kept.values().removeIf(each -> now - each.since() > KEPT_NANOS);
        }
        Kept found = kept.compute(
                key,
                (same, present) -> present != null && now - present.since() <= KEPT_NANOS
                        ? present
                        : new Kept(now, new FutureTask<>(() -> database.read(connection -> ask(connection, same)))));
        // Whoever comes first runs it, the others wait.
        found.answer().run();
        try {
            return found.answer().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DatabaseException refused) {
                throw refused;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Answer ask(Connection connection, Key key) throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        try {
            become(connection, key);
            return rows(connection, key.asked());
        } finally {
            connection.rollback();
        }
    }

    private void become(Connection connection, Key key) throws SQLException {
        if (functionSchema.isEmpty()) {
            functionSchema = schema(connection);
        }
        try (PreparedStatement statement = connection.prepareStatement(BECOME)) {
            statement.setString(1, key.role());
            statement.setString(2, key.timeZone());
            statement.setString(3, functionSchema);
            statement.execute();
        }
    }

    private static String schema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FUNCTION_SCHEMA)) {
            return row.next() ? row.getString(1) : "public";
        }
    }

    private static Answer rows(Connection connection, Question.Asked asked) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT coalesce(json_agg(row_to_json(answer)), '[]')::text FROM (\n"
                        + asked.runnable() + "\n) AS answer")) {
            // A plan for these values and no others: of the log's partitions only some are opened.
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
            for (int i = 0; i < asked.values().size(); i++) {
                statement.setString(i + 1, asked.values().get(i));
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Answer(row.getString(1), notices(statement));
            }
        }
    }

    private static List<String> notices(Statement statement) throws SQLException {
        List<String> notices = new ArrayList<>();
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            notices.add(warning.getMessage());
        }
        return notices;
    }
}
