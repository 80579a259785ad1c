package dev.tinydancer.engine.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Conversations with the server that any bytes describe, for a fuzzer: a client that knows the protocol and the password, and
 * does something else where the bytes say so. Everything happens in memory and in one thread, so that the same bytes are the
 * same conversation but for nonces.
 *
 * <p>Whatever the client sends, the server throws nothing, answers in whole messages of the protocol, reports no fault of its
 * own, and opens no session for a client that has not proved that it knows the password.
 */
public final class WireFuzz {

    private static final String PASSWORD = "pencil";
    private static final RowShape ECHO = RowShape.of("echo");
    /** One iteration: the fuzzer is to spend its time elsewhere. */
    private static final ScramVerifier VERIFIER = ScramClient.verifierOf(PASSWORD, new byte[] {7}, 1);

    private static final WireServer SERVER = startServer();

    private WireFuzz() {}

    private static WireServer startServer() {
        try {
            return WireServer.start(
                    new WireConfig(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            null,
                            null,
                            100,
                            2_000,
                            Duration.ofSeconds(20),
                            "16.0"),
                    user -> user.equals("engine") ? Optional.of(VERIFIER) : Optional.empty(),
                    user -> (query, offset, length, result) -> {
                        result.rows(ECHO);
                        result.row();
                        result.text(new String(query, offset, length, StandardCharsets.UTF_8));
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Holds one conversation; the name and the signature are those that Jazzer looks for. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        Client client = new Client(data);
        Transport transport = new Transport(client, client.heard, () -> {}, "fuzzer", "fuzzer", null, null);
        ClientConnection connection = new ClientConnection(SERVER, transport, 1, 2);
        try {
            Optional<Handshake.Client> session = new Handshake(SERVER, connection, transport).perform();
            if (session.isPresent()) {
                client.requireProof();
                new QueryLoop(SERVER, connection, session.get()).run();
            }
        } catch (EOFException e) {
            // The client left in the middle of a message.
            client.leaves();
        } finally {
            SERVER.ended(connection);
        }
        client.checkAnswers();
    }

    /** Sends what the bytes say, and hears what the server answers. */
    private static final class Client extends InputStream {

        private static final byte[] STARTUP =
                framed(null, "\0\3\0\0user\0engine\0\0".getBytes(StandardCharsets.ISO_8859_1));
        private static final String ANSWERS = "RSKZvETDCI";

        private final byte[] data;
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();
        private int next;
        private byte[] message = {};
        private int position;
        private @Nullable String proof;
        private boolean left;

        Client(byte[] data) {
            this.data = data;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            while (position == message.length) {
                if (next >= data.length) {
                    return -1;
                }
                message = nextMessage();
                position = 0;
                said.writeBytes(message);
            }
            int count = Math.min(length, message.length - position);
            System.arraycopy(message, position, target, offset, count);
            position += count;
            return count;
        }

        private byte[] nextMessage() {
            byte[] right = rightMessage();
            return switch (take() & 7) {
                case 0, 1 -> right;
                case 2 -> {
                    right[take() % right.length] = (byte) take();
                    yield right;
                }
                case 3 -> Arrays.copyOf(right, take() % right.length);
                case 4 -> taken(take());
                case 5 -> framed((char) take(), taken(take()));
                case 6 -> framed(null, taken(take()));
                default -> {
                    byte[] two = Arrays.copyOf(right, 2 * right.length);
                    System.arraycopy(right, 0, two, right.length, right.length);
                    yield two;
                }
            };
        }

        /** What a client would send that keeps to the protocol, as a copy. */
        private byte[] rightMessage() {
            ByteBuffer answers = answers();
            byte type = 0;
            byte[] body = {};
            while (answers.hasRemaining()) {
                type = answers.get();
                body = new byte[answers.getInt() - Integer.BYTES];
                answers.get(body);
            }
            if (type == 0) {
                return STARTUP.clone();
            }
            if (type == 'R' && body[3] == 10) {
                byte[] first = ScramClient.CLIENT_FIRST.getBytes(StandardCharsets.US_ASCII);
                return framed(
                        'p',
                        ByteBuffer.allocate(14 + Integer.BYTES + first.length)
                                .put("SCRAM-SHA-256\0".getBytes(StandardCharsets.US_ASCII))
                                .putInt(first.length)
                                .put(first)
                                .array());
            }
            if (type == 'R' && body[3] == 11) {
                proof = new ScramClient(PASSWORD)
                        .clientFinal(new String(body, 4, body.length - 4, StandardCharsets.US_ASCII));
                return framed('p', proof.getBytes(StandardCharsets.US_ASCII));
            }
            byte[] query = taken(take() & 63);
            return framed('Q', Arrays.copyOf(query, query.length + 1));
        }

        private int take() {
            return next < data.length ? data[next++] & 0xFF : 0;
        }

        private byte[] taken(int most) {
            int from = Math.min(next, data.length);
            next = Math.min(from + most, data.length);
            return Arrays.copyOfRange(data, from, next);
        }

        private static byte[] framed(@Nullable Character type, byte[] body) {
            ByteBuffer frame = ByteBuffer.allocate((type == null ? 0 : 1) + Integer.BYTES + body.length);
            if (type != null) {
                frame.put((byte) type.charValue());
            }
            return frame.putInt(Integer.BYTES + body.length).put(body).array();
        }

        /** What the server has said, without its refusals to encrypt, which are single letters before all else. */
        private ByteBuffer answers() {
            ByteBuffer answers = ByteBuffer.wrap(heard.toByteArray());
            while (answers.hasRemaining() && answers.get(answers.position()) == 'N') {
                answers.get();
            }
            return answers;
        }

        /** The last two characters of a proof in base64 hold bits that say nothing. */
        void requireProof() {
            if (proof == null
                    || !said.toString(StandardCharsets.ISO_8859_1).contains(proof.substring(0, proof.length() - 2))) {
                throw new AssertionError("a session without a proof");
            }
        }

        void leaves() {
            left = true;
        }

        void checkAnswers() {
            ByteBuffer answers = answers();
            while (answers.hasRemaining()) {
                char type = (char) answers.get();
                if (ANSWERS.indexOf(type) < 0) {
                    throw new AssertionError("the server sent a message of type " + type);
                }
                byte[] body = new byte[answers.getInt() - Integer.BYTES];
                answers.get(body);
                if (type == 'E' && new String(body, StandardCharsets.UTF_8).contains("CTD500")) {
                    throw new AssertionError("the server reports a fault of its own");
                }
            }
            if (!left && position < message.length && heard.size() == 0) {
                throw new AssertionError("the server ended a conversation without a word");
            }
        }
    }
}
