package dev.tinydancer.postgres.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Arrays.asList;
import static java.util.stream.Collectors.joining;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the wire protocol, as far as libpq needs it, with answers that a test has written down. It asks
 * for a password in clear text and takes any.
 */
final class ScriptedEngine implements AutoCloseable {

    /** A request of one connection. */
    record Call(String verb, String mac, String payload) {}

    /** What happens then. */
    sealed interface Answer {}

    /** One value, with the row that the caller is to log. */
    record Value(
            @Nullable String notice,
            String result,
            @Nullable String logRow) implements Answer {}

    /** Rows, each the text form of what the function returns. */
    record Rows(@Nullable String notice, List<String> rows) implements Answer {}

    /** What the engine refuses, to be raised by the function. */
    record Problem(
            String sqlState,
            String message,
            @Nullable String detail,
            @Nullable String hint) implements Answer {

        private String array() {
            return Stream.of(sqlState, message, detail, hint)
                    .map(field -> field == null ? "NULL" : '"' + field + '"')
                    .collect(joining(",", "{", "}"));
        }
    }

    /** An ErrorResponse. */
    record Failure(String sqlState, String message, String detail, String hint) implements Answer {}

    /** The connection is closed without an answer. */
    record HangUp() implements Answer {}

    /** No answer before the test opens the latch. */
    record Later(CountDownLatch latch, Answer answer) implements Answer {}

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_ENCRYPTION_REQUEST = 80877104;
    private static final int CLEAR_TEXT_PASSWORD = 3;
    private static final int TEXT_OID = 25;

    private final ServerSocket listener;
    private final Function<Call, Answer> script;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /** Listens on a free port of 127.0.0.1. */
    ScriptedEngine(Function<Call, Answer> script) throws IOException {
        this.script = script;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("scripted-engine").start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** All calls so far, in the order in which they came. */
    List<Call> calls() {
        return calls;
    }

    /** Closes every open connection and goes on listening, as after a restart. */
    void dropConnections() throws IOException {
        for (Socket connection : connections) {
            connection.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        dropConnections();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                connection.setTcpNoDelay(true);
                connections.add(connection);
                if (listener.isClosed()) {
                    // It came while close() was under way, which has not seen it.
                    connection.close();
                    return;
                }
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket connection) {
        try (connection;
                DataInputStream in = new DataInputStream(new BufferedInputStream(connection.getInputStream()));
                DataOutputStream out = new DataOutputStream(connection.getOutputStream())) {
            greet(in, out);
            for (int type = in.read(); type == 'Q'; type = in.read()) {
                String[] words = body(in).split(" ", 3);
                Call call = new Call(words[1], words[0], words[2]);
                calls.add(call);
                if (!answer(script.apply(call), out)) {
                    return;
                }
            }
        } catch (IOException e) {
            // The other side has gone or the test has closed the connection; neither is of interest.
            return;
        } finally {
            connections.remove(connection);
        }
    }

    private static void greet(DataInputStream in, DataOutputStream out) throws IOException {
        while (true) {
            int length = in.readInt();
            int code = in.readInt();
            in.readNBytes(length - 2 * Integer.BYTES);
            if (code != SSL_REQUEST && code != GSS_ENCRYPTION_REQUEST) {
                break;
            }
            out.write('N');
        }
        out.write(new Messages().begin('R').int32(CLEAR_TEXT_PASSWORD).end().bytes());
        in.readByte();
        body(in);
        // With its encoding known, libpq does not ask for it to be set.
        out.write(new Messages()
                .begin('R')
                .int32(0)
                .end()
                .begin('S')
                .text("client_encoding")
                .text("UTF8")
                .end()
                .ready()
                .bytes());
    }

    /** The text of a message whose type has been read. */
    private static String body(DataInputStream in) throws IOException {
        byte[] bytes = in.readNBytes(in.readInt() - Integer.BYTES);
        return new String(bytes, 0, bytes.length - 1, UTF_8);
    }

    private static boolean answer(Answer answer, DataOutputStream out) throws IOException {
        Messages messages = new Messages();
        switch (answer) {
            case Value(String notice, String result, String logRow) ->
                messages.resultSet(6, List.of(asList(null, notice, "f", result, logRow, null)));
            case Rows(String notice, List<String> rows) ->
                messages.resultSet(6, List.of(asList(null, notice, "f", null, null, null)))
                        .resultSet(
                                2,
                                rows.stream()
                                        .map(row -> Arrays.<@Nullable String>asList(row, null))
                                        .toList());
            case Problem problem ->
                messages.resultSet(6, List.of(asList(problem.array(), null, "f", null, null, null)));
            case Failure failure -> messages.error(failure);
            case HangUp hangUp -> {
                return false;
            }
            case Later(CountDownLatch latch, Answer late) -> {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
                return answer(late, out);
            }
        }
        out.write(messages.ready().bytes());
        return true;
    }

    /** Messages of the server, one after the other. */
    private static final class Messages {

        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private final DataOutputStream data = new DataOutputStream(all);
        private ByteArrayOutputStream body = new ByteArrayOutputStream();

        Messages begin(char type) throws IOException {
            data.write(type);
            body = new ByteArrayOutputStream();
            return this;
        }

        Messages end() throws IOException {
            data.writeInt(body.size() + Integer.BYTES);
            body.writeTo(data);
            return this;
        }

        Messages int32(int value) throws IOException {
            new DataOutputStream(body).writeInt(value);
            return this;
        }

        Messages int16(int value) throws IOException {
            new DataOutputStream(body).writeShort(value);
            return this;
        }

        Messages text(String value) {
            body.writeBytes(value.getBytes(UTF_8));
            body.write(0);
            return this;
        }

        Messages field(char kind, String value) {
            body.write(kind);
            return text(value);
        }

        Messages resultSet(int columns, List<List<@Nullable String>> rows) throws IOException {
            begin('T').int16(columns);
            for (int column = 0; column < columns; column++) {
                text("c" + column)
                        .int32(0)
                        .int16(0)
                        .int32(TEXT_OID)
                        .int16(-1)
                        .int32(-1)
                        .int16(0);
            }
            end();
            for (List<@Nullable String> row : rows) {
                begin('D').int16(row.size());
                for (@Nullable String value : row) {
                    if (value == null) {
                        int32(-1);
                    } else {
                        byte[] bytes = value.getBytes(UTF_8);
                        int32(bytes.length);
                        body.writeBytes(bytes);
                    }
                }
                end();
            }
            return begin('C').text("SELECT " + rows.size()).end();
        }

        Messages error(Failure failure) throws IOException {
            begin('E')
                    .field('S', "ERROR")
                    .field('V', "ERROR")
                    .field('C', failure.sqlState())
                    .field('M', failure.message())
                    .field('D', failure.detail())
                    .field('H', failure.hint());
            body.write(0);
            return end();
        }

        Messages ready() throws IOException {
            begin('Z');
            body.write('I');
            return end();
        }

        byte[] bytes() {
            return all.toByteArray();
        }
    }
}
