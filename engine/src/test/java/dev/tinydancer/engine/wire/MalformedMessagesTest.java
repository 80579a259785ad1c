package dev.tinydancer.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server against clients that do not keep to the protocol. */
@Timeout(120)
final class MalformedMessagesTest {

    private static final int PROTOCOL_3_0 = 3 << 16;
    private static final int PROTOCOL_3_2 = 3 << 16 | 2;
    private static final int TLS_REQUEST = 1234 << 16 | 5679;
    private static final int GSS_REQUEST = 1234 << 16 | 5680;
    private static final int CANCEL_REQUEST = 1234 << 16 | 5678;
    private static final byte[] PARAMETERS = "user\0engine\0database\0any\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final String PASSWORD = "pencil";
    private static final RowShape ECHO = RowShape.of("echo");
    private static final ScramVerifier VERIFIER = ScramClient.verifierOf(PASSWORD, new byte[] {7});

    private WireServer server;

    @BeforeEach
    void start() throws IOException {
        server = startServer(Duration.ofSeconds(20));
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.close(Duration.ofSeconds(10));
    }

    private static WireServer startServer(Duration handshakeTimeout) throws IOException {
        return WireServer.start(
                new WireConfig(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        null,
                        null,
                        100,
                        20_000,
                        handshakeTimeout,
                        "16.0"),
                user -> user.equals("engine") ? Optional.of(VERIFIER) : Optional.empty(),
                user -> (query, offset, length, result) -> {
                    result.rows(ECHO);
                    result.row();
                    result.text(new String(query, offset, length, StandardCharsets.UTF_8));
                });
    }

    @Test
    void encryptionRequests_withoutTls_areAnsweredNo_andTheSessionGoesOn() throws IOException {
        try (RawClient client = connect()) {
            client.sendStartup(GSS_REQUEST, new byte[0]);
            assertThat(client.readByte()).isEqualTo('N');
            client.sendStartup(TLS_REQUEST, new byte[0]);
            assertThat(client.readByte()).isEqualTo('N');
            authenticate(client, PROTOCOL_3_0, PARAMETERS);
            assertThat(echo(client, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void newerMinorVersion_andUnknownOptions_areNegotiated() throws IOException {
        try (RawClient client = connect()) {
            client.sendStartup(PROTOCOL_3_2, "user\0engine\0_pq_.grease\0x\0\0".getBytes(StandardCharsets.US_ASCII));
            RawClient.Message negotiation = client.read();
            assertThat(negotiation.type()).isEqualTo('v');
            ByteBuffer body = ByteBuffer.wrap(negotiation.body());
            assertThat(body.getInt()).isEqualTo(PROTOCOL_3_0);
            assertThat(body.getInt()).isEqualTo(1);
            assertThat(negotiation.text()).endsWith("_pq_.grease\0");
            finishAuthentication(client);
            assertThat(echo(client, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void otherMajorVersion_isRefused() throws IOException {
        try (RawClient client = connect()) {
            client.sendStartup(2 << 16, PARAMETERS);
            assertThat(client.readToEnd()).contains("FATAL", "0A000", "unsupported frontend protocol 2.0");
        }
    }

    @Test
    void startup_withoutUser_orMalformed_isRefused() throws IOException {
        assertThat(refusal(PROTOCOL_3_0, "database\0any\0\0")).contains("28000", "no PostgreSQL user name");
        assertThat(refusal(PROTOCOL_3_0, "user\0engine\0")).contains("08P01", "invalid startup packet");
        assertThat(refusal(PROTOCOL_3_0, "user\0engine")).contains("08P01");
        assertThat(refusal(PROTOCOL_3_0, "user\0engine\0\0rest")).contains("08P01");
        assertThat(refusal(PROTOCOL_3_0, "user\0engine\0client_encoding\0nonsense\0\0"))
                .contains("22023");
        assertThat(refusal(CANCEL_REQUEST, "123")).contains("08P01");
    }

    @Test
    void startup_beyondItsBound_isRefused() throws IOException {
        assertThat(refusal(PROTOCOL_3_0, "user\0" + "x".repeat(20_000) + "\0\0"))
                .contains("54000");
    }

    @Test
    void startup_thatDawdles_isEnded() throws Exception {
        WireServer impatient = startServer(Duration.ofMillis(200));
        try (RawClient silent = new RawClient(impatient.address());
                RawClient halfway = new RawClient(impatient.address())) {
            halfway.sendStartup(PROTOCOL_3_0, PARAMETERS);
            assertThat(halfway.read().type()).isEqualTo('R');
            assertThat(silent.readToEnd()).isEmpty();
            assertThat(halfway.readToEnd()).isEmpty();
        } finally {
            impatient.close(Duration.ofSeconds(10));
        }
    }

    @Test
    void query_beforeAuthentication_isRefused() throws IOException {
        try (RawClient client = connect()) {
            client.sendStartup(PROTOCOL_3_0, PARAMETERS);
            assertThat(client.read().type()).isEqualTo('R');
            client.send('Q', "route\0".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.readToEnd()).contains("FATAL", "08P01");
        }
    }

    @Test
    void cancelRequest_withAWrongSecret_changesNothing() throws IOException {
        try (RawClient client = connect()) {
            ByteBuffer key = authenticate(client, PROTOCOL_3_0, PARAMETERS);
            int processId = key.getInt();
            int secret = key.getInt();
            try (RawClient canceller = connect()) {
                canceller.sendStartup(
                        CANCEL_REQUEST,
                        ByteBuffer.allocate(8)
                                .putInt(processId)
                                .putInt(secret + 1)
                                .array());
                assertThat(canceller.readToEnd()).isEmpty();
            }
            assertThat(echo(client, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void message_ofUnknownType_orImpossibleLength_endsTheConnectionOnly() throws IOException {
        try (RawClient client = connect();
                RawClient other = connect()) {
            authenticate(other, PROTOCOL_3_0, PARAMETERS);
            authenticate(client, PROTOCOL_3_0, PARAMETERS);
            client.send('!', new byte[0]);
            assertThat(client.readToEnd()).contains("FATAL", "08P01");
            try (RawClient negative = connect()) {
                authenticate(negative, PROTOCOL_3_0, PARAMETERS);
                negative.send(new byte[] {'Q', -1, -1, -1, -1});
                assertThat(negative.readToEnd()).contains("FATAL", "08P01", "invalid length of message: -1");
            }
            assertThat(echo(other, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void query_withoutItsZeroByte_isRefused() throws IOException {
        try (RawClient client = connect()) {
            authenticate(client, PROTOCOL_3_0, PARAMETERS);
            client.send('Q', "hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.read().text()).contains("08P01");
            assertThat(client.read().type()).isEqualTo('Z');
            client.send('Q', new byte[0]);
            assertThat(client.read().text()).contains("08P01");
            assertThat(client.read().type()).isEqualTo('Z');
            assertThat(echo(client, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void messages_inOnePacket_areAnsweredInOrder() throws IOException {
        try (RawClient client = connect()) {
            authenticate(client, PROTOCOL_3_0, PARAMETERS);
            client.send("Q\0\0\0\6a\0Q\0\0\0\6b\0".getBytes(StandardCharsets.US_ASCII));
            assertThat(readEcho(client)).isEqualTo("a");
            assertThat(readEcho(client)).isEqualTo("b");
        }
    }

    @Test
    void message_inSingleBytes_isPutTogether() throws IOException {
        try (RawClient client = connect()) {
            authenticate(client, PROTOCOL_3_0, PARAMETERS);
            for (byte each : "Q\0\0\0\6a\0".getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {each});
            }
            assertThat(readEcho(client)).isEqualTo("a");
        }
    }

    @Test
    void extendedMessages_areSkippedUpToSync() throws IOException {
        try (RawClient client = connect()) {
            authenticate(client, PROTOCOL_3_0, PARAMETERS);
            client.send('P', new byte[] {0, 0, 0, 0});
            client.send('B', new byte[25_000]);
            client.send('E', new byte[5]);
            client.send('S', new byte[0]);
            assertThat(client.read().text()).contains("0A000");
            assertThat(client.read().type()).isEqualTo('Z');
            assertThat(echo(client, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void randomBytes_neverHarmTheServer() throws IOException {
        Random random = new Random(20_260_101);
        for (int round = 0; round < 300; round++) {
            try (RawClient client = connect()) {
                if (random.nextBoolean()) {
                    authenticate(client, PROTOCOL_3_0, PARAMETERS);
                }
                sendNoise(client, random);
            }
        }
        try (RawClient client = connect()) {
            authenticate(client, PROTOCOL_3_0, PARAMETERS);
            assertThat(echo(client, "hello")).isEqualTo("hello");
        }
    }

    /** Random bytes, or a right message with some bytes changed. */
    private static void sendNoise(RawClient client, Random random) throws IOException {
        byte[] noise;
        if (random.nextBoolean()) {
            noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
        } else {
            noise = "Q\0\0\0\12hello\0".getBytes(StandardCharsets.US_ASCII);
            for (int i = random.nextInt(3); i >= 0; i--) {
                noise[random.nextInt(noise.length)] = (byte) random.nextInt();
            }
        }
        try {
            client.send(noise);
        } catch (SocketException e) {
            // The server has had enough of it already.
            assertThat(e).isNotNull();
        }
    }

    private String refusal(int code, String rest) throws IOException {
        try (RawClient client = connect()) {
            client.sendStartup(code, rest.getBytes(StandardCharsets.US_ASCII));
            return client.readToEnd();
        }
    }

    private RawClient connect() throws IOException {
        return new RawClient(server.address());
    }

    /** Opens a session; returns what the server sent as cancellation key: process id and secret. */
    private static ByteBuffer authenticate(RawClient client, int protocol, byte[] parameters) throws IOException {
        client.sendStartup(protocol, parameters);
        return finishAuthentication(client);
    }

    /** Opens a session of this user. */
    static void authenticate(RawClient client, String user, String password) throws IOException {
        client.sendStartup(PROTOCOL_3_0, ("user\0" + user + "\0\0").getBytes(StandardCharsets.US_ASCII));
        ByteBuffer _ = finishAuthentication(client, password);
    }

    private static ByteBuffer finishAuthentication(RawClient client) throws IOException {
        return finishAuthentication(client, PASSWORD);
    }

    private static ByteBuffer finishAuthentication(RawClient client, String password) throws IOException {
        assertThat(client.read().text()).contains("SCRAM-SHA-256");
        byte[] first = ScramClient.CLIENT_FIRST.getBytes(StandardCharsets.US_ASCII);
        client.send(
                'p',
                ByteBuffer.allocate(14 + 4 + first.length)
                        .put("SCRAM-SHA-256\0".getBytes(StandardCharsets.US_ASCII))
                        .putInt(first.length)
                        .put(first)
                        .array());
        byte[] body = client.read().body();
        String serverFirst = new String(body, 4, body.length - 4, StandardCharsets.US_ASCII);
        client.send('p', new ScramClient(password).clientFinal(serverFirst).getBytes(StandardCharsets.US_ASCII));
        ByteBuffer key = ByteBuffer.allocate(0);
        for (RawClient.Message message = client.read(); message.type() != 'Z'; message = client.read()) {
            assertThat(message.type()).isIn('R', 'S', 'K');
            if (message.type() == 'K') {
                key = ByteBuffer.wrap(message.body());
            }
        }
        return key;
    }

    private static String echo(RawClient client, String text) throws IOException {
        client.send('Q', (text + "\0").getBytes(StandardCharsets.UTF_8));
        return readEcho(client);
    }

    private static String readEcho(RawClient client) throws IOException {
        assertThat(client.read().type()).isEqualTo('T');
        RawClient.Message row = client.read();
        assertThat(row.type()).isEqualTo('D');
        assertThat(client.read().text()).isEqualTo("SELECT 1\0");
        assertThat(client.read().type()).isEqualTo('Z');
        return new String(row.body(), 6, row.body().length - 6, StandardCharsets.UTF_8);
    }
}
