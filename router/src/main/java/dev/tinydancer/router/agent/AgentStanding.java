package dev.tinydancer.router.agent;

import static java.util.Objects.requireNonNull;

/**
 * How one agent stands at a moment.
 *
 * @param circuit whether its latest answers allow it to be asked
 * @param probed whether a request is under way that tries it while its circuit is half open
 * @param inFlight how many requests it works on, as far as they are counted, at least 0
 */
public record AgentStanding(Circuit circuit, boolean probed, int inFlight) {

    /** Of an agent of which nothing is known but its registration. */
    public static final AgentStanding AT_REST = new AgentStanding(Circuit.CLOSED, false, 0);

    public AgentStanding {
        requireNonNull(circuit, "circuit");
        if (inFlight < 0) {
            throw new IllegalArgumentException("inFlight must be at least 0, got " + inFlight);
        }
    }
}
