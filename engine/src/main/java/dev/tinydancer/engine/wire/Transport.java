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
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
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
 * @param tlsSocket the one that TLS has been laid upon, else null
 */
record Transport(
        InputStream input,
        OutputStream output,
        Closeable closer,
        String peer,
        String host,
        @Nullable Socket plainSocket,
        @Nullable SSLSocket tlsSocket)
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
                socket,
                null);
    }

    /** A connection over a Unix-domain socket. */
    static Transport of(SocketChannel channel) {
        return new Transport(
                Channels.newInputStream(channel), Channels.newOutputStream(channel), channel, UNIX, UNIX, null, null);
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
        return new Transport(socket.getInputStream(), socket.getOutputStream(), socket, peer, host, null, socket);
    }

    /**
     * What binds an authentication to the server's certificate, {@code tls-server-end-point}: its hash by the function that
     * its signature uses, but SHA-256 in place of MD5 and SHA-1. Empty without TLS, and where the signature names no
     * function, as of Ed25519.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc5929#section-4.1">RFC 5929, section 4.1</a>
     */
    byte[] endPoint() {
        if (tlsSocket == null
                || tlsSocket.getSession().getLocalCertificates() == null
                || !(tlsSocket.getSession().getLocalCertificates()[0] instanceof X509Certificate certificate)) {
            return new byte[0];
        }
        String function = switch (certificate.getSigAlgName().replaceFirst("with.*", "")) {
            case "MD5", "SHA1", "SHA256" -> "SHA-256";
            case "SHA384" -> "SHA-384";
            case "SHA512" -> "SHA-512";
            default -> "";
        };
        try {
            return function.isEmpty()
                    ? new byte[0]
                    : MessageDigest.getInstance(function).digest(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no end point of the certificate of the key store", e);
        }
    }

    @Override
    public void close() throws IOException {
        closer.close();
    }
}
