package dev.tinydancer.engine.duty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.config.DatabaseConfig;
import dev.tinydancer.engine.jdbc.Connections;
import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
final class NotificationListenerIT {

    private static final int NOTICES = 5_000;

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private final AtomicInteger handled = new AtomicInteger();
    private final AtomicInteger last = new AtomicInteger();

    @Test
    void flood_ofDifferentNotices_isHandledAFewTimes() throws Exception {
        try (Connections connections =
                Connections.open(new DatabaseConfig(database.engineUrl(), 1, Duration.ofSeconds(10)))) {
            NotificationListener listener = NotificationListener.start(
                    connections.reading(),
                    Map.of("flood", handled::incrementAndGet, "last_one", last::incrementAndGet),
                    () -> {});
            try {
                Eventually.succeeds(() -> assertThat(listener.isListening()).isTrue());
                database.execute("SELECT pg_notify('flood', n::text) FROM generate_series(1, " + NOTICES + ") AS n");
                database.execute("NOTIFY last_one");
                Eventually.succeeds(() -> assertThat(last).hasValue(1));
            } finally {
                listener.close();
            }
        }

        assertThat(handled.get()).isBetween(1, NOTICES / 100);
    }
}
