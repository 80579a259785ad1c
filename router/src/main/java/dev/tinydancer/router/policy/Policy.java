package dev.tinydancer.router.policy;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A trade: what a good answer is worth, what a second costs, and what quality an agent must keep. Of the agents that keep it
 * the one with the highest
 *
 * <blockquote>P(good) · worth − cost − seconds · price of a second</blockquote>
 *
 * is chosen. A policy that states no money is free of scale: a good answer is worth so many times what the dearest candidate
 * would cost for the same request, so that it trades alike for cents and for dollars. Among free agents there is no scale:
 * there money for a second says nothing of quality, and a second counts as in a policy that states none.
 *
 * @param name for messages and logs, not blank
 * @param worthInDearest what a good answer is worth, in costs of the dearest candidate; positive and finite
 * @param qualityPerSecond the quality that a second is worth, at least 0 and finite, where no price of it decides
 * @param minRelativeQuality nobody is chosen whose expected quality is less than this part of the best candidate's, in [0, 1]
 * @param explorationShare of the requests may try agents out, in [0, 1]; empty for as many as the router does
 * @param worthUsd what a good answer is worth instead, in US dollars, positive and finite
 * @param usdPerSecond what a second costs instead, in US dollars, at least 0 and finite
 */
public record Policy(
        String name,
        double worthInDearest,
        double qualityPerSecond,
        double minRelativeQuality,
        OptionalDouble explorationShare,
        OptionalDouble worthUsd,
        OptionalDouble usdPerSecond) {

    /*
     * What the figures below were chosen by stands in docs/routing.md. Where the floor decides, a small worth is left to
     * decide between agents whose prices differ by nothing that anybody would notice.
     */

    /** The cheapest agent that keeps four fifths of the best candidate's quality. */
    public static final Policy COST = standard("cost", 0.2, 0, 0.8);

    /** The fastest agent that keeps seven tenths of the best candidate's quality. */
    public static final Policy LATENCY = standard("latency", 10, 1, 0.7);

    /** The best answer, unless it is better by less than a point; nobody is tried out. */
    public static final Policy QUALITY = standard("quality", 100, 0.001, 0).withExplorationShare(0);

    /** The dearest candidate must bring twenty points more than a free one, and a second is worth a point. */
    public static final Policy BALANCED = standard("balanced", 5, 0.01, 0);

    /** A good answer is worth what the dearest candidate costs; an agent below half of the best quality is no bargain. */
    public static final Policy QUALITY_PER_DOLLAR = standard("quality_per_dollar", 1, 0, 0.5);

    private static final List<Policy> STANDARD = List.of(COST, LATENCY, QUALITY, BALANCED, QUALITY_PER_DOLLAR);

    /** The least that anything is worth: where all candidates are free, or nearly so, money decides nothing. */
    private static final double LEAST_WORTH_USD = 1e-6;

    /** Utilities are kept above this, three hours under {@link #LATENCY}, so that no bargain outweighs the floor. */
    private static final double LEAST_UTILITY = -10_000;

    private static final double BELOW_FLOOR = 20_000;

    private static final double MILLIS_PER_SECOND = 1_000;

    public Policy {
        requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
        requirePositive("worthInDearest", worthInDearest);
        requireAmount("qualityPerSecond", qualityPerSecond);
        requireShare("minRelativeQuality", minRelativeQuality);
        explorationShare.ifPresent(share -> requireShare("explorationShare", share));
        worthUsd.ifPresent(worth -> requirePositive("worthUsd", worth));
        usdPerSecond.ifPresent(price -> requireAmount("usdPerSecond", price));
    }

    private static Policy standard(
            String name, double worthInDearest, double qualityPerSecond, double minRelativeQuality) {
        return new Policy(
                name,
                worthInDearest,
                qualityPerSecond,
                minRelativeQuality,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }

    /** The policies that need not be set: cost, latency, quality, balanced, quality_per_dollar. */
    public static List<Policy> standard() {
        return STANDARD;
    }

    /** The standard policy of this name. */
    public static Optional<Policy> standard(String name) {
        return STANDARD.stream().filter(policy -> policy.name().equals(name)).findFirst();
    }

    /** The same trade under another name. */
    public Policy named(String other) {
        return new Policy(
                other, worthInDearest, qualityPerSecond, minRelativeQuality, explorationShare, worthUsd, usdPerSecond);
    }

    /** The same with a good answer worth so many costs of the dearest candidate. */
    public Policy withWorthInDearest(double costs) {
        return new Policy(
                name,
                costs,
                qualityPerSecond,
                minRelativeQuality,
                explorationShare,
                OptionalDouble.empty(),
                usdPerSecond);
    }

    /** The same with a good answer worth so many US dollars. */
    public Policy withWorthUsd(double worth) {
        return new Policy(
                name,
                worthInDearest,
                qualityPerSecond,
                minRelativeQuality,
                explorationShare,
                OptionalDouble.of(worth),
                usdPerSecond);
    }

    /** The same with a second at so many US dollars. */
    public Policy withUsdPerSecond(double price) {
        return new Policy(
                name,
                worthInDearest,
                qualityPerSecond,
                minRelativeQuality,
                explorationShare,
                worthUsd,
                OptionalDouble.of(price));
    }

    /** The same with another floor. */
    public Policy withMinRelativeQuality(double share) {
        return new Policy(name, worthInDearest, qualityPerSecond, share, explorationShare, worthUsd, usdPerSecond);
    }

    /** The same with another share of requests that may try agents out. */
    public Policy withExplorationShare(double share) {
        return new Policy(
                name,
                worthInDearest,
                qualityPerSecond,
                minRelativeQuality,
                OptionalDouble.of(share),
                worthUsd,
                usdPerSecond);
    }

    /**
     * The utility of a candidate in points of quality: the trade above, divided by the worth of a good answer. At most 1;
     * higher is better; every candidate that keeps the floor has a higher one than any that does not. Means nothing across
     * requests.
     *
     * @param candidate one of the candidates that {@code baseline} was made of
     * @param remainingUsd what is left to be spent, of which spending a share costs that share of utility; more than 0,
     *     infinite where money does not run out
     */
    public double utility(Prospect candidate, Baseline baseline, double remainingUsd) {
        double worth = worthUsd.isPresent()
                ? worthUsd.getAsDouble()
                : Math.max(worthInDearest * baseline.highestCostUsd(), LEAST_WORTH_USD);
        boolean hasScale = worthUsd.isPresent() || baseline.highestCostUsd() > 0;
        double secondInQuality =
                usdPerSecond.isPresent() && hasScale ? usdPerSecond.getAsDouble() / worth : qualityPerSecond;
        double utility = candidate.quality()
                - candidate.costUsd() / worth
                - candidate.latencyMillis() / MILLIS_PER_SECOND * secondInQuality
                - candidate.costUsd() / remainingUsd;
        double bounded = Math.max(utility, LEAST_UTILITY);
        return keepsFloor(candidate, baseline) ? bounded : bounded - BELOW_FLOOR;
    }

    /** Whether a {@linkplain #utility utility} is that of a candidate that does not keep the floor. */
    public static boolean isBelowFloor(double utility) {
        return utility < LEAST_UTILITY;
    }

    /** Whether the candidate's quality is enough beside the best one's. */
    public boolean keepsFloor(Prospect candidate, Baseline baseline) {
        return candidate.quality() >= minRelativeQuality * baseline.highestQuality();
    }

    private static void requirePositive(String figure, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(figure + " must be a finite number of more than 0, got " + value);
        }
    }

    private static void requireAmount(String figure, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(figure + " must be a finite number of at least 0, got " + value);
        }
    }

    private static void requireShare(String figure, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(figure + " must be in [0, 1], got " + value);
        }
    }
}
