package dev.tinydancer.engine.wire;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages from one client. A message lies as a whole in {@link #buffer()}, from {@link #bodyOffset()} on, until the
 * next one is read; a short query costs one read of the socket and no allocation.
 */
final class WireInput {

    /** The first packet of a connection has no type byte. */
    static final byte UNTYPED = 0;

    static final byte END_OF_STREAM = -1;

    private static final int LENGTH_BYTES = Integer.BYTES;
    private static final int INITIAL_BUFFER_BYTES = 8 * 1024;
    /** A buffer that a long message has grown beyond this is given back after it: a thousand sessions may sit idle. */
    private static final int KEPT_BUFFER_BYTES = LongMessages.SHORT_BYTES;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final InputStream stream;
    private byte[] buffer = new byte[INITIAL_BUFFER_BYTES];
    private int position;
    private int limit;
    private int bodyOffset;
    private int bodyEnd;
    private byte type = UNTYPED;
    private @Nullable LongMessages longMessages;
    private int roomTaken;

    WireInput(InputStream stream) {
        this.stream = stream;
    }

    /** From now on messages can be long, and share the room for such with those of other sessions. */
    void allowLongMessages(LongMessages room) {
        longMessages = room;
    }

    /** Gives back the room of the message that was read last. */
    void close() {
        leaveRoom();
    }

    byte[] buffer() {
        return buffer;
    }

    int bodyOffset() {
        return bodyOffset;
    }

    int bodyLength() {
        return bodyEnd - bodyOffset;
    }

    byte[] copyOfBody() {
        return Arrays.copyOfRange(buffer, bodyOffset, bodyEnd);
    }

    /** Whether the client has sent bytes beyond the message that was read last. */
    boolean hasBufferedBytes() {
        return position < limit;
    }

    /** The type of the message that was read last, or that was too long to be read. */
    byte type() {
        return type;
    }

    /**
     * Reads the first packet of a connection.
     *
     * @return {@link #UNTYPED}, or {@link #END_OF_STREAM} if the client went away before it
     */
    byte readUntyped(int maxBytes) throws IOException {
        discardPreviousBody();
        if (!fillTo(1)) {
            return END_OF_STREAM;
        }
        readBody(position, maxBytes);
        return UNTYPED;
    }

    /**
     * Reads the next message.
     *
     * @param maxBytes the length field of a message may be this much
     * @return its type, or {@link #END_OF_STREAM} if the client closed the connection between two messages
     * @throws EngineException {@code 08P01} if the length is impossible; {@code 54000} if it is beyond {@code maxBytes}:
     *     the message has then been skipped, and the next one can be read; {@code 53200} if other long messages leave no
     *     room for it: skipped as well
     */
    byte readMessage(int maxBytes) throws IOException {
        discardPreviousBody();
        if (!fillTo(1)) {
            return END_OF_STREAM;
        }
        type = buffer[position];
        readBody(position + 1, maxBytes);
        return type;
    }

    private void readBody(int lengthOffset, int maxBytes) throws IOException {
        int headerBytes = lengthOffset - position + LENGTH_BYTES;
        require(fillTo(headerBytes));
        // Filling may have moved the message to the front of the buffer.
        int bodyStart = position + headerBytes;
        int length = (int) INT.get(buffer, bodyStart - LENGTH_BYTES);
        if (length < LENGTH_BYTES) {
            throw new EngineException(SqlState.PROTOCOL_VIOLATION, "invalid length of message: " + length);
        }
        int bodyBytes = length - LENGTH_BYTES;
        if (length > maxBytes) {
            position = bodyStart;
            skip(bodyBytes);
            throw new EngineException(
                    SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "message of " + length + " bytes is beyond the engine's limit of " + maxBytes,
                    null,
                    "Send a shorter request, or raise the engine's setting max-message-bytes.");
        }
        if (bodyBytes > LongMessages.SHORT_BYTES && !takeRoom(bodyBytes)) {
            position = bodyStart;
            skip(bodyBytes);
            throw noRoomFor(length);
        }
        require(fillTo(headerBytes + bodyBytes));
        bodyOffset = position + headerBytes;
        bodyEnd = bodyOffset + bodyBytes;
        position = bodyEnd;
    }

    private EngineException noRoomFor(int length) {
        LongMessages room = longMessages;
        if (room != null && length - LENGTH_BYTES > room.room()) {
            return new EngineException(
                    SqlState.OUT_OF_MEMORY,
                    "message of " + length + " bytes is beyond the " + room.room() + " that the engine has memory for",
                    null,
                    "Send a shorter request, or give the engine more memory.");
        }
        return new EngineException(
                SqlState.OUT_OF_MEMORY,
                "no room for a message of " + length + " bytes beside other long ones",
                null,
                "Try again, send shorter requests or fewer at a time, or give the engine more memory.");
    }

    private boolean takeRoom(int bytes) {
        // What came behind a long message may lie in its buffer still.
        leaveRoom();
        LongMessages room = longMessages;
        if (room != null && room.enter(bytes)) {
            roomTaken = bytes;
            return true;
        }
        return room == null;
    }

    private void leaveRoom() {
        LongMessages room = longMessages;
        if (room != null && roomTaken > 0) {
            room.leave(roomTaken);
            roomTaken = 0;
        }
    }

    private void discardPreviousBody() {
        int pending = limit - position;
        if (buffer.length > KEPT_BUFFER_BYTES && pending <= KEPT_BUFFER_BYTES) {
            buffer = Arrays.copyOfRange(buffer, position, position + Math.max(pending, INITIAL_BUFFER_BYTES));
            position = 0;
            limit = pending;
            leaveRoom();
        } else if (pending == 0) {
            position = 0;
            limit = 0;
        }
        bodyOffset = position;
        bodyEnd = position;
    }

    /** Makes sure that {@code count} bytes lie in the buffer from {@code position} on; false at the end of the stream. */
    private boolean fillTo(int count) throws IOException {
        while (limit - position < count) {
            if (limit == buffer.length) {
                makeRoom(count);
            }
            int read = stream.read(buffer, limit, buffer.length - limit);
            if (read < 0) {
                return false;
            }
            limit += read;
        }
        return true;
    }

    private void makeRoom(int count) {
        // Doubled as bytes arrive: what a client merely announces is not allocated.
        byte[] target = count > buffer.length ? new byte[Math.min(buffer.length * 2, count)] : buffer;
        System.arraycopy(buffer, position, target, 0, limit - position);
        buffer = target;
        limit -= position;
        position = 0;
    }

    private void skip(int count) throws IOException {
        int remaining = count;
        while (remaining > 0) {
            if (position == limit) {
                position = 0;
                limit = stream.read(buffer, 0, buffer.length);
                if (limit < 0) {
                    limit = 0;
                    throw new EOFException("the client went away in the middle of a message");
                }
            }
            int step = Math.min(remaining, limit - position);
            position += step;
            remaining -= step;
        }
    }

    private static void require(boolean filled) throws EOFException {
        if (!filled) {
            throw new EOFException("the client went away in the middle of a message");
        }
    }
}
