package dev.tinydancer.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.router.agent.AgentRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class CatalogStoreTest {

    /** A tenant whose catalog cannot be used, which is in nobody else's way. */
    private static final String SENSELESS = "senseless";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong committed = new AtomicLong(1);
    private final AtomicInteger loads = new AtomicInteger();

    private final CatalogStore store = new CatalogStore(
            new CatalogSource() {
                @Override
                public Map<String, Long> versions() {
                    return Map.of("a", committed.get(), SENSELESS, 1L);
                }

                @Override
                public long versionOf(String tenant) {
                    return committed.get();
                }

                @Override
                public Catalog load(String tenant) {
                    if (tenant.equals(SENSELESS)) {
                        throw new IllegalArgumentException("what the database lets through and Java does not");
                    }
                    loads.incrementAndGet();
                    return new Catalog(committed.get(), AgentRegistry.of(List.of()));
                }
            },
            threads,
            Duration.ofSeconds(30));

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void require_theVersionThatIsThere_readsNothing() throws Exception {
        store.readAhead("a");
        assertThat(store.require("a", 1).version()).isEqualTo(1);
        assertThat(loads).hasValue(1);
    }

    @Test
    void require_aNewerVersion_readsItOnce() throws Exception {
        store.readAhead("a");
        committed.set(2);
        assertThat(store.require("a", 2).version()).isEqualTo(2);
        assertThat(store.require("a", 2).version()).isEqualTo(2);
        assertThat(loads).hasValue(2);
    }

    @Test
    void require_aVersionThatIsNotCommitted_isRefusedWithBothVersions() {
        store.readAhead("a");
        for (long other : new long[] {0, 2}) {
            assertThatThrownBy(() -> store.require("a", other)).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.state()).isEqualTo(SqlState.CATALOG_DIFFERS);
                assertThat(e).hasMessageContaining("version 1").hasMessageContaining("sees " + other);
            });
        }
        // The version alone told that there is nothing to load.
        assertThat(loads).hasValue(1);
    }

    @Test
    void require_ofATenantNeverSeen_readsIt() throws Exception {
        assertThat(store.current("b")).isEmpty();
        assertThat(store.require("b", 1).version()).isEqualTo(1);
        assertThat(store.current("b").map(Catalog::version)).hasValue(1L);
    }

    @Test
    void refreshChanged_readsInTheBackground_whatIsHeld() {
        store.readAhead("a");
        committed.set(5);
        store.refreshChanged();
        Eventually.succeeds(
                () -> assertThat(store.current("a").map(Catalog::version)).hasValue(5L));
        assertThat(store.highestVersion()).isEqualTo(5);
        assertThat(store.size()).isEqualTo(1);
    }

    @Test
    void readAhead_ofACatalogThatMakesNoSense_isInNobodysWay() throws Exception {
        store.readAhead(SENSELESS);
        assertThat(store.current(SENSELESS)).isEmpty();
        assertThat(store.require("a", 1).version()).isEqualTo(1);
    }

    @Test
    void reload_readsAnewWhatIsHeld_whateverItsVersion() throws Exception {
        store.require("a", 1);
        store.reload();
        assertThat(loads).hasValue(2);
    }

    @Test
    void known_readsWhatIsNotHeld_andNothingElse() throws Exception {
        assertThat(store.known("a").version()).isEqualTo(1);
        committed.set(2);
        assertThat(store.known("a").version()).isEqualTo(1);
        assertThat(loads).hasValue(1);
    }

    @Test
    void forgottenCatalog_isReadAgainByTheNextCall() throws Exception {
        store.require("a", 1);
        store.forgetIdle(Duration.ofHours(1));
        assertThat(store.size()).isEqualTo(1);

        store.forgetIdle(Duration.ZERO);
        assertThat(store.size()).isZero();
        committed.set(2);
        store.refreshChanged();
        assertThat(store.current("a")).isEmpty();

        assertThat(store.require("a", 2).version()).isEqualTo(2);
        assertThat(loads).hasValue(2);
    }

    @Test
    void calls_thatComeWhileTheirTenantIsForgotten_allGetTheirCatalog() throws Exception {
        Future<?> calls = threads.submit(() -> {
            while (loads.get() < 100) {
                assertThat(store.require("a", 1).version()).isEqualTo(1);
            }
            return null;
        });
        while (!calls.isDone()) {
            store.forgetIdle(Duration.ZERO);
        }
        calls.get();
    }
}
