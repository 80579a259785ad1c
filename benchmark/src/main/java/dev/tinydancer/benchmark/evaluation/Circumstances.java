package dev.tinydancer.benchmark.evaluation;

import dev.tinydancer.router.policy.Policy;
import java.util.Optional;

/**
 * How a router lives.
 *
 * @param policy what it chooses by
 * @param lateness after how many more requests the outcome of one becomes known, at least 0
 * @param lost the share of outcomes that never do, in [0, 1]
 * @param worsening the model that answers only half as well from the middle on
 * @param added the model that is registered in the middle only
 */
record Circumstances(Policy policy, int lateness, double lost, Optional<String> worsening, Optional<String> added) {

    /** Outcomes come at once, and everything stays as it is. */
    static Circumstances usual(Policy policy) {
        return new Circumstances(policy, 0, 0, Optional.empty(), Optional.empty());
    }

    Circumstances late(int requests) {
        return new Circumstances(policy, requests, lost, worsening, added);
    }

    Circumstances losing(double share) {
        return new Circumstances(policy, lateness, share, worsening, added);
    }

    Circumstances worsening(String model) {
        return new Circumstances(policy, lateness, lost, Optional.of(model), added);
    }

    Circumstances adding(String model) {
        return new Circumstances(policy, lateness, lost, worsening, Optional.of(model));
    }
}
