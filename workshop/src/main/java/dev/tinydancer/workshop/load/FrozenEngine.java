package dev.tinydancer.workshop.load;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** How long a call waits for an engine that has stopped, and how soon one is answered when it goes on. */
final class FrozenEngine {

    private static final long PATIENCE_SECONDS = 30;
    private static final double MICROS_PER_NANO = 1e-3;
    private static final double MICROS_PER_MILLI = 1e3;

    private FrozenEngine() {}

    /**
     * Freezes the engine and lets it go on.
     *
     * @throws IllegalStateException if a frozen engine answers, or none that goes on
     */
    static Section measure(Site site, int rounds) throws IOException, SQLException, InterruptedException {
        double[] errors = new double[rounds];
        double[] same = new double[rounds];
        double[] other = new double[rounds];
        double deadline = 0;
        for (int round = 0; round < rounds; round++) {
            try (Session session = site.session();
                    Session later = site.session()) {
                session.micros(Site.ROUTE.getFirst());
                deadline = Double.parseDouble(
                                session.value(
                                        "SELECT coalesce(nullif(current_setting('tiny_dancer.deadline_ms', true), ''), '2000')"))
                        * MICROS_PER_MILLI;
                site.engine().suspend();
                try {
                    errors[round] = microsToError(session);
                } finally {
                    site.engine().resume();
                }
                same[round] = microsToAnswer(session);
                other[round] = microsToAnswer(later);
            }
        }
        Series series = new Series();
        series.add("deadline", Sample.of(deadline));
        series.add("frozen_engine_to_error", Sample.of(errors));
        series.add("answer_after_thaw_same_session", Sample.of(same));
        series.add("answer_after_thaw_new_session", Sample.of(other));
        return new Section("An engine that is frozen (SIGSTOP) and goes on", series.times());
    }

    private static double microsToError(Session session) {
        long began = System.nanoTime();
        try {
            session.micros(Site.ROUTE.getFirst());
        } catch (SQLException _) {
            return (System.nanoTime() - began) * MICROS_PER_NANO;
        }
        throw new IllegalStateException("a frozen engine answered");
    }

    private static double microsToAnswer(Session session) {
        long began = System.nanoTime();
        SQLException failure = null;
        while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
            try {
                session.micros(Site.ROUTE.getFirst());
                return (System.nanoTime() - began) * MICROS_PER_NANO;
            } catch (SQLException e) {
                failure = e;
            }
        }
        throw new IllegalStateException("no answer within " + PATIENCE_SECONDS + " s after an engine went on", failure);
    }
}
