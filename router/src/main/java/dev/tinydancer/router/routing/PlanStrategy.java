package dev.tinydancer.router.routing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** How several agents work on one request together. */
public enum PlanStrategy {
    /** One after the other, each at the stage that it is good at and with what the one before made. */
    PIPELINE {
        @Override
        double latencyMillis(DoubleStream steps) {
            return steps.sum();
        }
    },
    /** At once, each at a part of its own. */
    PARALLEL {
        @Override
        double latencyMillis(DoubleStream steps) {
            return slowest(steps);
        }
    },
    /** At once, each at the whole request; the answer is the one that most of them give. */
    ENSEMBLE {
        @Override
        double latencyMillis(DoubleStream steps) {
            return slowest(steps);
        }
    };

    /** How long a plan takes whose steps take this long. */
    abstract double latencyMillis(DoubleStream steps);

    /** The name used in SQL: the constant's name in lower case. */
    public String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The strategy with the given SQL name. */
    public static Optional<PlanStrategy> fromSqlName(String name) {
        return Arrays.stream(values())
                .filter(strategy -> strategy.sqlName().equals(name))
                .findFirst();
    }

    /** The SQL names of all strategies. */
    public static List<String> sqlNames() {
        return Arrays.stream(values()).map(PlanStrategy::sqlName).toList();
    }

    private static double slowest(DoubleStream steps) {
        return steps.max().orElse(0);
    }
}
