package dev.tinydancer.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.brain.Brain;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.catalog.JdbcCatalogSource;
import dev.tinydancer.engine.config.ExplorationConfig;
import dev.tinydancer.engine.config.OutcomeLimits;
import dev.tinydancer.engine.jdbc.Connections;
import dev.tinydancer.engine.json.ProtocolJson;
import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import dev.tinydancer.router.AdaptiveRouter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose outcomes an engine remembers. */
final class EvidenceFeedIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private final Brain brain = Brain.load(Set.of(), new ExplorationConfig(0, 0, 10));
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
    private Connections connections;
    private Connection connection;

    @BeforeEach
    void fill() throws Exception {
        connection = database.connect();
        Rows.truncate(connection, "tiny_dancer.agent, tiny_dancer.decision, tiny_dancer.outcome");
        for (String tenant : new String[] {"earliest", "middle", "latest"}) {
            Rows.execute(connection, """
                    INSERT INTO tiny_dancer.agent (tenant, name, agent_type, capabilities, avg_latency_ms, quality_score)
                    VALUES ('%s', 'any', 'llm', '{x}', 1, 1)""".formatted(tenant));
            record(tenant, 20);
        }
        connections = Connections.open(
                TestEngine.config(database.superuserUrl(), Map.of()).database());
    }

    @AfterEach
    void close() throws SQLException {
        readers.shutdownNow();
        connections.close();
        connection.close();
        brain.close();
    }

    @Test
    void histories_areThoseOfTheTenantsThatWereActiveLast_asManyAsAreAllowed() {
        open(20, 40);
        assertThat(brain.inUse()).containsExactlyInAnyOrder("latest", "middle");
        assertThat(outcomes("latest")).isEqualTo(20);

        assertThat(brain.present("earliest")).isEmpty();
    }

    @Test
    void tenantThatComes_hasItsHistoryWithTheNextReading() {
        EvidenceFeed feed = open(20, 40);
        brain.of("earliest");
        assertThat(outcomes("earliest")).isZero();

        feed.poll();

        // Three share what is allowed.
        assertThat(outcomes("earliest")).isEqualTo(13);
    }

    @Test
    void tenantsWithoutOutcomes_takeNoRoom() {
        EvidenceFeed feed = open(20, 50);
        brain.of("earliest");
        for (int stranger = 0; stranger < 30; stranger++) {
            brain.of("stranger " + stranger);
        }

        feed.poll();
        for (int polls = 0; outcomes("earliest") == 0 && polls < 30; polls++) {
            feed.poll();
        }

        // What the two others leave, not a thirty-third of all.
        assertThat(outcomes("earliest")).isEqualTo(10);
    }

    @Test
    void tooManyOutcomes_costTheLongestIdleTenantItsOwn_untilItComesBack() throws SQLException {
        EvidenceFeed feed = open(20, 40);
        brain.of("middle");
        brain.of("earliest");
        feed.poll();

        feed.learn();
        assertThat(brain.inUse()).containsExactly("middle", "earliest");

        record("latest", 1);
        feed.poll();
        assertThat(brain.present("latest")).isEmpty();
        brain.of("latest");
        feed.poll();
        assertThat(outcomes("latest")).isEqualTo(13);
    }

    @Test
    void forgottenTenant_hasSpentOnTrialsWhatItHas() {
        brain.of("latest").spendOnTrial(7);
        brain.of("middle");

        brain.forget("latest");
        brain.forget("middle");

        assertThat(brain.of("latest").remainingForTrialsUsd()).isEqualTo(3);
        assertThat(brain.of("middle").remainingForTrialsUsd()).isEqualTo(10);
    }

    @Test
    void fewOutcomes_areKept() {
        EvidenceFeed feed = open(20, 1000);
        feed.learn();
        assertThat(List.of("earliest", "middle", "latest"))
                .allSatisfy(tenant -> assertThat(outcomes(tenant)).isEqualTo(20));
    }

    @Test
    void moreOutcomesAtOnceThanMayBeRemembered_teachByTheLatest() throws SQLException {
        EvidenceFeed feed = open(20, 1000);
        record("latest", 3_000);
        record("middle", 1);

        feed.poll();

        assertThat(outcomes("latest")).isEqualTo(20 + 20);
        assertThat(outcomes("middle")).isEqualTo(20 + 1);
        assertThat(feed.version()).isEqualTo(3_001);
    }

    private EvidenceFeed open(int ofTenant, int ofAll) {
        return open(ofTenant, ofAll, Duration.ofHours(1));
    }

    private EvidenceFeed open(int ofTenant, int ofAll, Duration kept) {
        CatalogStore catalogs = new CatalogStore(
                new JdbcCatalogSource(connections.reading(), ProtocolJson.mapper()),
                Runnable::run,
                Duration.ofSeconds(5));
        return EvidenceFeed.open(
                connections.keeping(), catalogs, brain, new OutcomeLimits(ofTenant, ofAll, kept), readers);
    }

    /** Also where many come at the same time, of which a reading has a few. */
    @Test
    void callOfATenantThatComes_hasItsHistory() throws Exception {
        EvidenceFeed feed = open(20, 1000);
        List.of("earliest", "middle", "latest").forEach(brain::forget);
        for (int stranger = 0; stranger < 10; stranger++) {
            brain.of("stranger " + stranger);
        }

        // On a machine that does much else, not the first one.
        Eventually.succeeds(
                () -> assertThat(feed.routerOf("earliest").outcomes()).isEqualTo(20));
        assertThat(feed.routerOf("earliest")).isSameAs(brain.of("earliest"));
        assertThat(feed.routerOf("earliest").agents().agents()).hasSize(1);
    }

    @Test
    void tenantThatAsksNothing_isForgotten_andLearnsWhatItHasMissed() throws Exception {
        EvidenceFeed feed = open(20, 1000, Duration.ofMillis(1));
        Thread.sleep(5);
        brain.of("last to ask");
        feed.learn();
        assertThat(brain.inUse()).containsExactly("last to ask");
        assertThat(feed.outcomes()).isZero();

        record("latest", 1);
        feed.poll();
        assertThat(brain.inUse()).containsExactly("last to ask");
        Eventually.succeeds(() -> assertThat(feed.routerOf("latest").outcomes()).isEqualTo(20));
        record("latest", 1);
        feed.poll();
        assertThat(outcomes("latest")).isEqualTo(21);
    }

    private int outcomes(String tenant) {
        return brain.present(tenant).map(AdaptiveRouter::outcomes).orElse(0);
    }

    private void record(String tenant, int outcomes) throws SQLException {
        Rows.execute(connection, """
                WITH made AS (
                    SELECT tiny_dancer.new_decision_id(clock_timestamp()) AS id FROM generate_series(1, %2$d)
                ), decided AS (
                    INSERT INTO tiny_dancer.decision (
                        tenant, decided_at, decision_id, agent, optimize_for, input_tokens, request_hash, embedding)
                    SELECT '%1$s', tiny_dancer.decision_time(id), id, 'any', 'cost', 5, '', decode(repeat('01', %3$d), 'hex')
                    FROM made
                    RETURNING decided_at, decision_id
                )
                INSERT INTO tiny_dancer.outcome (tenant, decided_at, decision_id, agent, success)
                SELECT '%1$s', decided_at, decision_id, 'any', true FROM decided
                """.formatted(tenant, outcomes, brain.dimension()));
    }
}
