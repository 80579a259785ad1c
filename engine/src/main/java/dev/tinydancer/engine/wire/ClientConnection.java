package dev.tinydancer.engine.wire;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.FaultReport;
import dev.tinydancer.engine.error.SqlState;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client from accept to close, and what other threads may do to it meanwhile: {@link #cancel} its query, {@link
 * #drain} it, {@link #abort} it.
 */
final class ClientConnection implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private enum Phase {
        STARTING,
        /** Waiting for the client: may be closed at any time. */
        IDLE,
        /** The session is at work: may be interrupted. */
        ANSWERING,
        /** Bytes are on their way: an interrupt now would break the connection instead of the query. */
        SENDING
    }

    private final WireServer server;
    private final Transport transport;
    private final int processId;
    private final int secret;

    // All under the lock of this connection.
    private Phase phase = Phase.STARTING;
    private boolean cancelled;
    private boolean draining;
    private @Nullable Thread thread;

    ClientConnection(WireServer server, Transport transport, int processId, int secret) {
        this.server = server;
        this.transport = transport;
        this.processId = processId;
        this.secret = secret;
    }

    /** Where the client is. */
    String host() {
        return transport.host();
    }

    /** The number under which the client may ask for cancellation. */
    int processId() {
        return processId;
    }

    /** What the client must know beside the number. */
    int secret() {
        return secret;
    }

    @Override
    public void run() {
        synchronized (this) {
            thread = Thread.currentThread();
        }
        ScheduledFuture<?> deadline = server.scheduleStartupDeadline(this);
        try {
            Optional<Handshake.Client> client = new Handshake(server, this, transport).perform();
            deadline.cancel(false);
            if (client.isPresent()) {
                new QueryLoop(server, this, client.get()).run();
                client.get().transport().close();
            }
        } catch (EOFException e) {
            LOG.debug("{} went away", transport.peer());
        } catch (IOException e) {
            LOG.debug("connection to {} broke", transport.peer(), e);
        } catch (RuntimeException | Error e) {
            FaultReport.of(e, LOG);
        } finally {
            deadline.cancel(false);
            abort();
            server.ended(this);
        }
    }

    /** The connection's thread is about to wait for its client; false if it has to end instead. */
    synchronized boolean awaitClient() {
        phase = Phase.IDLE;
        return !draining;
    }

    /** The connection's thread is about to let its session answer; false if it has to end instead. */
    synchronized boolean beginAnswer() {
        phase = Phase.ANSWERING;
        cancelled = false;
        return !draining;
    }

    /**
     * The session has answered or failed; from here on the thread cannot be interrupted.
     *
     * @return whether the client cancelled the query meanwhile
     */
    synchronized boolean endAnswer() {
        phase = Phase.SENDING;
        Thread.interrupted();
        return cancelled;
    }

    /** Interrupts the session if it is at work; else there is nothing to cancel. */
    synchronized void cancel() {
        if (phase == Phase.ANSWERING && thread != null) {
            cancelled = true;
            thread.interrupt();
        }
    }

    /** Lets a query that is being answered finish, and ends the connection then; an idle one ends now. */
    synchronized void drain() {
        draining = true;
        if (phase == Phase.STARTING || phase == Phase.IDLE) {
            abort();
        }
    }

    /** Ends the connection without a word. */
    void abort() {
        try {
            transport.close();
        } catch (IOException e) {
            LOG.debug("closing the connection to {} failed", transport.peer(), e);
        }
    }

    @Override
    public String toString() {
        return transport.peer();
    }

    static EngineException shuttingDown() {
        return new EngineException(
                SqlState.ADMIN_SHUTDOWN, "terminating connection because the engine is shutting down");
    }
}
