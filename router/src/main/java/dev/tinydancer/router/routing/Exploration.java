package dev.tinydancer.router.routing;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.policy.Policy;
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
 * @param share of the requests that may try an agent out, in [0, 1], where their policy does not say otherwise
 * @param awaited decisions that count as if their outcomes had come, so that those in flight do not all go to the same
 *     agent; while none come back, nobody is tried out. Null where decisions are not followed
 * @param budget what trying out may cost; null for no bound
 */
record Exploration(
        double weight,
        double share,
        @Nullable AwaitedOutcomes awaited,
        @Nullable TrialBudget budget) {

    static final Exploration NONE = new Exploration(0, 0, null, null);

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
     * without one nothing is decided for good, and nobody is tried out unless all requests do.
     */
    TrialDraw draw(Policy policy, @Nullable UUID decisionId, PendingDecisions pending) {
        double wanted = policy.explorationShare().orElse(share);
        if (weight == 0 || wanted == 0 || (awaited != null && !awaited.comeBack(pending.size()))) {
            return TrialDraw.NONE;
        }
        if (decisionId == null) {
            return wanted == 1 ? new TrialDraw(1, true) : TrialDraw.NONE;
        }
        return new TrialDraw(wanted, Lot.falls(decisionId, 0, wanted));
    }

    /** What one request that tries an agent out may cost, in US dollars. */
    double affordableUsd(PendingDecisions pending) {
        return budget == null ? Double.POSITIVE_INFINITY : Math.max(0, budget.remainingUsd() - pending.trialUsd());
    }

    /** The credit for an agent, at least 0 and at most what its mean lacks of 1. */
    double credit(Agent agent, QualityEstimate quality, double leastDoubt, PendingDecisions pending) {
        double doubt = doubt(quality.doubt(), awaited == null ? 0 : awaited.of(agent.name(), pending.of(agent.name())));
        return Math.clamp(weight * (doubt - leastDoubt), 0, 1 - quality.mean());
    }

    /** The doubt that is left of an agent with so many outcomes more, see {@link QualityEstimate#doubt}. */
    private static double doubt(double doubt, int more) {
        return doubt / Math.sqrt(1 + more * doubt * doubt);
    }
}
