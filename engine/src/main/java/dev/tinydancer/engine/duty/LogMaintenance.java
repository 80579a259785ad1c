package dev.tinydancer.engine.duty;

import dev.tinydancer.engine.jdbc.Database;
import java.sql.ResultSet;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the log's partitions and its hourly sums in order. Of several engines one does it, the others find it done. */
public final class LogMaintenance {

    private static final Logger LOG = LoggerFactory.getLogger(LogMaintenance.class);

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

    /** Adds up the hours that are over. */
    public void rollUp() {
        database.with(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT tiny_dancer.roll_up()")) {
                row.next();
                LOG.debug("{} hours added up", row.getInt(1));
                return null;
            }
        });
    }
}
