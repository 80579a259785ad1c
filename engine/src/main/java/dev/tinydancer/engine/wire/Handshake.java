package dev.tinydancer.engine.wire;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The startup of one connection: encryption, version, authentication. Used once, by the connection's thread. */
final class Handshake {

    private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

    /** As in PostgreSQL; the same bound holds for every message before a client has authenticated. */
    private static final int MAX_MESSAGE_BYTES = 10_000;

    private static final byte PASSWORD_MESSAGE = 'p';

    /**
     * A client that may ask.
     *
     * @param user as whom it has authenticated
     */
    record Client(String user, Transport transport, WireInput input, WireOutput output, ClientEncoding encoding) {}

    private final WireServer server;
    private final ClientConnection connection;

    private Transport transport;
    private WireInput input;
    private WireOutput output;

    Handshake(WireServer server, ClientConnection connection, Transport transport) {
        this.server = server;
        this.connection = connection;
        this.transport = transport;
        this.input = new WireInput(transport.input());
        this.output = new WireOutput(transport.output());
    }

    /** The client, or empty if it was turned away or did not want a session; it knows why. */
    Optional<Client> perform() throws IOException {
        try {
            return negotiate();
        } catch (EngineException e) {
            LOG.info("{} is turned away: {} {}", transport.peer(), e.state().code(), e.getMessage());
            output.errorResponse(Severity.FATAL, e);
            output.flush();
            return Optional.empty();
        }
    }

    private Optional<Client> negotiate() throws IOException {
        while (input.readUntyped(MAX_MESSAGE_BYTES) != WireInput.END_OF_STREAM) {
            StartupPacket packet = StartupPacket.parse(input.buffer(), input.bodyOffset(), input.bodyLength());
            switch (packet) {
                case StartupPacket.TlsRequest _ -> answerTlsRequest();
                case StartupPacket.GssRequest _ -> answerPlainly('N');
                case StartupPacket.CancelRequest(int processId, int secret) -> {
                    server.cancel(processId, secret);
                    return Optional.empty();
                }
                case StartupPacket.SessionRequest request -> {
                    return Optional.of(authenticate(request));
                }
            }
        }
        return Optional.empty();
    }

    private void answerTlsRequest() throws IOException {
        SSLContext tls = server.config().tls();
        if (tls == null || !transport.canEncrypt()) {
            answerPlainly('N');
            return;
        }
        if (input.hasBufferedBytes()) {
            // Whatever came before encryption may have been slipped in by somebody on the way.
            throw new EngineException(
                    SqlState.PROTOCOL_VIOLATION, "received unencrypted data after the request for TLS");
        }
        answerPlainly('S');
        transport = transport.encrypted(tls);
        input = new WireInput(transport.input());
        output = new WireOutput(transport.output());
    }

    private void answerPlainly(char answer) throws IOException {
        output.int8(answer);
        output.flush();
    }

    private Client authenticate(StartupPacket.SessionRequest request) throws IOException {
        Map<String, String> parameters = request.parameters();
        refuseUnknownProtocolParts(request);
        String user = parameters.get("user");
        if (user == null || user.isEmpty()) {
            throw new EngineException(
                    SqlState.INVALID_AUTHORIZATION, "no PostgreSQL user name specified in startup packet");
        }
        ClientEncoding encoding = encodingOf(parameters.get(SetStatement.CLIENT_ENCODING));
        runScram(user);
        // Not before: who has no password must not take the places of those who have.
        server.requireSessionSlot(connection);
        output.authenticationOk();
        output.parameterStatus("server_version", server.config().serverVersion());
        output.parameterStatus("server_encoding", ClientEncoding.UTF_8.name());
        output.parameterStatus(SetStatement.CLIENT_ENCODING, encoding.name());
        output.parameterStatus("DateStyle", "ISO, MDY");
        output.parameterStatus("IntervalStyle", "postgres");
        output.parameterStatus("TimeZone", "UTC");
        output.parameterStatus("integer_datetimes", "on");
        output.parameterStatus("standard_conforming_strings", "on");
        output.backendKeyData(connection.processId(), connection.secret());
        output.readyForQuery();
        output.encodeWith(encoding);
        return new Client(user, transport, input, output, encoding);
    }

    /** A client of a newer minor version, or with protocol options, is told what the engine does not have and goes on. */
    private void refuseUnknownProtocolParts(StartupPacket.SessionRequest request) {
        List<String> options = request.parameters().keySet().stream()
                .filter(name -> name.startsWith("_pq_."))
                .sorted()
                .toList();
        if (request.minorVersion() > StartupPacket.MINOR_VERSION || !options.isEmpty()) {
            output.negotiateProtocolVersion(
                    StartupPacket.MAJOR_VERSION << Short.SIZE | StartupPacket.MINOR_VERSION, options);
        }
    }

    private static ClientEncoding encodingOf(@Nullable String name) {
        return name == null ? ClientEncoding.UTF_8 : ClientEncoding.require(name);
    }

    private void runScram(String user) throws IOException {
        byte[] endPoint = transport.endPoint();
        boolean canBind = endPoint.length > 0;
        List<String> mechanisms = canBind
                ? List.of(ScramExchange.MECHANISM_WITH_BINDING, ScramExchange.MECHANISM)
                : List.of(ScramExchange.MECHANISM);
        output.authenticationSasl(mechanisms);
        output.flush();
        InitialResponse initial = initialResponse(readPasswordMessage(), mechanisms);
        boolean binds = initial.mechanism().equals(ScramExchange.MECHANISM_WITH_BINDING);
        ScramExchange exchange = server.authenticator()
                .begin(
                        user,
                        binds
                                ? ScramExchange.Binding.TAKEN
                                : canBind ? ScramExchange.Binding.NOT_TAKEN : ScramExchange.Binding.NOT_OFFERED,
                        binds ? endPoint : new byte[0]);
        output.authenticationSaslContinue(exchange.serverFirst(initial.message()));
        output.flush();
        byte[] serverFinal = exchange.serverFinal(readPasswordMessage());
        if (serverFinal == null) {
            throw new EngineException(
                    SqlState.INVALID_PASSWORD, "password authentication failed for user \"" + user + "\"");
        }
        output.authenticationSaslFinal(serverFinal);
    }

    private byte[] readPasswordMessage() throws IOException {
        byte type = input.readMessage(MAX_MESSAGE_BYTES);
        if (type == WireInput.END_OF_STREAM) {
            // libpq connects without a password first and leaves when it is asked for one.
            throw new EOFException("the client left when it was asked for a password");
        }
        if (type != PASSWORD_MESSAGE) {
            throw new EngineException(
                    SqlState.PROTOCOL_VIOLATION, "expected a SASL response, got message type " + (type & 0xFF));
        }
        return input.copyOfBody();
    }

    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    private record InitialResponse(String mechanism, byte[] message) {}

    /** SASLInitialResponse: the mechanism's name, a zero byte, the length of the response, the response. */
    private static InitialResponse initialResponse(byte[] body, List<String> mechanisms) {
        ByteBuffer message = ByteBuffer.wrap(body);
        for (String mechanism : mechanisms) {
            byte[] expected = (mechanism + "\0").getBytes(StandardCharsets.US_ASCII);
            if (body.length >= expected.length + Integer.BYTES
                    && Arrays.equals(body, 0, expected.length, expected, 0, expected.length)
                    && message.position(expected.length).getInt() == message.remaining()) {
                byte[] response = new byte[message.remaining()];
                message.get(response);
                return new InitialResponse(mechanism, response);
            }
        }
        throw new EngineException(
                SqlState.PROTOCOL_VIOLATION,
                "expected a SASL response for a mechanism that is offered: " + String.join(", ", mechanisms));
    }
}
