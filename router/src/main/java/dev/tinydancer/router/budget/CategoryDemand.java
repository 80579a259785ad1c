package dev.tinydancer.router.budget;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.policy.Prospect;
import java.util.Map;

/**
 * How many requests of one category a month brings, and what each agent is expected to bring for one of them.
 *
 * @param category its name, for messages
 * @param requestsPerMonth expected number, finite and at least 0
 * @param offers by name of the agent; their costs are finite
 */
public record CategoryDemand(String category, double requestsPerMonth, Map<String, Prospect> offers) {

    public CategoryDemand {
        requireNonNull(category, "category");
        if (!(requestsPerMonth >= 0 && requestsPerMonth < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("requestsPerMonth of category " + category
                    + " must be finite and at least 0, got " + requestsPerMonth);
        }
        offers = Map.copyOf(offers);
        offers.forEach((agent, offer) -> {
            if (offer.costUsd() == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException(
                        "the cost of " + agent + " for category " + category + " must be finite, got Infinity");
            }
        });
    }
}
