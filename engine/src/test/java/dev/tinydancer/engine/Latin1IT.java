package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.credential.MessageKey;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** dblink in a database that is not in UTF-8 asks for its own encoding, and text goes there and back unharmed. */
final class Latin1IT {

    private static final String LATIN1_DATABASE = "in_latin1";

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private static final String ANSWER = "dblink_get_result('engine') AS answer"
            + " (problem text[], notice text, crowded boolean, result text, log_row text, turn text)";

    @BeforeAll
    static void createDatabase() throws SQLException {
        // PostgreSQL 14 has no other provider, and no word for this one.
        String provider = database.server().majorVersion() < 15 ? "" : " LOCALE_PROVIDER libc";
        database.execute("CREATE DATABASE " + LATIN1_DATABASE + " ENCODING 'LATIN1'" + provider
                + " LOCALE 'C' TEMPLATE template0");
    }

    @AfterAll
    static void dropDatabase() throws SQLException {
        database.execute("DROP DATABASE " + LATIN1_DATABASE);
    }

    @Test
    void call_fromALatin1Database_keepsItsCharacters() throws SQLException {
        try (Connection connection =
                database.server().superuser(LATIN1_DATABASE).getConnection()) {
            Rows.execute(connection, "CREATE EXTENSION dblink");
            connectToEngine(connection);
            send(connection, call("café"));
            assertThat(Rows.first(connection, "SELECT result FROM " + ANSWER).getFirst())
                    .startsWith("(\"café\",");
            Rows.execute(connection, "SELECT * FROM dblink_get_result('engine') AS nothing (more text)");
            send(connection, call("\\u4e00"));
            assertThat(Rows.first(connection, "SELECT problem[1] FROM " + ANSWER))
                    .containsExactly("22P05");
            Rows.execute(connection, "SELECT dblink_disconnect('engine')");
        }
    }

    private static void connectToEngine(Connection connection) throws SQLException {
        String password;
        try (Connection superuser = database.connect()) {
            password = Rows.first(superuser, """
                            SELECT option_value FROM pg_user_mappings, pg_options_to_table(umoptions)
                            WHERE srvname = 'tiny_dancer_engine' AND option_name = 'password'""").getFirst();
        }
        Rows.execute(
                connection,
                "SELECT dblink_connect('engine', 'host=127.0.0.1 dbname=any user=tiny_dancer port=%d password=%s')"
                        .formatted(engine.engine().address().getPort(), password));
    }

    private static void send(Connection connection, String call) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT dblink_send_query('engine', ?)")) {
            statement.setString(1, call);
            statement.execute();
        }
    }

    /** A call that brings its own catalog, with one agent of this name. */
    private static String call(String agent) throws SQLException {
        String payload = """
                {"tenant": "default", "catalog_version": 0, "catalog": {"version": 0, "agents": [
                  {"name": "%s", "agent_type": "llm", "capabilities": ["a"], "avg_latency_ms": 1, "quality_score": 1,
                   "active": true}]},
                 "at": 1800000000, "session": 1, "log": "off", "log_requests": "off", "on_engine_down": "error", "arguments": {"request": "Où est-il ?", "optimize_for": "cost"}}""".formatted(agent);
        byte[] code = key().code(("route " + payload).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(code) + " route " + payload;
    }

    private static MessageKey key() throws SQLException {
        try (Connection superuser = database.connect()) {
            String key = Rows.first(superuser, "SELECT encode(mac_key, 'hex') FROM tiny_dancer.engine_credential")
                    .getFirst();
            return new MessageKey(HexFormat.of().parseHex(key));
        }
    }
}
