package dev.tinydancer.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rate limits of semantic routes: one count for all sessions and engines. */
@Timeout(120)
final class RouteLimitsIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    @BeforeEach
    void forgetRoutes() throws SQLException {
        database.execute("DELETE FROM tiny_dancer.route");
        database.execute("DELETE FROM tiny_dancer.route_use");
        database.pointAtEngine(engine.engine().address().getPort());
    }

    @Test
    void usedUp_theNextBestComesInstead_andANewMinuteHasRoomAgain() throws SQLException {
        try (Connection connection = database.connect()) {
            create(connection, "limited", 5, 1);
            create(connection, "spare", null, 0);
            used(connection, "limited", 3);
            assertThat(found(connection)).containsExactly("limited", "spare");
            assertThat(found(connection)).containsExactly("limited", "spare");
            assertThat(found(connection)).containsExactly("spare");
            assertThat(found(connection)).containsExactly("spare");
            assertThat(uses(connection, "limited")).isEqualTo("5");
            Rows.execute(connection, "UPDATE tiny_dancer.route_use SET minute = now() - interval '1 minute'");
            assertThat(found(connection)).containsExactly("limited", "spare");
            assertThat(uses(connection, "limited")).isEqualTo("1");
        }
    }

    @Test
    void onlyTheFirstRowIsAUse_andAFullRouteIsNotFoundBehindItEither() throws SQLException {
        try (Connection connection = database.connect()) {
            create(connection, "first", null, 1);
            create(connection, "second", 5, 0);
            used(connection, "second", 4);
            assertThat(found(connection)).containsExactly("first", "second");
            assertThat(uses(connection, "second")).isEqualTo("4");
            used(connection, "second", 5);
            assertThat(found(connection)).containsExactly("first");
            assertThat(Rows.all(connection, "SELECT route FROM tiny_dancer.route_use"))
                    .containsExactly(List.of("second"));
        }
    }

    @Test
    void readOnlyAndRolledBackCallers_areCounted() throws SQLException {
        try (Connection connection = database.connect()) {
            create(connection, "limited", 100, 0);
            used(connection, "limited", 10);
            Rows.execute(connection, "BEGIN READ ONLY");
            assertThat(found(connection)).containsExactly("limited");
            Rows.execute(connection, "COMMIT");
            assertThat(uses(connection, "limited")).isEqualTo("11");
            Rows.execute(connection, "BEGIN");
            assertThat(found(connection)).containsExactly("limited");
            Rows.execute(connection, "ROLLBACK");
            assertThat(uses(connection, "limited")).isEqualTo("12");
        }
    }

    @Test
    void twoEnginesAndManySessions_useExactlyWhatIsAllowed() throws Exception {
        int sessionsPerEngine = 3;
        int callsPerSession = 8;
        int room = 20;
        try (Engine other = Engine.start(TestEngine.config(database.engineUrl(), Map.of()));
                Connection connection = database.connect()) {
            create(connection, "limited", 1000, 0);
            used(connection, "limited", 1000 - room);
            List<Callable<Integer>> callers = new ArrayList<>();
            for (Engine each : List.of(engine.engine(), other)) {
                database.pointAtEngine(each.address().getPort());
                for (int i = 0; i < sessionsPerEngine; i++) {
                    Connection session = database.connect();
                    // Connects to the engine that the database points at now.
                    Rows.execute(session, "SELECT ruvector_embed('hello')");
                    callers.add(() -> {
                        try (session) {
                            int found = 0;
                            for (int call = 0; call < callsPerSession; call++) {
                                found += found(session).size();
                            }
                            return found;
                        }
                    });
                }
            }
            int found = 0;
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Integer> caller : threads.invokeAll(callers)) {
                    found += caller.get();
                }
            }
            assertThat(found).isEqualTo(room);
            assertThat(uses(connection, "limited")).isEqualTo("1000");
        }
    }

    @Test
    void anotherTenantsRouteOfThatName_hasACountOfItsOwn() throws SQLException {
        try (Connection superuser = database.connect();
                Connection acme = database.connectAsAdmin()) {
            String role = Rows.first(acme, "SELECT session_user").getFirst();
            Rows.execute(superuser, "INSERT INTO tiny_dancer.tenant_role VALUES ('" + role + "', 'acme')");
            create(superuser, "limited", 1, 0);
            create(acme, "limited", 1, 0);
            used(superuser, "limited", 1);
            assertThat(found(superuser)).isEmpty();
            assertThat(found(acme)).containsExactly("limited");
        }
    }

    /** As on a hot standby: the engine can read and not count. */
    @Test
    void engineWithAReadOnlyDatabase_leavesLimitedRoutesOut_andSaysSo() throws Exception {
        DatabaseUrl url = database.engineUrl();
        database.execute("ALTER ROLE " + url.user() + " SET default_transaction_read_only = on");
        try (Engine readOnly = Engine.start(TestEngine.config(url, Map.of()));
                Connection connection = database.connect()) {
            create(connection, "limited", 100, 1);
            create(connection, "spare", null, 0);
            database.pointAtEngine(readOnly.address().getPort());
            try (Connection session = database.connect();
                    Statement statement = session.createStatement()) {
                statement.execute("SELECT * FROM ruvector_semantic_route('Our only subject')");
                assertThat(requireNonNull(statement.getWarnings()).getMessage())
                        .isEqualTo("routes with a rate limit are left out, because the engine's database is"
                                + " read-only");
                assertThat(found(session)).containsExactly("spare");
            }
        }
    }

    private static void create(Connection connection, String name, @Nullable Integer limit, int priority)
            throws SQLException {
        Rows.execute(
                connection,
                "SELECT ruvector_create_route('%s', 'Our only subject', 'agent', %d, conditions := jsonb_build_object('rate_limit', %s))"
                        .formatted(name, priority, limit == null ? "NULL" : limit));
    }

    /** Sets the count of a minute that does not end during the test. */
    private static void used(Connection superuser, String route, int uses) throws SQLException {
        Rows.execute(superuser, """
                INSERT INTO tiny_dancer.route_use VALUES ('default', '%s', now() + interval '1 hour', %d)
                ON CONFLICT (tenant, route) DO UPDATE SET uses = excluded.uses""".formatted(route, uses));
    }

    private static String uses(Connection superuser, String route) throws SQLException {
        return Rows.first(superuser, "SELECT uses FROM tiny_dancer.route_use WHERE route = '" + route + "'")
                .getFirst();
    }

    private static List<String> found(Connection connection) throws SQLException {
        return Rows.all(connection, "SELECT route_name FROM ruvector_semantic_route('Our only subject')").stream()
                .map(List::getFirst)
                .toList();
    }
}
