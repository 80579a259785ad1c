package dev.tinydancer.engine.wire;

import dev.tinydancer.engine.error.EngineException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Builds backend messages in one buffer, which {@link #flush} sends with one write, so that an answer is one packet where
 * it fits into one.
 */
final class WireOutput {

    private static final int INITIAL_BUFFER_BYTES = 4 * 1024;
    /** A buffer that one large answer has grown beyond this is given back after it. */
    private static final int KEPT_BUFFER_BYTES = LongMessages.SHORT_BYTES;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private static final int AUTHENTICATION_OK = 0;
    private static final int AUTHENTICATION_SASL = 10;
    private static final int AUTHENTICATION_SASL_CONTINUE = 11;
    private static final int AUTHENTICATION_SASL_FINAL = 12;

    private final OutputStream stream;
    private byte[] buffer = new byte[INITIAL_BUFFER_BYTES];
    private int size;
    private int messageStart;
    private ClientEncoding encoding = ClientEncoding.UTF_8;

    WireOutput(OutputStream stream) {
        this.stream = stream;
    }

    /** How texts are sent from now on. */
    void encodeWith(ClientEncoding clientEncoding) {
        this.encoding = clientEncoding;
    }

    /** What has been built so far, for {@link #rewindTo}. */
    int mark() {
        return size;
    }

    /** Takes back all that was built after the mark. */
    void rewindTo(int mark) {
        size = mark;
    }

    void begin(char type) {
        reserve(1 + Integer.BYTES);
        buffer[size++] = (byte) type;
        messageStart = size;
        size += Integer.BYTES;
    }

    void end() {
        INT.set(buffer, messageStart, size - messageStart);
    }

    void int8(int value) {
        reserve(1);
        buffer[size++] = (byte) value;
    }

    void int16(int value) {
        reserve(Short.BYTES);
        SHORT.set(buffer, size, (short) value);
        size += Short.BYTES;
    }

    void int32(int value) {
        reserve(Integer.BYTES);
        INT.set(buffer, size, value);
        size += Integer.BYTES;
    }

    void bytes(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, buffer, size, value.length);
        size += value.length;
    }

    /** A text with its length in front of it, as in a DataRow. */
    void sizedText(String text) {
        byte[] encoded = encoding.encode(text);
        int32(encoded.length);
        bytes(encoded);
    }

    /** A text with a zero byte behind it; what the client's encoding or a zero-terminated text lacks becomes a question mark. */
    void zeroTerminated(String text) {
        bytes(encoding.encodeLeniently(text.replace('\0', '?')));
        int8(0);
    }

    void authenticationOk() {
        begin('R');
        int32(AUTHENTICATION_OK);
        end();
    }

    /** @param mechanisms best first */
    void authenticationSasl(List<String> mechanisms) {
        begin('R');
        int32(AUTHENTICATION_SASL);
        mechanisms.forEach(this::zeroTerminated);
        int8(0);
        end();
    }

    void authenticationSaslContinue(byte[] data) {
        begin('R');
        int32(AUTHENTICATION_SASL_CONTINUE);
        bytes(data);
        end();
    }

    void authenticationSaslFinal(byte[] data) {
        begin('R');
        int32(AUTHENTICATION_SASL_FINAL);
        bytes(data);
        end();
    }

    /** @param version the newest that is supported, major version in the upper half */
    void negotiateProtocolVersion(int version, List<String> unknownOptions) {
        begin('v');
        int32(version);
        int32(unknownOptions.size());
        unknownOptions.forEach(this::zeroTerminated);
        end();
    }

    void parameterStatus(String name, String value) {
        begin('S');
        zeroTerminated(name);
        zeroTerminated(value);
        end();
    }

    void backendKeyData(int processId, int secret) {
        begin('K');
        int32(processId);
        int32(secret);
        end();
    }

    void commandComplete(String tag) {
        begin('C');
        zeroTerminated(tag);
        end();
    }

    void emptyQueryResponse() {
        begin('I');
        end();
    }

    /** Always idle: the engine knows no transactions. */
    void readyForQuery() {
        begin('Z');
        int8('I');
        end();
    }

    void errorResponse(Severity severity, EngineException error) {
        begin('E');
        field('S', severity.name());
        field('V', severity.name());
        field('C', error.state().code());
        field('M', String.valueOf(error.getMessage()));
        if (error.detail() != null) {
            field('D', error.detail());
        }
        if (error.hint() != null) {
            field('H', error.hint());
        }
        int8(0);
        end();
    }

    private void field(char code, String value) {
        int8(code);
        zeroTerminated(value);
    }

    /** Sends what has been built, with one write. */
    void flush() throws IOException {
        stream.write(buffer, 0, size);
        stream.flush();
        size = 0;
        if (buffer.length > KEPT_BUFFER_BYTES) {
            buffer = new byte[INITIAL_BUFFER_BYTES];
        }
    }

    private void reserve(int count) {
        if (buffer.length - size < count) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, count)));
        }
    }
}
