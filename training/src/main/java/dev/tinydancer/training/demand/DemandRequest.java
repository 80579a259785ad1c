package dev.tinydancer.training.demand;

import static java.util.Objects.requireNonNull;

/**
 * A request of a kind that is known to be about so demanding.
 *
 * @param kind of data that it comes from, which decides how much it weighs
 * @param source to be held out as a whole
 */
public record DemandRequest(String text, Kind kind, String source) {

    /** Where requests of a level come from. */
    public enum Kind {
        /** Short intents of assistants. */
        INTENT(DemandLevel.UNDEMANDING),
        /** Labelled requests, the ordinary mixture of what is asked. */
        LABELLED(DemandLevel.ORDINARY),
        /** Questions of benchmarks; their outcomes are not looked at. */
        BENCHMARK(DemandLevel.ORDINARY),
        /** Requests that were collected because they are demanding. */
        CHOSEN(DemandLevel.DEMANDING);

        private final DemandLevel level;

        Kind(DemandLevel level) {
            this.level = level;
        }

        public DemandLevel level() {
            return level;
        }
    }

    public DemandRequest {
        requireNonNull(text, "text");
        requireNonNull(kind, "kind");
        requireNonNull(source, "source");
    }

    public DemandLevel level() {
        return kind.level();
    }
}
