package dev.tinydancer.workshop.load;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Sessions that call as fast as they are answered, a transaction for each call, each with a thread of this process. */
final class Callers {

    /**
     * What the sessions of one run saw.
     *
     * @param firstFailure what the first call said that failed; null if none did
     */
    record Seen(
            double perSecond,
            double medianMicros,
            double p99Micros,
            long failures,
            @Nullable String firstFailure,
            long calls) {}

    /** Looked at once before and once after the calls are counted. */
    @FunctionalInterface
    interface Observer {
        void look() throws SQLException, IOException;
    }

    private static final double MICROS_PER_NANO = 1e-3;
    private static final int FIRST_CALLS = 1 << 12;

    private final DataSource database;
    private final List<String> preparation;

    /** @param preparation statements that each session begins with */
    Callers(DataSource database, List<String> preparation) {
        this.database = database;
        this.preparation = preparation;
    }

    /**
     * Lets them call, at first without counting.
     *
     * @param statements that each session takes in turns
     */
    Seen call(int sessions, List<String> statements, Duration warmUp, Duration counted, Observer observer)
            throws SQLException, IOException, InterruptedException {
        CountDownLatch connected = new CountDownLatch(sessions);
        Clock clock = new Clock();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("caller-", 0).factory())) {
            List<Future<Calls>> futures = new ArrayList<>();
            for (int session = 0; session < sessions; session++) {
                int first = session;
                futures.add(threads.submit(() -> {
                    try (Connection connection = database.getConnection();
                            Statement statement = connection.createStatement()) {
                        for (String each : preparation) {
                            statement.execute(each);
                        }
                        connected.countDown();
                        return calls(statement, statements, first, clock);
                    } finally {
                        connected.countDown();
                    }
                }));
            }
            try {
                connected.await();
                Thread.sleep(warmUp);
                observer.look();
                clock.begin();
                Thread.sleep(counted);
                // While they still call, for a session that ends takes its figures with it.
                observer.look();
            } finally {
                // Whatever happens: the threads are waited for, and they call until the end.
                clock.end();
            }
            List<Calls> all = new ArrayList<>();
            for (Future<Calls> future : futures) {
                all.add(future.get());
            }
            return seen(all, clock);
        } catch (ExecutionException e) {
            throw new SQLException("a session could not begin: " + e.getCause(), e.getCause());
        }
    }

    private static Calls calls(Statement statement, List<String> statements, int first, Clock clock) {
        Calls calls = new Calls();
        for (int turn = first; clock.ended == 0; turn++) {
            long began = System.nanoTime();
            SQLException failure = null;
            try {
                Session.call(statement, statements.get(turn % statements.size()));
            } catch (SQLException e) {
                failure = e;
            }
            long now = System.nanoTime();
            if (clock.began != 0 && began >= clock.began && clock.ended == 0) {
                calls.add(now - began, failure);
            }
        }
        return calls;
    }

    private static Seen seen(List<Calls> all, Clock clock) {
        long[] nanos = all.stream()
                .flatMapToLong(calls -> Arrays.stream(calls.nanos, 0, calls.count))
                .sorted()
                .toArray();
        long failures = all.stream().mapToLong(calls -> calls.failures).sum();
        String firstFailure = all.stream()
                .map(calls -> calls.firstFailure)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (nanos.length == 0) {
            throw new IllegalStateException("not one call succeeded, " + failures + " failed: " + firstFailure);
        }
        double seconds = (clock.ended - clock.began) / 1e9;
        return new Seen(
                nanos.length / seconds,
                nanos[nanos.length / 2] * MICROS_PER_NANO,
                nanos[nanos.length * 99 / 100] * MICROS_PER_NANO,
                failures,
                firstFailure,
                nanos.length);
    }

    /** When counting began and ended, in nanoseconds; 0 for not yet. */
    private static final class Clock {

        private volatile long began;
        private volatile long ended;

        void begin() {
            began = System.nanoTime();
        }

        void end() {
            ended = System.nanoTime();
        }
    }

    /** The calls of one session. */
    private static final class Calls {

        private long[] nanos = new long[FIRST_CALLS];
        private int count;
        private long failures;
        private @Nullable String firstFailure;

        void add(long duration, @Nullable SQLException failure) {
            if (failure != null) {
                if (failures == 0) {
                    firstFailure = failure.getMessage();
                }
                failures++;
                return;
            }
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = duration;
        }
    }
}
