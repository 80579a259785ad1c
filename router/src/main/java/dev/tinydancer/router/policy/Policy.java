package dev.tinydancer.router.policy;

/** Turns what is expected of a candidate into one number; the candidate with the highest is chosen. */
@FunctionalInterface
public interface Policy {

    /**
     * The utility of a candidate against the best of its rivals. Finite for finite prospects; higher is better.
     *
     * @param candidate one of the candidates that {@code baseline} was made of
     */
    double utility(Prospect candidate, Baseline baseline);

    /**
     * This policy with money that runs out: spending a share of what is left costs that share in utility.
     *
     * <p>With a dollar left, a request of ten cents must promise ten points more quality under a policy whose utility is
     * in points of quality.
     *
     * @param remainingUsd what is left, more than 0; infinite means that money does not run out
     * @throws IllegalArgumentException if {@code remainingUsd} is 0, negative or NaN
     */
    default Policy withBudget(double remainingUsd) {
        if (!(remainingUsd > 0)) {
            throw new IllegalArgumentException("remainingUsd must be more than 0, got " + remainingUsd);
        }
        return (candidate, baseline) -> utility(candidate, baseline) - candidate.costUsd() / remainingUsd;
    }
}
