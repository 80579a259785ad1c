package dev.tinydancer.engine.log;

import dev.tinydancer.engine.config.LogConfig;
import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.DatabaseException;
import dev.tinydancer.engine.metrics.LogMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue of decisions and the thread that writes them.
 *
 * <p>When the queue is full, new decisions are dropped and counted: a slow database must not make routing slow. While the
 * database is down, what waits is kept and tried again.
 */
public final class DecisionLog {

    private static final Logger LOG = LoggerFactory.getLogger(DecisionLog.class);

    /** In one COPY; a few megabytes. */
    private static final int MAX_BATCH = 5_000;

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private final BlockingQueue<LoggedDecision> queue;
    private final Duration flushInterval;
    private final DecisionTable table;
    private final LogMetrics metrics;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread writer;

    /** What the writer has taken from the queue and not written yet. */
    private final List<LoggedDecision> batch = new ArrayList<>();

    private DecisionLog(Database database, LogConfig config, LogMetrics metrics) {
        this.queue = new ArrayBlockingQueue<>(config.queueSize());
        this.flushInterval = config.flushInterval();
        this.table = new DecisionTable(database);
        this.metrics = metrics;
        this.writer = Thread.ofPlatform().daemon().name("decision-log").unstarted(this::run);
    }

    /** Begins to write what is offered. */
    public static DecisionLog start(Database database, LogConfig config, LogMetrics metrics) {
        DecisionLog log = new DecisionLog(database, config, metrics);
        metrics.watchQueue(log.queue::size);
        log.writer.start();
        return log;
    }

    /** Leaves a decision to be written; false if the queue is full. Never waits. */
    public boolean offer(LoggedDecision decision) {
        boolean taken = queue.offer(decision);
        if (!taken) {
            metrics.dropped(1);
        }
        return taken;
    }

    /** Writes what waits, for at most {@code grace}, and stops. What is offered from now on may stay unwritten. */
    public void close(Duration grace) throws InterruptedException {
        closing.countDown();
        if (!writer.join(grace)) {
            LOG.warn("{} decisions are not logged: the database took longer than {}", queue.size(), grace);
            writer.interrupt();
        }
    }

    private void run() {
        Duration pause = flushInterval;
        boolean last = false;
        while (!last) {
            try {
                last = closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                return;
            }
            pause = writeAll() ? flushInterval : PAUSE_AFTER_FAILURE;
        }
    }

    /** Returns false if something still waits, because the database cannot be reached. */
    private boolean writeAll() {
        while (true) {
            if (batch.isEmpty() && queue.drainTo(batch, MAX_BATCH) == 0) {
                return true;
            }
            if (!write()) {
                return false;
            }
            batch.clear();
        }
    }

    /** Returns false if the batch is worth another try. */
    private boolean write() {
        try {
            table.write(batch);
            metrics.written(batch.size());
            return true;
        } catch (DatabaseException e) {
            if (e.isPassing()) {
                LOG.warn("{} decisions wait to be logged, the database cannot take them now", batch.size(), e);
                return false;
            }
            LOG.error("{} decisions are not logged, the database refuses them", batch.size(), e);
            metrics.dropped(batch.size());
            return true;
        }
    }
}
