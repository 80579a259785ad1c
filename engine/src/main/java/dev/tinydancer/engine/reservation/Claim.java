package dev.tinydancer.engine.reservation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.tinydancer.engine.catalog.Budget;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.budget.ExhaustedPolicy;
import java.time.Instant;

/**
 * What a decision needs of one allowance, as {@code tiny_dancer.reserve} takes it in JSON.
 *
 * @param capacity of the allowance, as the caller's catalog has it
 * @param need US dollars, or 1 of the places
 * @param mayExceed whether it is granted even beyond the capacity
 */
record Claim(@JsonUnwrapped Allowance.Key allowance, double capacity, double need, boolean mayExceed) {

    static Claim of(Budget budget, double costUsd, Instant now) {
        return new Claim(
                Allowance.Key.of(budget),
                budget.amountUsd(now),
                costUsd,
                budget.exhaustedPolicy() == ExhaustedPolicy.CHEAPEST);
    }

    static Claim placeAt(Agent agent) {
        return new Claim(Allowance.Key.placesAt(agent), agent.maxConcurrency(), 1, false);
    }
}
