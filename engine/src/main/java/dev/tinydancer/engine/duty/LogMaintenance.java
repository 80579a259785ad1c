package dev.tinydancer.engine.duty;

import dev.tinydancer.engine.jdbc.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the log's partitions, its hourly sums and the tallies of its agents in order. Of several engines one does it, the others find it done. */
public final class LogMaintenance {

    private static final Logger LOG = LoggerFactory.getLogger(LogMaintenance.class);

    /** One hour takes 20 µs for each decision, and of a hundred million a day the busiest has ten. */
    private static final Duration LONGEST_ADDING_UP = Duration.ofMinutes(10);

    private final Database database;

    public LogMaintenance(Database database) {
        this.database = database;
    }

    /** Makes the partitions of the days to come and drops those whose time is over. */
    public void maintainPartitions() {
        database.with(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT partition_name, action FROM tiny_dancer.maintain_log()")) {
                while (rows.next()) {
                    LOG.info("partition {}: {}", rows.getString(1), rows.getString(2));
                }
                return null;
            }
        });
    }

    /** Adds up the hours that are over, as many as can be in a moment. */
    public void rollUp() {
        long hours = database.with(connection -> {
            connection.setNetworkTimeout(Runnable::run, (int) LONGEST_ADDING_UP.toMillis());
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL statement_timeout = "
                        + LONGEST_ADDING_UP.minusSeconds(5).toMillis());
                long number = number(statement, "SELECT tiny_dancer.roll_up()");
                connection.commit();
                return number;
            }
        });
        LOG.debug("{} hours added up", hours);
    }

    /** Counts what has come since the last time, so that who asks for the figures of agents has little to count. */
    public void tally() {
        LOG.trace("{} decisions and outcomes counted", number("SELECT tiny_dancer.tally()"));
    }

    /** Deletes turns of conversations that nobody needs any more. */
    public void forgetConversations() {
        LOG.debug("{} turns of conversations forgotten", number("SELECT tiny_dancer.forget_conversations()"));
    }

    private long number(String query) {
        return database.with(connection -> {
            try (Statement statement = connection.createStatement()) {
                return number(statement, query);
            }
        });
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
