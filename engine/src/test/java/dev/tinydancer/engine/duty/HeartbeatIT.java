package dev.tinydancer.engine.duty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.config.DatabaseConfig;
import dev.tinydancer.engine.jdbc.Connections;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class HeartbeatIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    @Test
    void rowsOfKilledEngines_goWithinAMinute() throws SQLException {
        database.execute("""
                INSERT INTO tiny_dancer.engine (engine_id, version, address, started_at, seen_at) VALUES
                    (gen_random_uuid(), '1', 'killed', now(), now() - interval '50 seconds'),
                    (gen_random_uuid(), '1', 'alive', now(), now() - interval '10 seconds')""");
        try (Connections connections =
                        Connections.open(new DatabaseConfig(database.engineUrl(), 1, Duration.ofSeconds(10)));
                Connection look = database.connect()) {
            Heartbeat heartbeat = new Heartbeat(connections.keeping(), "1", "mine");
            heartbeat.beat();
            assertThat(Rows.all(look, "SELECT address FROM tiny_dancer.engine ORDER BY 1"))
                    .containsExactly(List.of("alive"), List.of("mine"));
            heartbeat.stop();
            assertThat(Rows.all(look, "SELECT address FROM tiny_dancer.engine")).containsExactly(List.of("alive"));
        }
    }
}
