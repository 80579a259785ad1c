package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;
import org.postgresql.util.ServerErrorMessage;

/** Installing models and going back, without an engine. */
final class ModelFunctionsIT {

    private static final int NOTICE_WITHIN_MILLIS = 10_000;

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession admin;

    @BeforeEach
    void openSession() throws SQLException {
        admin = new SqlSession(database.connectAsAdmin());
    }

    @AfterEach
    void closeSession() throws SQLException {
        admin.value("SELECT ruvector_remove_model('classifier')");
        admin.close();
    }

    @Test
    void installModel_isNewThenReplaced_thenRemoved() throws SQLException {
        assertThat(admin.value("SELECT ruvector_install_model('classifier', '\\x0102', '{\"accuracy\": 0.7}')"))
                .isEqualTo("t");
        assertThat(admin.value("SELECT ruvector_install_model('classifier', '\\x0103')"))
                .isEqualTo("f");

        try (SqlSession engine = new SqlSession(database.engine().getConnection())) {
            assertThat(engine.rows("SELECT name, content, checksum = encode(sha256('\\x0103'), 'hex'), card,"
                            + " installed_by LIKE 'role%' FROM tiny_dancer.model"))
                    .containsExactly(List.of("classifier", "\\x0103", "t", "{}", "t"));
        }
        assertThat(admin.value("SELECT ruvector_remove_model('classifier')")).isEqualTo("t");
        assertThat(admin.value("SELECT ruvector_remove_model('classifier')")).isEqualTo("f");
    }

    @Test
    void everyChange_tellsTheEngines() throws SQLException {
        try (SqlSession engine = new SqlSession(database.engine().getConnection())) {
            engine.run("LISTEN tiny_dancer_model");
            PGConnection notices = engine.connection().unwrap(PGConnection.class);
            for (String change : List.of(
                    "SELECT ruvector_install_model('classifier', '\\x01')",
                    "SELECT ruvector_install_model('classifier', '\\x02')",
                    "SELECT ruvector_remove_model('classifier')")) {
                admin.run(change);
                assertThat(notices.getNotifications(NOTICE_WITHIN_MILLIS))
                        .as(change)
                        .hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ruvector_install_model(NULL, '\\x01')|22004|name must not be null|",
                "ruvector_install_model('oracle', '\\x01')|22023|name is unknown, got \"oracle\"|Valid are: classifier.",
                "ruvector_install_model('classifier', NULL)|22004|content must not be null|",
                "ruvector_install_model('classifier', '')|22023|content must not be empty|",
                "ruvector_remove_model(' ')|22023|name must not be empty|",
            })
    void faultyArguments_areRefused(String call, String state, String message, String hint) throws SQLException {
        ServerErrorMessage error = admin.failure("SELECT " + call);
        assertThat(error.getSQLState()).isEqualTo(state);
        assertThat(error.getMessage()).isEqualTo(message);
        assertThat(error.getHint()).isEqualTo(hint);
    }

    @Test
    void installModel_byAUser_orForOneTenant_isRefused() throws SQLException {
        try (SqlSession user = new SqlSession(database.connectAsUser());
                SqlSession superuser = new SqlSession(database.connect())) {
            assertThat(user.failure("SELECT ruvector_install_model('classifier', '\\x01')")
                            .getSQLState())
                    .isEqualTo("42501");
            assertThat(user.failure("SELECT content FROM tiny_dancer.model").getSQLState())
                    .isEqualTo("42501");
            superuser.run(
                    "INSERT INTO tiny_dancer.tenant_role SELECT usename, 'acme' FROM pg_stat_activity WHERE pid = "
                            + admin.value("SELECT pg_backend_pid()"));
            ServerErrorMessage error = admin.failure("SELECT ruvector_install_model('classifier', '\\x01')");
            superuser.run("DELETE FROM tiny_dancer.tenant_role");
            assertThat(error.getSQLState()).isEqualTo("42501");
            assertThat(error.getMessage()).startsWith("models belong to all tenants");
        }
    }
}
