package dev.tinydancer.engine.reservation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.AgentStanding;
import dev.tinydancer.router.agent.Circuit;
import java.time.Instant;

/**
 * A circuit that is not closed.
 *
 * @param circuit open or half open
 * @param restsUntil when its cool-down ends, or did end
 */
record TrippedCircuit(Circuit circuit, Instant restsUntil) {

    TrippedCircuit {
        requireNonNull(circuit, "circuit");
        requireNonNull(restsUntil, "restsUntil");
    }

    AgentStanding standing(int inFlight) {
        return new AgentStanding(circuit, restsUntil, inFlight);
    }
}
