package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.ServerErrorMessage;

/** What a role with nothing but {@code tiny_dancer_user} can do, and what even others cannot do over a connection. */
final class SecurityIT {

    private static final String ROUTE = "SELECT agent_name FROM ruvector_route('Hello')";
    private static final String FORGED = "0".repeat(64) + " ping {\"tenant\": \"default\", \"arguments\": {}}";

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    @BeforeAll
    static void registerAnAgent() throws SQLException {
        database.execute("""
                SELECT ruvector_register_agent('only', 'llm', ARRAY['a'], avg_latency_ms := 1, quality_score := 1)""");
    }

    static Stream<String> forbidden() throws SQLException {
        String dblink = dblinkSchema();
        return Stream.of(
                "SELECT ruvector_register_agent('x', 'llm', ARRAY['a'], avg_latency_ms := 1, quality_score := 1)",
                "SELECT ruvector_remove_agent('only')",
                "SELECT mac_key FROM tiny_dancer.engine_credential",
                "SELECT * FROM tiny_dancer.agent",
                "SELECT * FROM tiny_dancer.decision",
                "SELECT umoptions FROM pg_user_mapping",
                "SELECT tiny_dancer.exchange('ping', '{}')",
                "SELECT tiny_dancer.rotate_engine_credential()",
                "SELECT tiny_dancer.set_engine_address('example.com', '1')",
                "SELECT * FROM " + dblink + ".dblink('tiny_dancer', '" + FORGED + "') AS answer (notice text)",
                "SELECT " + dblink + ".dblink_send_query('tiny_dancer', '" + FORGED + "')",
                "SELECT " + dblink + ".dblink_connect('another', 'tiny_dancer_engine')",
                "SET ROLE tiny_dancer_owner");
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    void user_whoRoutes_cannot(String statement) throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.first(connection, ROUTE)).containsExactly("only");
            assertThat(SqlFailure.of(connection, statement).getSQLState()).isEqualTo("42501");
            assertThat(Rows.first(connection, ROUTE)).containsExactly("only");
        }
    }

    @Test
    void user_whoLooksForThePassword_findsNone() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.first(
                            connection, "SELECT umoptions FROM pg_user_mappings WHERE srvname = 'tiny_dancer_engine'"))
                    .containsExactly("null");
        }
    }

    @Test
    void callOverAnOpenConnection_withoutTheKey_isRefused() throws SQLException {
        // Only a superuser gets so far; even to him the engine does not answer.
        try (Connection connection = database.connect()) {
            assertThat(Rows.first(connection, ROUTE)).containsExactly("only");
            // Takes the end of the answer.
            assertThat(Rows.first(connection, "SELECT " + dblinkSchema() + ".dblink_is_busy('tiny_dancer')"))
                    .containsExactly("0");
            ServerErrorMessage error = SqlFailure.of(
                    connection,
                    "SELECT * FROM " + dblinkSchema() + ".dblink('tiny_dancer', '" + FORGED
                            + "') AS answer (notice text)");
            assertThat(error.getSQLState()).isEqualTo("28000");
            assertThat(Rows.first(connection, ROUTE)).containsExactly("only");
        }
    }

    @Test
    void stranger_withoutThePassword_isTurnedAway_andWithItGetsNoFurther() throws SQLException {
        assertThatThrownBy(() -> connectToEngine("guessed"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        try (Connection connection = connectToEngine(password())) {
            assertThat(SqlFailure.of(connection, FORGED).getSQLState()).isEqualTo("28000");
            assertThat(SqlFailure.of(connection, "SELECT 1").getSQLState()).isEqualTo("08P01");
        }
    }

    private static Connection connectToEngine(String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "tiny_dancer");
        properties.setProperty("password", password);
        properties.setProperty("preferQueryMode", "simple");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + engine.engine().address().getPort() + "/tiny_dancer", properties);
    }

    private static String password() throws SQLException {
        try (Connection connection = database.connect()) {
            return Rows.first(connection, """
                            SELECT option_value FROM pg_user_mappings, pg_options_to_table(umoptions)
                            WHERE srvname = 'tiny_dancer_engine' AND option_name = 'password'""").getFirst();
        }
    }

    private static String dblinkSchema() throws SQLException {
        try (Connection connection = database.connect()) {
            return Rows.first(
                            connection, "SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'dblink'")
                    .getFirst();
        }
    }
}
