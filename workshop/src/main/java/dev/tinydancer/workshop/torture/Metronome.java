package dev.tinydancer.workshop.torture;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far PostgreSQL and the processors are behind, whatever Tiny Dancer does: a session that sleeps for a moment and commits,
 * again and again, and looks for how much longer that took. A call that is late by no more than this was late for want of a
 * processor, or because commits were. Thread-safe.
 */
final class Metronome implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Metronome.class);

    private static final Duration BEAT = Duration.ofMillis(20);
    private static final String PREPARE = """
            CREATE TABLE IF NOT EXISTS beat (counted bigint NOT NULL);
            INSERT INTO beat SELECT 0 WHERE NOT EXISTS (SELECT FROM beat)""";
    private static final String SLEEP =
            "UPDATE beat SET counted = counted + 1 FROM (SELECT pg_sleep(0.02) IS NOT NULL) AS slept";

    /** Less than this is the ordinary work of a processor that others need, too. */
    private static final Duration HELD_UP = Duration.ofMillis(50);

    /** No call takes longer. */
    private static final Duration REMEMBERED = Duration.ofMinutes(2);

    /** A beat that took longer than it should, and until when. */
    private record Overrun(long endNanos, Duration time) {}

    private final FaultyServer server;
    private final Deque<Overrun> overruns = new ArrayDeque<>();
    private final Thread thread;
    private long beatSinceNanos = System.nanoTime();

    private Metronome(FaultyServer server) {
        this.server = server;
        this.thread = Thread.ofVirtual().unstarted(this::beat);
    }

    /** One that beats until it is closed. */
    static Metronome of(FaultyServer server) {
        Metronome metronome = new Metronome(server);
        metronome.thread.start();
        return metronome;
    }

    private void beat() {
        while (!Thread.currentThread().isInterrupted()) {
            try (Connection connection = server.superuser().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(PREPARE);
                while (!Thread.currentThread().isInterrupted()) {
                    begin();
                    statement.execute(SLEEP);
                    end();
                }
            } catch (SQLException e) {
                LOG.debug("the metronome has lost its connection, as it was meant", e);
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BEAT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void begin() {
        beatSinceNanos = System.nanoTime();
    }

    private synchronized void end() {
        long now = System.nanoTime();
        while (!overruns.isEmpty() && now - overruns.getFirst().endNanos() > REMEMBERED.toNanos()) {
            overruns.removeFirst();
        }
        Duration time = overrunUntil(now);
        if (time.compareTo(HELD_UP) > 0) {
            overruns.addLast(new Overrun(now, time));
        }
    }

    private Duration overrunUntil(long nanos) {
        return Duration.ofNanos(nanos - beatSinceNanos).minus(BEAT);
    }

    /** By how much it was held up since then, all in all: a call waits more than once, too. */
    synchronized Duration heldUpSince(long nanos) {
        Duration all = Duration.ZERO;
        for (Overrun overrun : overruns) {
            if (overrun.endNanos() - nanos >= 0) {
                all = all.plus(overrun.time());
            }
        }
        Duration present = overrunUntil(System.nanoTime());
        return present.compareTo(HELD_UP) > 0 ? all.plus(present) : all;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
