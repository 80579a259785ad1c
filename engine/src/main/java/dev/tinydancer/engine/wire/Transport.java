package dev.tinydancer.engine.wire;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The bytes between a client and the server, whatever carries them.
 *
 * @param peer who is at the other end, for the log
 * @param host whom the other end belongs to: an address, of IPv6 the part that names a network
 * @param plainSocket the TCP socket that TLS can still be laid upon, else null
 */
record Transport(
        InputStream input,
        OutputStream output,
        Closeable closer,
        String peer,
        String host,
        @Nullable Socket plainSocket)
        implements Closeable {

    private static final String UNIX = "unix socket";
    private static final int NETWORK_BYTES = 8;

    /** A TCP connection: answers are sent at once, and dead peers are found out by the system's keep-alive. */
    static Transport of(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        return new Transport(
                socket.getInputStream(),
                socket.getOutputStream(),
                socket,
                String.valueOf(socket.getRemoteSocketAddress()),
                hostOf(socket.getInetAddress()),
                socket);
    }

    /** A connection over a Unix-domain socket. */
    static Transport of(SocketChannel channel) {
        return new Transport(
                Channels.newInputStream(channel), Channels.newOutputStream(channel), channel, UNIX, UNIX, null);
    }

    /** Whoever has an IPv6 network has all of its addresses. */
    private static String hostOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        int significant = address instanceof Inet6Address ? NETWORK_BYTES : bytes.length;
        return HexFormat.of().formatHex(bytes, 0, significant);
    }

    boolean canEncrypt() {
        return plainSocket != null;
    }

    /** The same connection with TLS upon it; the handshake happens with the first read. */
    Transport encrypted(SSLContext tls) throws IOException {
        if (plainSocket == null) {
            throw new IllegalStateException("only a plain TCP connection can be encrypted");
        }
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plainSocket, null, true);
        socket.setUseClientMode(false);
        return new Transport(socket.getInputStream(), socket.getOutputStream(), socket, peer, host, null);
    }

    @Override
    public void close() throws IOException {
        closer.close();
    }
}
