package dev.tinydancer.engine.wire;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.FaultReport;
import dev.tinydancer.engine.error.SqlState;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the messages of a client that has authenticated, one after the other, and answers them. */
final class QueryLoop {

    private static final Logger LOG = LoggerFactory.getLogger(QueryLoop.class);

    private final ClientConnection connection;
    private final Handshake.Client client;
    private final int maxMessageBytes;
    private final Session session;
    private final WireInput input;
    private final WireOutput output;
    private final ResultWriter result;

    private ClientEncoding encoding;
    /** After an error in the extended protocol everything up to the next Sync is passed over. */
    private boolean skippingToSync;

    QueryLoop(WireServer server, ClientConnection connection, Handshake.Client client) {
        this.connection = connection;
        this.client = client;
        this.maxMessageBytes = server.config().maxMessageBytes();
        this.session = server.sessions().open(client.user());
        this.input = client.input();
        input.allowLongMessages(server.longMessages());
        this.output = client.output();
        this.result = new ResultWriter(output);
        this.encoding = client.encoding();
    }

    /** Returns when the client has left, was told that it has to, or the server shuts down. */
    void run() throws IOException {
        output.flush();
        try {
            while (connection.awaitClient() && takeMessage()) {
                output.flush();
            }
        } catch (EngineException e) {
            LOG.info("{} is disconnected: {}", client.transport().peer(), e.getMessage());
            output.errorResponse(Severity.FATAL, e);
        } finally {
            input.close();
        }
        output.flush();
    }

    /** @return false if the client has left */
    private boolean takeMessage() throws IOException {
        byte type;
        try {
            type = input.readMessage(maxMessageBytes);
        } catch (EngineException e) {
            if (e.state() != SqlState.PROGRAM_LIMIT_EXCEEDED && e.state() != SqlState.OUT_OF_MEMORY) {
                throw e;
            }
            // The message has been passed over, so the connection is as good as before.
            if (!skippingToSync) {
                refuse(input.type(), e);
            }
            return true;
        }
        if (skippingToSync && type != 'S' && type != 'X' && type != WireInput.END_OF_STREAM) {
            return true;
        }
        switch (type) {
            case 'Q' -> answerQuery();
            case 'S' -> {
                skippingToSync = false;
                output.readyForQuery();
            }
            case 'P', 'B', 'D', 'E', 'C', 'H', 'F' ->
                refuse(
                        type,
                        new EngineException(
                                SqlState.FEATURE_NOT_SUPPORTED,
                                "the engine answers simple queries only",
                                null,
                                "With JDBC, connect with preferQueryMode=simple."));
            case 'd', 'c', 'f' -> LOG.debug("COPY data without COPY is passed over");
            case 'X', WireInput.END_OF_STREAM -> {
                return false;
            }
            default ->
                throw new EngineException(
                        SqlState.PROTOCOL_VIOLATION, "invalid frontend message type " + (type & 0xFF));
        }
        return true;
    }

    /** Answers a message that is not going to be looked at. */
    private void refuse(byte type, EngineException error) {
        output.errorResponse(Severity.ERROR, error);
        if (type == 'Q' || type == 'F') {
            output.readyForQuery();
        } else {
            skippingToSync = true;
        }
    }

    private void answerQuery() {
        if (!connection.beginAnswer()) {
            throw ClientConnection.shuttingDown();
        }
        result.begin();
        EngineException error = null;
        try {
            answer();
        } catch (EngineException e) {
            error = e;
        } catch (InterruptedException e) {
            // endAnswer takes the interrupt; the client cancelled, or the grace of a shutdown is over.
            error = ClientConnection.shuttingDown();
        } catch (RuntimeException | Error e) {
            // An Error as well: one query must not take the connection with it, still less the reason.
            error = Thread.currentThread().isInterrupted() ? ClientConnection.shuttingDown() : FaultReport.of(e, LOG);
        }
        boolean cancelled = connection.endAnswer();
        if (error != null) {
            result.restart();
            output.errorResponse(Severity.ERROR, cancelled ? cancelledByClient() : error);
        }
        output.readyForQuery();
    }

    private void answer() throws InterruptedException {
        int offset = input.bodyOffset();
        int length = input.bodyLength() - 1;
        byte[] query = input.buffer();
        if (length < 0 || query[offset + length] != 0) {
            throw new EngineException(SqlState.PROTOCOL_VIOLATION, "invalid query message: its last byte must be zero");
        }
        if (isBlank(query, offset, length)) {
            output.emptyQueryResponse();
            return;
        }
        Optional<SetStatement> set = SetStatement.parse(query, offset, length);
        if (set.isPresent()) {
            apply(set.get());
        } else if (encoding.isUtf8()) {
            session.answer(query, offset, length, result);
            result.finish();
        } else {
            byte[] utf8 = encoding.toUtf8(query, offset, length);
            session.answer(utf8, 0, utf8.length, result);
            result.finish();
        }
    }

    private void apply(SetStatement set) {
        set.requireKnown();
        if (set.name().equals(SetStatement.CLIENT_ENCODING)) {
            encoding = ClientEncoding.require(set.value());
            output.encodeWith(encoding);
            output.parameterStatus(SetStatement.CLIENT_ENCODING, encoding.name());
        }
        output.commandComplete("SET");
    }

    private static boolean isBlank(byte[] query, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (query[i] != ';' && !Character.isWhitespace(query[i])) {
                return false;
            }
        }
        return true;
    }

    private static EngineException cancelledByClient() {
        return new EngineException(SqlState.QUERY_CANCELED, "canceling statement due to user request");
    }
}
