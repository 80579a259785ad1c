package dev.tinydancer.engine.wire;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for clients that speak the PostgreSQL protocol, and serves each with a thread and a session of its own, from
 * {@link #start} to {@link #close}. Safe for concurrent use.
 *
 * <p>The threads are the system's: one that waits for a client is woken by the kernel at once, a virtual one only after the
 * poller's thread has been and has handed it on, which is longer than a decision takes.
 */
public final class WireServer {

    private static final Logger LOG = LoggerFactory.getLogger(WireServer.class);

    /** So many connections may be at their startup where fewer sessions may be open. */
    private static final int LEAST_STARTUPS = 64;

    /** Whoever wants to fill the log must not be able to do that either. */
    private static final long WARNING_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Waiting in the kernel to be accepted; sessions of a whole application may arrive at once. */
    private static final int BACKLOG = 512;

    /** How long threads that were interrupted may take to say goodbye. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final long PAUSE_AFTER_FAILED_ACCEPT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final WireConfig config;
    private final SessionFactory sessions;
    private final ScramAuthenticator authenticator;
    private final SecureRandom random = new SecureRandom();
    private final ServerSocket tcp;
    private final @Nullable UnixSocketFile unixSocket;

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("wire-", 0).factory());
    private final ScheduledThreadPoolExecutor handshakeTimer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("wire-handshake-timer").factory());

    private final AtomicInteger lastProcessId = new AtomicInteger();
    private final Map<Integer, ClientConnection> connections = new ConcurrentHashMap<>();
    private final Set<ClientConnection> admitted = ConcurrentHashMap.newKeySet();
    private final Semaphore sessionSlots;
    private final LongMessages longMessages;

    /** An application may open all of its sessions at once, so there is room for as many again as may be open. */
    private final Startups<ClientConnection> startups;

    private final AtomicLong lastWarning = new AtomicLong(System.nanoTime() - WARNING_INTERVAL_NANOS);
    private volatile boolean closing;

    private WireServer(WireConfig config, Credentials credentials, SessionFactory sessions) throws IOException {
        this.config = config;
        this.sessions = sessions;
        this.authenticator = new ScramAuthenticator(credentials, random);
        this.sessionSlots = new Semaphore(config.maxConnections());
        this.longMessages = LongMessages.of(Runtime.getRuntime().maxMemory());
        this.startups = new Startups<>(Math.max(LEAST_STARTUPS, config.maxConnections()));
        this.tcp = new ServerSocket();
        handshakeTimer.setRemoveOnCancelPolicy(true);
        try {
            tcp.setReuseAddress(true);
            tcp.bind(config.address(), BACKLOG);
            Path directory = config.unixSocketDirectory();
            unixSocket = directory == null ? null : UnixSocketFile.listen(directory, tcp.getLocalPort());
        } catch (IOException e) {
            tcp.close();
            throw e;
        }
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if an address cannot be listened at
     */
    public static WireServer start(WireConfig config, Credentials credentials, SessionFactory sessions)
            throws IOException {
        WireServer server = new WireServer(config, credentials, sessions);
        server.acceptAll();
        return server;
    }

    /** Where TCP clients connect to, with the port that was really taken. */
    public InetSocketAddress address() {
        return (InetSocketAddress) tcp.getLocalSocketAddress();
    }

    LongMessages longMessages() {
        return longMessages;
    }

    /** How many sessions are open now. */
    public int sessionCount() {
        return admitted.size();
    }

    /**
     * Stops listening, lets queries that are being answered finish for at most {@code grace}, interrupts what is left then
     * and closes every connection.
     */
    public void close(Duration grace) throws InterruptedException {
        closing = true;
        closeQuietly(tcp);
        if (unixSocket != null) {
            closeQuietly(unixSocket);
        }
        connections.values().forEach(ClientConnection::drain);
        threads.shutdown();
        if (!threads.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.warn("{} connections are still being answered after {}, interrupting them", connections.size(), grace);
            threads.shutdownNow();
            if (!threads.awaitTermination(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS)) {
                connections.values().forEach(ClientConnection::abort);
            }
        }
        handshakeTimer.shutdownNow();
    }

    private void acceptAll() {
        threads.execute(() -> acceptLoop(() -> Transport.of(tcp.accept())));
        UnixSocketFile socket = unixSocket;
        if (socket != null) {
            threads.execute(() -> acceptLoop(() -> Transport.of(socket.accept())));
        }
    }

    /** Takes one connection from a listener. */
    @FunctionalInterface
    private interface Acceptor {
        Transport accept() throws IOException;
    }

    private void acceptLoop(Acceptor acceptor) {
        while (!closing) {
            try {
                serve(acceptor.accept());
            } catch (IOException e) {
                if (!closing) {
                    // Out of file descriptors, most likely: it will pass, and spinning would not help it.
                    LOG.warn("cannot accept a connection", e);
                    LockSupport.parkNanos(PAUSE_AFTER_FAILED_ACCEPT_NANOS);
                }
            }
        }
    }

    private void serve(Transport transport) {
        int processId = lastProcessId.incrementAndGet();
        ClientConnection connection = new ClientConnection(this, transport, processId, random.nextInt());
        connections.put(processId, connection);
        ClientConnection longest = startups.enter(connection.host(), connection);
        if (longest != null) {
            warnOfFlood(longest);
            longest.abort();
        }
        if (closing) {
            // close() may have gone through the connections before this one was among them.
            connection.drain();
        }
        threads.execute(connection);
    }

    private void warnOfFlood(ClientConnection closed) {
        long now = System.nanoTime();
        long last = lastWarning.get();
        if (now - last >= WARNING_INTERVAL_NANOS && lastWarning.compareAndSet(last, now)) {
            LOG.warn(
                    "more connections are at their startup than can be; the longest of the host with most of them are"
                            + " closed, {} for one",
                    closed);
        }
    }

    WireConfig config() {
        return config;
    }

    SessionFactory sessions() {
        return sessions;
    }

    ScramAuthenticator authenticator() {
        return authenticator;
    }

    /** Ends the connection when the time for its startup is over, unless the returned task is cancelled before. */
    ScheduledFuture<?> scheduleStartupDeadline(ClientConnection connection) {
        return handshakeTimer.schedule(
                () -> {
                    LOG.info("a client did not finish its startup within {}", config.handshakeTimeout());
                    connection.abort();
                },
                config.handshakeTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /**
     * A connection has authenticated.
     *
     * @throws EngineException {@code 53300} if there are as many sessions as may be
     */
    void requireSessionSlot(ClientConnection connection) {
        startups.leave(connection.host(), connection);
        if (!sessionSlots.tryAcquire()) {
            throw new EngineException(
                    SqlState.TOO_MANY_CONNECTIONS,
                    "the engine has all of its " + config.maxConnections() + " connections in use",
                    null,
                    "Raise the engine's setting max-connections, or run another engine.");
        }
        admitted.add(connection);
    }

    /** Cancels what a connection is at, if the secret is its own. */
    void cancel(int processId, int secret) {
        ClientConnection connection = connections.get(processId);
        if (connection != null && connection.secret() == secret) {
            connection.cancel();
        }
    }

    /** A connection is gone. */
    void ended(ClientConnection connection) {
        connections.remove(connection.processId());
        startups.leave(connection.host(), connection);
        if (admitted.remove(connection)) {
            sessionSlots.release();
        }
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.debug("closing {} failed", closeable, e);
        }
    }
}
