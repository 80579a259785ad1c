package dev.tinydancer.engine.wire;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A listening Unix-domain socket under the name that libpq looks for, removed again on close. */
final class UnixSocketFile implements Closeable {

    private final ServerSocketChannel channel;
    private final Path file;

    private UnixSocketFile(ServerSocketChannel channel, Path file) {
        this.channel = channel;
        this.file = file;
    }

    /**
     * Listens at {@code .s.PGSQL.PORT}. A file that a killed engine left behind is replaced.
     *
     * @throws IOException if it cannot, or somebody listens there
     */
    static UnixSocketFile listen(Path directory, int port) throws IOException {
        Path file = directory.resolve(".s.PGSQL." + port);
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(file);
        removeIfAbandoned(file, address);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(address);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new UnixSocketFile(channel, file);
    }

    private static void removeIfAbandoned(Path file, UnixDomainSocketAddress address) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(address)) {
            throw new IOException("somebody listens at " + probe.getRemoteAddress() + " already");
        } catch (ConnectException e) {
            Files.delete(file);
        }
    }

    SocketChannel accept() throws IOException {
        return channel.accept();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }
}
