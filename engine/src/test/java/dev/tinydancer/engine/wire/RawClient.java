package dev.tinydancer.engine.wire;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that can send any bytes, for what a well-behaved one never does. */
final class RawClient implements Closeable {

    private static final int READ_TIMEOUT_MILLIS = 20_000;

    /**
     * A message of the server.
     *
     * @param type its first byte
     * @param latin1 its body, a character for each byte
     */
    record Message(char type, String latin1) {

        byte[] body() {
            return latin1.getBytes(StandardCharsets.ISO_8859_1);
        }

        String text() {
            return new String(body(), StandardCharsets.UTF_8);
        }
    }

    private final Socket socket;
    private final OutputStream output;
    private final DataInputStream input;

    RawClient(InetSocketAddress address) throws IOException {
        socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        output = socket.getOutputStream();
        input = new DataInputStream(socket.getInputStream());
    }

    void send(byte[] bytes) throws IOException {
        output.write(bytes);
        output.flush();
    }

    /** Sends a message with its type and length in front. */
    void send(char type, byte[] body) throws IOException {
        send(ByteBuffer.allocate(1 + Integer.BYTES + body.length)
                .put((byte) type)
                .putInt(Integer.BYTES + body.length)
                .put(body)
                .array());
    }

    /** Sends a first packet: a code and what follows it. */
    void sendStartup(int code, byte[] rest) throws IOException {
        send(ByteBuffer.allocate(2 * Integer.BYTES + rest.length)
                .putInt(2 * Integer.BYTES + rest.length)
                .putInt(code)
                .put(rest)
                .array());
    }

    int readByte() throws IOException {
        return input.read();
    }

    Message read() throws IOException {
        char type = (char) input.readUnsignedByte();
        byte[] body = new byte[input.readInt() - Integer.BYTES];
        input.readFully(body);
        return new Message(type, new String(body, StandardCharsets.ISO_8859_1));
    }

    /** Reads whatever comes until the server closes the connection. */
    String readToEnd() throws IOException {
        return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
