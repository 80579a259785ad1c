package dev.tinydancer.training.demand;

import java.util.Locale;

/** How demanding a kind of requests is, in the order of the model's levels. */
public enum DemandLevel {
    /** Anybody can do it. */
    UNDEMANDING(0),
    /** What people usually ask, and benchmarks. */
    ORDINARY(1),
    /** The best are needed. */
    DEMANDING(2);

    private final int output;

    DemandLevel(int output) {
        this.output = output;
    }

    /** Its place among the outputs of the network. */
    int output() {
        return output;
    }

    /** The name of its rule in the grammar. */
    String rule() {
        return name().toLowerCase(Locale.ROOT);
    }
}
