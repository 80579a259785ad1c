package dev.tinydancer.router.agent;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one agent stands at a moment.
 *
 * @param circuit whether its latest answers allow it to be asked
 * @param restsUntil when the rest of an agent ends whose circuit has opened, or did end; null while the circuit is closed
 * @param inFlight how many requests it works on, as far as they are counted, at least 0
 */
public record AgentStanding(Circuit circuit, @Nullable Instant restsUntil, int inFlight) {

    /** Of an agent of which nothing is known but its registration. */
    public static final AgentStanding AT_REST = new AgentStanding(Circuit.CLOSED, null, 0);

    public AgentStanding {
        requireNonNull(circuit, "circuit");
        if ((circuit == Circuit.CLOSED) != (restsUntil == null)) {
            throw new IllegalArgumentException(
                    "restsUntil must be given for a circuit that is not closed, and for no other");
        }
        if (inFlight < 0) {
            throw new IllegalArgumentException("inFlight must be at least 0, got " + inFlight);
        }
    }

    /** The same with so many requests in flight. */
    public AgentStanding withInFlight(int requests) {
        return requests == inFlight ? this : new AgentStanding(circuit, restsUntil, requests);
    }
}
