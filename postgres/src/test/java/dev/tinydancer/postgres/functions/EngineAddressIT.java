package dev.tinydancer.postgres.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

/** The address of the engine and the secrets, which PostgreSQL makes itself. */
final class EngineAddressIT {

    private static final int KEY_BITS = 256;
    private static final int NOTICE_MILLIS = 10_000;

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("SET ROLE tiny_dancer_owner");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void setAddress_sayWhetherItChangedSomething() throws SQLException {
        sql.run("SELECT tiny_dancer.set_engine_address('one.example', '1')");
        String secret = secret();

        assertThat(sql.value("SELECT tiny_dancer.set_engine_address('one.example', '1')"))
                .isEqualTo("f");
        assertThat(sql.value("SELECT tiny_dancer.set_engine_address('one.example,two.example', '1,2',"
                        + " '{\"keepalives_idle\": \"30\", \"connect_timeout\": \"5\"}')"))
                .isEqualTo("t");
        assertThat(options())
                .contains("host=one.example,two.example", "port=1,2", "keepalives_idle=30", "connect_timeout=5");
        assertThat(sql.value("SELECT tiny_dancer.set_engine_address('three.example', '3')"))
                .isEqualTo("t");
        assertThat(options())
                .contains("host=three.example", "port=3", "connect_timeout=2")
                .doesNotContain("keepalives_idle=30");
        assertThat(secret()).isEqualTo(secret);
    }

    @Test
    void setAddress_beyondThisMachine_asksForTls() throws SQLException {
        for (String local : List.of("127.0.0.1", "localhost", "::1", "/run/engine", "127.0.0.1,localhost")) {
            sql.run("SELECT tiny_dancer.set_engine_address('" + local + "', '1')");
            assertThat(options()).as(local).noneMatch(option -> option.startsWith("sslmode"));
        }
        for (String remote : List.of("engine.example", "10.0.0.1", "127.0.0.1,10.0.0.1", "localhost.example")) {
            sql.run("SELECT tiny_dancer.set_engine_address('" + remote + "', '1')");
            assertThat(options()).as(remote).contains("sslmode=require");
        }
        sql.run("SELECT tiny_dancer.set_engine_address('engine.example', '1', '{\"sslmode\": \"verify-full\"}')");
        assertThat(options()).contains("sslmode=verify-full");
    }

    @Test
    void severalHosts_sharesSessions_whereLibpqCan() throws SQLException {
        boolean canShare = "t".equals(sql.value("SELECT current_setting('server_version_num')::int >= 160000"));
        List<String> shared = canShare ? List.of("load_balance_hosts=random") : List.of();
        sql.run("SELECT tiny_dancer.set_engine_address('127.0.0.1,localhost', '1,2')");
        assertThat(options()).containsAll(shared);
        if (canShare) {
            // As they are after an upgrade from a version that could not.
            sql.run("ALTER SERVER tiny_dancer_engine OPTIONS (DROP load_balance_hosts)");
        }
        sql.run("SELECT tiny_dancer.renew_engine_options()");
        assertThat(options()).containsAll(shared);

        sql.run("SELECT tiny_dancer.set_engine_address('127.0.0.1', '1')");
        assertThat(options()).noneMatch(option -> option.startsWith("load_balance_hosts"));
    }

    @Test
    void setAddress_invalid() throws SQLException {
        assertThat(sql.failure("SELECT tiny_dancer.set_engine_address(NULL, '1')")
                        .getSQLState())
                .isEqualTo("22004");
        assertThat(sql.failure("SELECT tiny_dancer.set_engine_address('h', '')").getSQLState())
                .isEqualTo("22023");
        assertThat(sql.failure("SELECT tiny_dancer.set_engine_address('h', '1', '[]')")
                        .getMessage())
                .isEqualTo("options must be a JSON object, got []");
        assertThat(sql.failure("SELECT tiny_dancer.set_engine_address('h', '1', '{\"nonsense\": \"1\"}')")
                        .getSQLState())
                .startsWith("HV");
    }

    @Test
    void verifier_isThatOfThePassword() throws SQLException, GeneralSecurityException {
        List<@Nullable String> stored = sql.rows("""
                SELECT encode(scram_salt, 'hex'), scram_iterations, encode(scram_stored_key, 'hex'),
                       encode(scram_server_key, 'hex'), scram_user
                FROM tiny_dancer.engine_credential
                """).getFirst();
        String password = mapping("password");

        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(
                        password.toCharArray(),
                        HexFormat.of().parseHex(stored.getFirst()),
                        Integer.parseInt(stored.get(1)),
                        KEY_BITS))
                .getEncoded();

        assertThat(stored.get(2))
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"))));
        assertThat(stored.get(3)).isEqualTo(HexFormat.of().formatHex(hmac(salted, "Server Key")));
        assertThat(stored.get(4)).isEqualTo(mapping("user"));
        assertThat(password).hasSize(64);
    }

    @Test
    void hmac_isThatOfRfc4231() throws SQLException {
        assertThat(sql.value("SELECT encode(tiny_dancer.hmac_sha256('Jefe', 'what do ya want for nothing?'), 'hex')"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void rotate_changesEverySecret_andTellsTheEngines() throws SQLException {
        String password = mapping("password");
        String secret = secret();
        try (SqlSession engine = new SqlSession(database.engine().getConnection())) {
            engine.run("LISTEN tiny_dancer_credential");

            sql.run("SELECT tiny_dancer.rotate_engine_credential()");

            assertThat(engine.connection().unwrap(PGConnection.class).getNotifications(NOTICE_MILLIS))
                    .hasSize(1);
        }
        assertThat(mapping("password")).isNotEqualTo(password);
        assertThat(secret()).isNotEqualTo(secret);
        assertThat(sql.notices()).isEmpty();
    }

    private List<@Nullable String> options() throws SQLException {
        return sql.column("SELECT unnest(srvoptions) FROM pg_foreign_server WHERE srvname = 'tiny_dancer_engine'");
    }

    private @Nullable String secret() throws SQLException {
        return sql.value("SELECT encode(mac_key || scram_salt, 'hex') FROM tiny_dancer.engine_credential");
    }

    private String mapping(String option) throws SQLException {
        return sql.text(
                "SELECT option_value FROM pg_user_mappings, pg_options_to_table(umoptions) WHERE option_name = '"
                        + option + "'");
    }

    private static byte[] hmac(byte[] key, String message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message.getBytes(UTF_8));
    }
}
