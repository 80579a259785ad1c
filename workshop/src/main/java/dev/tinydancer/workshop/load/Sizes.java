package dev.tinydancer.workshop.load;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param rounds how often a start and a number of sessions are measured
 * @param warmUp of sessions, before calls are counted
 * @param counted how long they are
 * @param calls of what takes less than some milliseconds
 * @param fewCalls of what takes longer
 * @param decisionsOnDisk after which their bytes are counted
 * @param routes numbers of semantic routes, ascending
 * @param idleSessions numbers of them, ascending
 * @param decisionsInLog with which the log is filled
 * @param daysInLog over which they are spread
 */
public record Sizes(
        int rounds,
        Duration warmUp,
        Duration counted,
        int calls,
        int fewCalls,
        int decisionsOnDisk,
        List<Integer> routes,
        List<Integer> idleSessions,
        int decisionsInLog,
        int daysInLog) {

    /** Copies the lists. */
    public Sizes {
        routes = List.copyOf(routes);
        idleSessions = List.copyOf(idleSessions);
    }

    /** For figures to compare. */
    public static Sizes full() {
        return new Sizes(
                3,
                Duration.ofSeconds(2),
                Duration.ofSeconds(6),
                500,
                9,
                25_000,
                List.of(100, 1_000, 10_000),
                List.of(0, 100, 500),
                1_000_000,
                30);
    }

    /** For a first look. */
    public static Sizes quick() {
        return new Sizes(
                1,
                Duration.ofMillis(800),
                Duration.ofMillis(1_500),
                50,
                3,
                8_000,
                List.of(100, 1_000),
                List.of(0, 50, 100),
                50_000,
                7);
    }
}
