package dev.tinydancer.postgres.install;

import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** Lets each of Flyway's connections work as the owner of Tiny Dancer's objects, so that it owns what it makes. */
final class BecomeOwner extends BaseCallback {

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.AFTER_CONNECT;
    }

    @Override
    public void handle(Event event, Context context) {
        try (Statement statement = context.getConnection().createStatement()) {
            statement.execute("SET ROLE " + Preparation.OWNER);
        } catch (SQLException e) {
            throw new FlywayException("cannot become " + Preparation.OWNER, e);
        }
    }
}
