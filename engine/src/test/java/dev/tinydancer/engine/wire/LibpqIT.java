package dev.tinydancer.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server as libpq of the PostgreSQL that the tests run on sees it, with and without TLS, bound to its channel or not. */
final class LibpqIT {

    private static final String PASSWORD = "pencil";
    private static final RowShape ECHO = RowShape.of("echo");

    @RegisterExtension
    static final TestDatabase database = TestDatabase.empty();

    @TempDir
    static Path directory;

    @BeforeAll
    static void createDblink() throws Exception {
        database.execute("CREATE EXTENSION dblink");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -keyalg RSA -sigalg SHA256withRSA | require | require | ''
            -keyalg RSA -sigalg SHA512withRSA | require | require | ''
            -keyalg EC -groupname secp384r1   | require | require | ''
            -keyalg RSA -sigalg SHA256withRSA | require | prefer  | ''
            -keyalg RSA -sigalg SHA256withRSA | require | disable | ''
            -keyalg RSA -sigalg SHA256withRSA | disable | disable | ''
            -keyalg RSA -sigalg SHA256withRSA | disable | prefer  | ''
            -keyalg RSA -sigalg SHA256withRSA | disable | require | channel binding
            -keyalg Ed25519                   | require | prefer  | ''
            -keyalg Ed25519                   | require | require | channel binding
            """)
    void connection_isMadeOrRefused(String key, String tls, String binding, String refusal) throws Exception {
        WireServer server = start(key);
        try (Connection connection = database.connect()) {
            String right = target(server, tls, binding, PASSWORD);
            if (refusal.isEmpty()) {
                assertThat(Rows.first(
                                connection, "SELECT * FROM dblink('" + right + "', 'hello') AS answer (echo text)"))
                        .containsExactly("hello");
                assertThat(SqlFailure.of(connection, connect(target(server, tls, binding, "guessed")))
                                .getDetail())
                        .contains("password authentication failed for user \"engine\"");
            } else {
                assertThat(SqlFailure.of(connection, connect(right)).getDetail())
                        .contains(refusal);
            }
        } finally {
            server.close(Duration.ofSeconds(10));
        }
    }

    private static String connect(String target) {
        return "SELECT dblink_connect('" + target + "')";
    }

    private static String target(WireServer server, String tls, String binding, String password) {
        return "host=127.0.0.1 port=%d user=engine password=%s sslmode=%s channel_binding=%s"
                .formatted(server.address().getPort(), password, tls, binding);
    }

    private static WireServer start(String key) throws Exception {
        ScramVerifier verifier = ScramClient.verifierOf(PASSWORD, new byte[] {7});
        return WireServer.start(
                new WireConfig(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        null,
                        tlsOf(key),
                        100,
                        20_000,
                        Duration.ofSeconds(20),
                        "16.0"),
                user -> user.equals("engine") ? Optional.of(verifier) : Optional.empty(),
                user -> (query, offset, length, result) -> {
                    result.rows(ECHO);
                    result.row();
                    result.text(new String(query, offset, length, StandardCharsets.UTF_8));
                });
    }

    private static SSLContext tlsOf(String key) throws Exception {
        Path store = directory.resolve("keys" + Integer.toHexString(key.hashCode()) + ".p12");
        if (!store.toFile().exists()) {
            keytool(("-genkeypair -alias engine -dname CN=engine -storetype PKCS12 -storepass secret " + key
                            + " -keystore " + store)
                    .split(" "));
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(KeyStore.getInstance(store.toFile(), "secret".toCharArray()), "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        assertThat(new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor())
                .isZero();
    }
}
