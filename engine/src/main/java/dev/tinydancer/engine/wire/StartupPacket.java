package dev.tinydancer.engine.wire;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The packet that opens a connection: a plea for encryption, for the cancellation of a query, or a session. */
sealed interface StartupPacket {

    /** The client asks for TLS. */
    record TlsRequest() implements StartupPacket {}

    /** The client asks for GSSAPI encryption. */
    record GssRequest() implements StartupPacket {}

    /** The client asks to cancel what another connection is at. */
    record CancelRequest(int processId, int secret) implements StartupPacket {}

    /**
     * The client asks for a session.
     *
     * @param minorVersion of protocol version 3
     * @param parameters in the order sent
     */
    record SessionRequest(int minorVersion, Map<String, String> parameters) implements StartupPacket {

        public SessionRequest {
            parameters = Map.copyOf(parameters);
        }
    }

    int MAJOR_VERSION = 3;
    int MINOR_VERSION = 0;

    private static int code(int high, int low) {
        return high << Short.SIZE | low;
    }

    /**
     * Reads the body of a first packet.
     *
     * @throws EngineException {@code 08P01} if it is malformed, {@code 0A000} if it asks for another protocol version
     */
    static StartupPacket parse(byte[] buffer, int offset, int length) {
        ByteBuffer body = ByteBuffer.wrap(buffer, offset, length);
        if (body.remaining() < Integer.BYTES) {
            throw malformed();
        }
        int code = body.getInt();
        if (code == code(1234, 5679)) {
            return new TlsRequest();
        }
        if (code == code(1234, 5680)) {
            return new GssRequest();
        }
        if (code == code(1234, 5678)) {
            if (body.remaining() != 2 * Integer.BYTES) {
                throw malformed();
            }
            return new CancelRequest(body.getInt(), body.getInt());
        }
        int major = code >>> Short.SIZE;
        int minor = code & 0xFFFF;
        if (major != MAJOR_VERSION) {
            throw new EngineException(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    "unsupported frontend protocol " + major + "." + minor + ": the engine supports " + MAJOR_VERSION
                            + "." + MINOR_VERSION);
        }
        return new SessionRequest(minor, parameters(body));
    }

    /** Names and values alternate, each with a zero byte behind it; one more zero byte ends the list. */
    private static Map<String, String> parameters(ByteBuffer body) {
        Map<String, String> parameters = new LinkedHashMap<>();
        while (true) {
            String name = zeroTerminated(body);
            if (name.isEmpty()) {
                if (body.hasRemaining()) {
                    throw malformed();
                }
                return parameters;
            }
            parameters.put(name, zeroTerminated(body));
        }
    }

    private static String zeroTerminated(ByteBuffer body) {
        int start = body.position();
        while (body.hasRemaining()) {
            if (body.get() == 0) {
                int length = body.position() - 1 - start;
                return new String(body.array(), body.arrayOffset() + start, length, StandardCharsets.UTF_8);
            }
        }
        throw malformed();
    }

    private static EngineException malformed() {
        return new EngineException(SqlState.PROTOCOL_VIOLATION, "invalid startup packet");
    }
}
