package dev.tinydancer.router.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a routing decision optimises, each with its policy.
 *
 * <p>Cost and latency enter by powers of ten against the best candidate, because prices of agents differ by factors and
 * not by cents: 1/(1 + cost) would call a model for $0.0001 and one for $0.01 the same.
 */
public enum OptimizationTarget implements Policy {
    /** The cheapest agent that can do it. */
    COST {
        @Override
        public double utility(Prospect candidate, Baseline baseline) {
            return capability(candidate, baseline) - baseline.costDecades(candidate);
        }
    },
    /** The fastest agent that can do it. */
    LATENCY {
        @Override
        public double utility(Prospect candidate, Baseline baseline) {
            return capability(candidate, baseline) - baseline.latencyDecades(candidate);
        }
    },
    /** The best answer; between answers equally good, the cheaper and faster one. */
    QUALITY {
        @Override
        public double utility(Prospect candidate, Baseline baseline) {
            return candidate.quality()
                    - TIE_BREAK_PER_DECADE * (baseline.costDecades(candidate) + baseline.latencyDecades(candidate));
        }
    },
    /** Quality, where being ten times cheaper or ten times faster is each worth five points of it. */
    BALANCED {
        @Override
        public double utility(Prospect candidate, Baseline baseline) {
            return candidate.quality()
                    - QUALITY_PER_DECADE * (baseline.costDecades(candidate) + baseline.latencyDecades(candidate));
        }
    },
    /** The most good answers for a dollar, from agents that can do it. */
    QUALITY_PER_DOLLAR {
        @Override
        public double utility(Prospect candidate, Baseline baseline) {
            return capability(candidate, baseline)
                    + Math.log10(Math.max(candidate.quality(), LOWEST_QUALITY))
                    - baseline.costDecades(candidate);
        }
    };

    private static final double QUALITY_PER_DECADE = 0.05;

    /** Small enough that a tenth of a point of quality outweighs a factor of two in price. */
    private static final double TIE_BREAK_PER_DECADE = 0.002;

    /** An agent that fails more often than not "cannot do it", unless no other does better. */
    private static final double CAPABLE_QUALITY = 0.5;

    /** More decades than any two prices or latencies lie apart, so that no bargain outweighs it. */
    private static final double INCAPABLE = -100;

    /** Keeps the logarithm finite. */
    private static final double LOWEST_QUALITY = 1e-6;

    /** The name used in SQL: the constant's name in lower case. */
    public String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The target with the given SQL name. */
    public static Optional<OptimizationTarget> fromSqlName(String name) {
        return Arrays.stream(values())
                .filter(target -> target.sqlName().equals(name))
                .findFirst();
    }

    /** The SQL names of all targets. */
    public static List<String> sqlNames() {
        return Arrays.stream(values()).map(OptimizationTarget::sqlName).toList();
    }

    private static double capability(Prospect candidate, Baseline baseline) {
        return candidate.quality() >= Math.min(CAPABLE_QUALITY, baseline.highestQuality()) ? 0 : INCAPABLE;
    }
}
