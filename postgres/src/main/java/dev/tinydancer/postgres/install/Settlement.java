package dev.tinydancer.postgres.install;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Ends the migrations' transaction with the privileges and the protection of what they made, so that nobody ever meets a
 * function that is new and not granted.
 */
final class Settlement extends BaseCallback {

    private final BooleanSupplier isLast;
    private final List<String> changes = new ArrayList<>();

    /** @param isLast whether the migration that has just been made is the last one */
    Settlement(BooleanSupplier isLast) {
        this.isLast = isLast;
    }

    /** What there was to do, one line for each thing. */
    List<String> changes() {
        return List.copyOf(changes);
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.AFTER_EACH_MIGRATE;
    }

    @Override
    public void handle(Event event, Context context) {
        if (!isLast.getAsBoolean()) {
            return;
        }
        try {
            changes.addAll(settle(context.getConnection()));
        } catch (SQLException e) {
            throw new FlywayException("the privileges could not be settled: " + e.getMessage(), e);
        }
    }

    /**
     * Settles what is not as it should be.
     *
     * @param connection that works as the owner
     * @return one line for each thing done
     */
    static List<String> settle(Connection connection) throws SQLException {
        List<String> changes = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM tiny_dancer.settle_installation()")) {
            while (rows.next()) {
                changes.add(rows.getString(1));
            }
        }
        return changes;
    }
}
