package dev.tinydancer.workshop.load;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param rounds how often a start and a number of sessions are measured
 * @param warmUp of sessions, before calls are counted
 * @param counted how long they are
 * @param engines numbers of engines, ascending, the first 1
 * @param hundredsOfReference whether hundreds of sessions are measured with the reference, too
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
        List<Integer> engines,
        boolean hundredsOfReference,
        int calls,
        int fewCalls,
        int decisionsOnDisk,
        List<Integer> routes,
        List<Integer> idleSessions,
        int decisionsInLog,
        int daysInLog) {

    /** Copies the lists. */
    public Sizes {
        engines = List.copyOf(engines);
        routes = List.copyOf(routes);
        idleSessions = List.copyOf(idleSessions);
    }

    /** For figures to compare. */
    public static Sizes full() {
        return new Sizes(
                3,
                Duration.ofSeconds(2),
                Duration.ofSeconds(6),
                List.of(1, 2, 4),
                true,
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
                Duration.ofMillis(600),
                Duration.ofMillis(1_200),
                List.of(1, 2),
                false,
                50,
                3,
                8_000,
                List.of(100, 1_000),
                List.of(0, 50, 100),
                20_000,
                7);
    }
}
