package dev.tinydancer.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.router.semantic.RouteConditions;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.SemanticRoute;
import dev.tinydancer.router.semantic.Utterance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RouteStoreTest {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger loads = new AtomicInteger();

    /** What a reading waits for. */
    private CountDownLatch reading = new CountDownLatch(0);

    /** Each tenant has one utterance, but large, which has three. */
    private final RouteSource source = new RouteSource() {
        @Override
        public Map<String, Long> versions() {
            return Map.of("a", 1L, "b", 1L);
        }

        @Override
        public long versionOf(String tenant) {
            return 1;
        }

        @Override
        public long utterancesOf(String tenant) {
            return tenant.equals("large") ? 3 : 1;
        }

        @Override
        public SemanticRoutes load(String tenant) {
            loads.incrementAndGet();
            awaitReading();
            return new SemanticRoutes(
                    1,
                    List.of(new SemanticRoute(
                            tenant,
                            "",
                            List.of(Utterance.of("hello", new float[] {1, 0})),
                            "agent",
                            0,
                            RouteConditions.NONE,
                            null)));
        }
    };

    private final RouteStore store = store(Duration.ZERO);

    private void awaitReading() {
        try {
            reading.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With room for two utterances. */
    private RouteStore store(Duration inUse) {
        return new RouteStore(source, threads, threads, Duration.ofSeconds(30), 2, inUse);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void require_twice_readsOnceAndKeepsTheIndex() throws Exception {
        RouteIndex index = store.require("a", 1);
        store.forgetIdle(Duration.ofHours(1));
        assertThat(store.require("a", 1)).isSameAs(index);
        assertThat(loads).hasValue(1);
    }

    @Test
    void forgetIdle_ofThoseThatNobodyAsksFor_readsThemAgainWhenSomebodyDoes() throws Exception {
        store.require("a", 1);
        store.forgetIdle(Duration.ZERO);
        // What nobody holds is not refreshed either.
        store.refreshChanged();
        assertThat(loads).hasValue(1);

        assertThat(store.require("a", 1).routes())
                .extracting(SemanticRoute::name)
                .containsExactly("a");
        assertThat(loads).hasValue(2);
    }

    @Test
    void require_moreThanThereIsRoomFor_forgetsThoseOfTheLongestIdle() throws Exception {
        RouteIndex first = store.require("a", 1);
        RouteIndex second = store.require("b", 1);
        assertThat(store.require("a", 1)).isSameAs(first);

        store.require("c", 1);
        assertThat(store.require("a", 1)).isSameAs(first);
        assertThat(loads).hasValue(3);
        assertThat(store.require("b", 1)).isNotSameAs(second);
        assertThat(loads).hasValue(4);
    }

    @Test
    void require_besideThoseInUse_isRefused() throws Exception {
        RouteStore crowded = store(Duration.ofMinutes(1));
        RouteIndex first = crowded.require("a", 1);
        crowded.require("b", 1);

        assertThatThrownBy(() -> crowded.require("c", 1)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.state()).isEqualTo(SqlState.PROGRAM_LIMIT_EXCEEDED);
            assertThat(e.detail())
                    .contains("They have 1 utterances, those of the others 2, and the engine keeps at most 2");
        });
        assertThat(crowded.require("a", 1)).isSameAs(first);
        assertThat(loads).hasValue(2);
    }

    @Test
    void require_whileOthersAreRead_leavesThemTheirRoom() throws Exception {
        reading = new CountDownLatch(1);
        RouteStore crowded = store(Duration.ofMinutes(1));
        List<Future<RouteIndex>> first = Stream.of("a", "b")
                .map(tenant -> threads.submit(() -> crowded.require(tenant, 1)))
                .toList();
        while (loads.get() < 2) {
            Thread.onSpinWait();
        }

        assertThatThrownBy(() -> crowded.require("c", 1)).isInstanceOf(EngineException.class);
        reading.countDown();
        for (Future<RouteIndex> each : first) {
            assertThat(each.get().routes()).hasSize(1);
        }
    }

    @Test
    void require_oneTenantsThatAreTooMany_areNotRead_andOthersStay() throws Exception {
        RouteIndex index = store.require("a", 1);

        assertThatThrownBy(() -> store.require("large", 1)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.state()).isEqualTo(SqlState.PROGRAM_LIMIT_EXCEEDED);
            assertThat(e.detail()).contains("They have 3", "at most 2");
            assertThat(e.hint()).contains("-Xmx1m,");
        });
        assertThat(store.require("a", 1)).isSameAs(index);
        assertThat(loads).hasValue(1);
    }
}
