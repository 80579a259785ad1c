package dev.tinydancer.router.routing;

import dev.tinydancer.router.policy.Prospect;

/** What one agent is chosen for instead of another, in words: "4 points less than gpt-4o, 31 times cheaper". */
final class Trade {

    /** Prices that differ by less are the same to a reader. */
    private static final double NOTABLY_CHEAPER = 1.05;

    private static final double NOTABLY_FASTER = 1.5;

    /** From here on a ratio is told without decimals. */
    private static final double LARGE_RATIO = 10;

    private Trade() {}

    static String between(AgentAssessment chosen, AgentAssessment other) {
        Prospect mine = chosen.prospect();
        Prospect its = other.prospect();
        return quality(mine.quality() - its.quality())
                + other.agent().name()
                + cost(mine.costUsd(), its.costUsd())
                + time(mine.latencyMillis(), its.latencyMillis());
    }

    private static String quality(double difference) {
        long points = Math.round(100 * difference);
        if (points == 0) {
            return "as good as ";
        }
        return Math.abs(points)
                + (Math.abs(points) == 1 ? " point " : " points ")
                + (points > 0 ? "more than " : "less than ");
    }

    private static String cost(double mine, double its) {
        if (mine == its) {
            return "";
        }
        if (mine == 0) {
            return ", for nothing";
        }
        if (its == 0) {
            return ", which costs nothing";
        }
        return times(its / mine, NOTABLY_CHEAPER, "cheaper", "dearer");
    }

    private static String time(double mine, double its) {
        return mine == 0 || its == 0 ? "" : times(its / mine, NOTABLY_FASTER, "faster", "slower");
    }

    private static String times(double ratio, double notable, String more, String less) {
        if (ratio >= notable) {
            return ", " + figure(ratio) + " times " + more;
        }
        return ratio <= 1 / notable ? ", " + figure(1 / ratio) + " times " + less : "";
    }

    private static String figure(double ratio) {
        double step = ratio < LARGE_RATIO ? 10 : 1;
        return Figures.shortest(Math.rint(ratio * step) / step);
    }
}
