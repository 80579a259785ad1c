package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.conversation.ConversationState;
import dev.tinydancer.router.quality.RequestFeatures;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which agent answers a request, and why.
 *
 * @param decisionId of the {@link Situation} in which it was made; null if that had none
 * @param features what the decision knew of the request
 * @param ranking the candidates, the chosen one first, the others in descending order of utility
 * @param isTrial whether the chosen one is tried out: another one has a higher utility
 * @param probability that this agent was chosen of these candidates, in (0, 1]: by it a log can be weighted anew, to say
 *     what another way of choosing would have brought
 * @param confidence probability that the chosen agent answers well, in [0, 1]
 * @param grounds why it was chosen, in words, without the figures that the ranking has
 * @param reasoning the same as a sentence, with the agent's name and the figures
 * @param conversation how the conversation stands with it, to be kept for the next request; null where that had none
 */
public record RoutingDecision(
        @Nullable UUID decisionId,
        RequestFeatures features,
        List<AgentAssessment> ranking,
        boolean isTrial,
        double probability,
        double confidence,
        String grounds,
        String reasoning,
        @Nullable ConversationState conversation) {

    public RoutingDecision {
        requireNonNull(features, "features");
        requireNonNull(grounds, "grounds");
        requireNonNull(reasoning, "reasoning");
        ranking = List.copyOf(ranking);
        if (ranking.isEmpty()) {
            throw new IllegalArgumentException("ranking must not be empty");
        }
    }

    /** The agent that answers. */
    public AgentAssessment chosen() {
        return ranking.getFirst();
    }

    /** The other candidates, best first. */
    public List<AgentAssessment> alternatives() {
        return ranking.subList(1, ranking.size());
    }
}
