package dev.tinydancer.workshop.torture;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * What lies between PostgreSQL and one engine: passes bytes on, or does what networks do. Listens on a port of loopback and
 * connects to another.
 */
final class FaultyNetwork implements AutoCloseable {

    /** What the network does. */
    enum Weather {
        /** Passes on what comes. */
        FAIR,
        /** Takes connections and bytes and passes nothing on, as a host that has gone without a word. */
        HALF_OPEN,
        /** Passes everything on a little later. */
        SLOW,
        /** Loses one packet in fifty: TCP notices after a while, and all that comes behind it waits. */
        LOSSY
    }

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration DELAY = Duration.ofMillis(30);
    private static final Duration SENT_AGAIN = Duration.ofMillis(200);
    private static final double LOST = 0.02;
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int BUFFER = 1 << 16;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Weather weather = Weather.FAIR;

    private FaultyNetwork(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** Begins to pass on what comes at a free port to that port of loopback. */
    static FaultyNetwork to(int target) throws IOException {
        FaultyNetwork network = new FaultyNetwork(new ServerSocket(0, 1_000, LOOPBACK), target);
        Thread.ofVirtual().start(network::accept);
        return network;
    }

    int port() {
        return server.getLocalPort();
    }

    void turn(Weather next) {
        weather = next;
    }

    /** Ends all connections that there are. */
    void cut() {
        sockets.forEach(FaultyNetwork::close);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket caller = server.accept();
                sockets.add(caller);
                Thread.ofVirtual().start(() -> connect(caller));
            } catch (SocketException e) {
                return;
            } catch (IOException e) {
                throw new IllegalStateException("the port " + port() + " is lost", e);
            }
        }
    }

    private void connect(Socket caller) {
        Socket engine = new Socket();
        sockets.add(engine);
        try {
            engine.connect(new InetSocketAddress(LOOPBACK, target), 1_000);
            caller.setTcpNoDelay(true);
            engine.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().start(() -> pass(engine, caller));
            pass(caller, engine);
            back.join();
        } catch (IOException e) {
            // Nobody listens there just now, which the caller sees by the end of its connection.
            close(caller);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(caller);
            close(engine);
            sockets.remove(caller);
            sockets.remove(engine);
        }
    }

    /** Passes on until one of the two ends. */
    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (weather == Weather.SLOW) {
                    LockSupport.parkNanos(DELAY.toNanos());
                }
                // The second time is lost as often as the first, and TCP waits for twice as long before the third.
                for (long wait = SENT_AGAIN.toNanos();
                        weather == Weather.LOSSY && ThreadLocalRandom.current().nextDouble() < LOST;
                        wait *= 2) {
                    LockSupport.parkNanos(wait);
                }
                while (weather == Weather.HALF_OPEN) {
                    LockSupport.parkNanos(LOOK.toNanos());
                }
                out.write(buffer, 0, length);
            }
        } catch (IOException e) {
            // Cut, by this or by either side: the other one is to see it as well.
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket cannot be closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        weather = Weather.FAIR;
        cut();
    }
}
