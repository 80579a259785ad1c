package dev.tinydancer.engine.duty;

import dev.tinydancer.engine.jdbc.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on channels of the database, over a connection of its own that it opens again whenever it breaks.
 *
 * <p>Notices are a hint and no more: whatever they announce is also noticed by the calls that depend on it.
 */
public final class NotificationListener {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationListener.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** How often a connection that brings nothing is asked whether it is still there. */
    private static final Duration IDLE_CHECK = Duration.ofSeconds(10);

    private static final Duration PAUSE_AFTER_NOTICES = Duration.ofMillis(50);

    private static final int ANSWER_WITHIN_SECONDS = 5;

    private final Database database;
    private final Map<String, Runnable> channels;
    private final Runnable connected;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean listening;
    private volatile @Nullable Connection current;

    private NotificationListener(Database database, Map<String, Runnable> channels, Runnable connected) {
        this.database = database;
        this.channels = Map.copyOf(channels);
        this.connected = connected;
        this.thread = Thread.ofPlatform().daemon().name("notifications").unstarted(this::run);
    }

    /**
     * Begins to listen.
     *
     * @param channels what to do after notices, by channel; what they carry is not looked at, since any role may send them
     * @param connected what to do whenever a connection has been opened: notices may have been missed before
     */
    public static NotificationListener start(Database database, Map<String, Runnable> channels, Runnable connected) {
        NotificationListener listener = new NotificationListener(database, channels, connected);
        listener.thread.start();
        return listener;
    }

    /** Whether notices arrive now. */
    public boolean isListening() {
        return listening;
    }

    /** Stops, and returns when it has. */
    public void close() throws InterruptedException {
        closing.countDown();
        Connection open = current;
        if (open != null) {
            try {
                // The only way to wake a thread that waits for a notice.
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("closing the connection for notices failed", e);
            }
        }
        thread.join();
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        boolean closed = false;
        while (!closed) {
            try (Connection connection = database.open()) {
                current = connection;
                listen(connection);
                pause = FIRST_PAUSE;
                receive(connection);
            } catch (SQLException | RuntimeException e) {
                // Whatever a notice has led to: without this thread no later one would be heard.
                if (!isClosing()) {
                    LOG.warn("no notices from the database, connecting again in {} ms", pause.toMillis(), e);
                }
            } finally {
                listening = false;
                current = null;
            }
            closed = closesWithin(pause);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String channel : channels.keySet()) {
                statement.execute("LISTEN " + channel);
            }
        }
        connected.run();
        listening = true;
    }

    /** Returns when the listener is closed, throws when the connection breaks. */
    private void receive(Connection connection) throws SQLException {
        PGConnection notices = connection.unwrap(PGConnection.class);
        while (!isClosing()) {
            PGNotification[] received = notices.getNotifications((int) IDLE_CHECK.toMillis());
            if (received.length == 0 && !connection.isValid(ANSWER_WITHIN_SECONDS)) {
                throw new SQLException("the connection has gone silent", "08006");
            }
            Arrays.stream(received)
                    .map(PGNotification::getName)
                    .distinct()
                    .map(channels::get)
                    .filter(Objects::nonNull)
                    .forEach(Runnable::run);
            if (received.length > 0) {
                // What comes meanwhile is one notice: a flood of them costs no more than a few.
                closesWithin(PAUSE_AFTER_NOTICES);
            }
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private boolean closesWithin(Duration pause) {
        try {
            return closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }
}
