package dev.tinydancer.router.routing;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.policy.OptimizationTarget;
import dev.tinydancer.router.quality.AwaitedOutcomes;
import dev.tinydancer.router.quality.QualityEstimate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is credited for being less known than another candidate, so that it is tried and becomes known: optimism in
 * the face of uncertainty. Without it a router that was right about its first choice never learns that another agent is as
 * good and costs a tenth.
 *
 * <p>The credit is weight · (doubt - least doubt of the candidates): nothing while all are equally unknown, and ever less as
 * outcomes come in. Auer, Using Confidence Bounds for Exploitation-Exploration Trade-offs, 2002, with a constant confidence
 * instead of one that grows with time, because old outcomes fade and doubt grows by itself.
 *
 * @param weight quality credited for each unit of doubt, at least 0; 0 explores nothing, 1 credits about two standard
 *     deviations of an uncertain estimate
 * @param share of the requests that may try an agent out, in [0, 1], so that while outcomes do not come back no more than
 *     that suffer; 1 are all, those that ask for quality among them, with less these are never used for it
 * @param awaited decisions that count as if their outcomes had come, so that those in flight do not all go to the same
 *     agent; while none come back, nobody is tried out. Null where decisions are not followed
 */
record Exploration(double weight, double share, @Nullable AwaitedOutcomes awaited) {

    static final Exploration NONE = new Exploration(0, 1, null);

    Exploration {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be in [0, 1], got " + share);
        }
        if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("exploration must be a finite number of at least 0, got " + weight);
        }
    }

    /**
     * Whether a request may try an agent out. The decision's id draws the lot, so that a repeated call decides alike;
     * without one nothing is decided for good and the answer is no.
     */
    boolean concerns(OptimizationTarget target, @Nullable UUID decisionId) {
        boolean isDrawn = share == 1
                || (target != OptimizationTarget.QUALITY && decisionId != null && Lot.falls(decisionId, 0, share));
        return isDrawn && (awaited == null || awaited.comeBack());
    }

    /** The credit for an agent, at least 0 and at most what its mean lacks of 1. */
    double credit(Agent agent, QualityEstimate quality, double leastDoubt) {
        double doubt = doubt(quality.doubt(), awaited == null ? 0 : awaited.of(agent.name()));
        return Math.clamp(weight * (doubt - leastDoubt), 0, 1 - quality.mean());
    }

    /** The doubt that is left of an agent with so many outcomes more, see {@link QualityEstimate#doubt}. */
    private static double doubt(double doubt, int more) {
        return doubt / Math.sqrt(1 + more * doubt * doubt);
    }
}
