package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.install.EarlierSchema;
import dev.tinydancer.postgres.install.InstallException;
import dev.tinydancer.postgres.install.InstallOptions;
import dev.tinydancer.postgres.install.Installer;
import dev.tinydancer.postgres.install.NewerVersion;
import dev.tinydancer.postgres.install.SchemaVersion;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.ServerErrorMessage;

/** A newer version is installed while sessions route through an engine of this one. */
@Tag("once")
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class UpgradeUnderLoadIT {

    private static final int SESSIONS = 6;
    private static final String ROUTE =
            "SELECT agent_name, decision_id FROM ruvector_route('sort a list', optimize_for := 'cost')";

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    @RegisterExtension
    @Order(3)
    static final TestDatabase other = TestDatabase.empty();

    /** The migrations of versions to come; one after the other in the same database. */
    @TempDir
    private static Path directory;

    @Test
    @Order(1)
    void install_whileSessionsRoute_failsNobody() throws Exception {
        try (Connection connection = database.connect()) {
            for (String agent : List.of("'cheap', 'llm', '{code}', 0.001", "'dear', 'llm', '{code}', 0.1")) {
                Rows.execute(
                        connection,
                        "SELECT ruvector_register_agent(%s, avg_latency_ms := 1, quality_score := 0.9)"
                                .formatted(agent));
            }
            Rows.execute(connection, "SELECT ruvector_set_budget('all', 1000)");
        }
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger answers = new AtomicInteger();
        try (ExecutorService sessions = Executors.newFixedThreadPool(SESSIONS)) {
            List<Future<?>> running = IntStream.range(0, SESSIONS)
                    .<Future<?>>mapToObj(n -> sessions.submit(() -> {
                        route(done, answers);
                        return null;
                    }))
                    .toList();
            try {
                for (int version = 90; version < 94; version++) {
                    int before = answers.get();
                    Eventually.succeeds(() -> assertThat(answers.get()).isGreaterThan(before + 20));
                    // The tables in the order in which sessions do not take them, and the view that the engine reads.
                    NewerVersion.install(
                            database.superuser(), directory, "V" + version + "__more.sql", """
                            ALTER TABLE tiny_dancer.outcome ADD COLUMN more_%1$s int;
                            SELECT pg_sleep(0.1);
                            ALTER TABLE tiny_dancer.decision ADD COLUMN more_%1$s int;
                            ALTER TABLE tiny_dancer.agent ADD COLUMN more_%1$s int;
                            CREATE OR REPLACE FUNCTION tiny_dancer.new_decision_id(at timestamptz) RETURNS uuid
                            LANGUAGE sql VOLATILE PARALLEL SAFE
                            RETURN (lpad(to_hex(round(date_part('epoch', at) * 1000)::bigint), 12, '0')
                                    || '7' || substr(gen_random_uuid()::text, 16))::uuid;
                            DO $$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW tiny_dancer.evidence AS '
                                || pg_get_viewdef('tiny_dancer.evidence'::regclass); END $$;
                            """.formatted(version));
                }
            } finally {
                done.set(true);
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        try (Connection connection = database.connect()) {
            assertThat(Rows.first(connection, "SELECT count(*) FROM tiny_dancer.outcome WHERE success")
                            .getFirst())
                    .isEqualTo(answers.toString());
            assertThat(Rows.first(connection, "SELECT tiny_dancer.schema_version()")
                            .getFirst())
                    .isEqualTo("93");
        }
    }

    private static void route(AtomicBoolean done, AtomicInteger answers) throws SQLException {
        try (Connection connection = database.connect()) {
            while (!done.get()) {
                List<String> answer = Rows.first(connection, ROUTE);
                assertThat(answer.getFirst()).isEqualTo("cheap");
                Rows.first(connection, "SELECT ruvector_record_outcome('%s', true, 5)".formatted(answer.getLast()));
                answers.incrementAndGet();
            }
        }
    }

    @Test
    @Order(2)
    void engine_tooOldForWhatWasInstalled_saysSo() throws Exception {
        try (Connection open = database.connect()) {
            Rows.first(open, ROUTE);
            List<String> changes = NewerVersion.install(database.superuser(), directory, "V99__need.sql", """
                    CREATE OR REPLACE FUNCTION tiny_dancer.oldest_engine() RETURNS int
                    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 99
                    """);

            assertThat(changes).anyMatch(change -> change.contains("must be restarted"));
            try (Connection fresh = database.connect()) {
                for (Connection each : List.of(open, open, fresh)) {
                    ServerErrorMessage failure = SqlFailure.of(each, ROUTE);
                    assertThat(failure.getSQLState()).isEqualTo("TD503");
                    assertThat(failure.getMessage()).isEqualTo("this engine is too old for the functions that call it");
                    assertThat(failure.getDetail()).contains("for version 99 or later");
                    assertThat(failure.getHint()).contains("tiny-dancer serve");
                }
                Rows.execute(fresh, "SET tiny_dancer.on_engine_down = 'fallback'");
                Rows.execute(fresh, "SELECT ruvector_remove_budget('all')");
                assertThat(Rows.first(fresh, ROUTE).getFirst()).isEqualTo("cheap");
            }
        }
        assertThatThrownBy(() -> start(database))
                .isInstanceOf(EngineStartException.class)
                .hasMessageContaining("start the engine of the version that was installed");
        assertThatThrownBy(() -> new Installer(database.superuser(), InstallOptions.defaults()).install())
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("a newer Tiny Dancer is installed, with version 99 of the schema");
    }

    @Test
    @Order(3)
    void start_onAnOlderSchema_namesTheCommand() throws Exception {
        EarlierSchema.BEFORE_IDENTITY.install(other.superuser(), Files.createDirectory(directory.resolve("earlier")));
        assertThatThrownBy(() -> start(other))
                .isInstanceOf(EngineStartException.class)
                .hasMessageContaining("or an older version of it: run tiny-dancer install --url postgresql://");

        new Installer(other.superuser(), InstallOptions.defaults()).install();
        other.execute(
                "UPDATE tiny_dancer.schema_history SET success = false WHERE version = '" + SchemaVersion.NEWEST + "'");
        assertThatThrownBy(() -> start(other))
                .isInstanceOf(EngineStartException.class)
                .hasMessageContaining(
                        "and this engine needs " + SchemaVersion.NEWEST + ": run tiny-dancer install --url");
    }

    @Test
    @Order(4)
    void start_onACopy_namesTheCommand() throws Exception {
        other.execute("UPDATE tiny_dancer.engine_credential SET database_oid = 1");
        other.execute("UPDATE tiny_dancer.schema_history SET success = true");
        assertThatThrownBy(() -> start(other))
                .isInstanceOf(EngineStartException.class)
                .hasMessageContaining("is a copy of one that has an engine: run tiny-dancer install --url");
    }

    private static void start(TestDatabase database) throws Exception {
        DatabaseUrl url = database.engineUrl();
        Engine.start(TestEngine.config(url, Map.of())).close();
    }
}
