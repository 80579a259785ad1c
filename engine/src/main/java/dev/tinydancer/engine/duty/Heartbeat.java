package dev.tinydancer.engine.duty;

import dev.tinydancer.engine.jdbc.Database;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.UUID;

/** This engine's row in {@code tiny_dancer.engine}, which says that it is alive. */
public final class Heartbeat {

    /** How often the row is to be renewed; after five times as long sessions do not connect to the engine any more. */
    public static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final String RENEW = """
            WITH gone AS (DELETE FROM tiny_dancer.engine WHERE seen_at < now() - interval '45 seconds')
            INSERT INTO tiny_dancer.engine (engine_id, version, address, started_at, seen_at)
            VALUES (?, ?, ?, now(), now())
            ON CONFLICT (engine_id) DO UPDATE SET seen_at = now()
            """;
    private static final String REMOVE = "DELETE FROM tiny_dancer.engine WHERE engine_id = ?";

    private final Database database;
    private final String version;
    private final String address;
    private final UUID engineId = UUID.randomUUID();

    /**
     * @param version of the program
     * @param address where it listens
     */
    public Heartbeat(Database database, String version, String address) {
        this.database = database;
        this.version = version;
        this.address = address;
    }

    /** Makes the row, or renews it, and takes those away that killed engines left. */
    public void beat() {
        database.with(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
                statement.setObject(1, engineId);
                statement.setString(2, version);
                statement.setString(3, address);
                return statement.executeUpdate();
            }
        });
    }

    /** Takes the row away. */
    public void stop() {
        database.with(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(REMOVE)) {
                statement.setObject(1, engineId);
                return statement.executeUpdate();
            }
        });
    }
}
