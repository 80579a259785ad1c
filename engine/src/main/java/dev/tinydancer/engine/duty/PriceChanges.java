package dev.tinydancer.engine.duty;

import dev.tinydancer.engine.jdbc.Database;
import java.sql.ResultSet;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives agents the prices whose time has come. That changes the catalog, which all engines hear of. Of several engines one does
 * it, the others find it done.
 */
public final class PriceChanges {

    private static final Logger LOG = LoggerFactory.getLogger(PriceChanges.class);

    private final Database database;

    public PriceChanges(Database database) {
        this.database = database;
    }

    /** Takes up what is due. */
    public void takeUp() {
        database.with(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT tiny_dancer.take_up_prices()")) {
                row.next();
                int agents = row.getInt(1);
                if (agents > 0) {
                    LOG.info("{} agents have new prices", agents);
                }
                return null;
            }
        });
    }
}
