package dev.tinydancer.engine.verb;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.conversation.ConversationDocument;
import dev.tinydancer.engine.conversation.MessagesDocument;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentNames;
import dev.tinydancer.router.agent.Capabilities;
import dev.tinydancer.router.budget.BudgetScope;
import dev.tinydancer.router.conversation.Conversation;
import dev.tinydancer.router.conversation.ConversationState;
import dev.tinydancer.router.conversation.Message;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.routing.RoutingConstraints;
import dev.tinydancer.router.routing.RoutingRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What all functions take that route a request, the attributes of {@code tiny_dancer.routing_arguments}; null for "not
 * given".
 */
record RouteArguments(
        @Nullable String request,
        @Nullable String optimizeFor,
        @Nullable List<@Nullable String> requiredCapabilities,
        @Nullable Double maxCost,
        @Nullable Double maxLatencyMs,
        @Nullable Double minQuality,
        @Nullable List<@Nullable String> excludedAgents,
        @Nullable Double budgetRemaining,
        @Nullable List<@Nullable String> tags,
        @Nullable Integer expectedOutputTokens,
        @Nullable Map<String, Object> options,
        @Nullable Double minRelativeQuality,
        @Nullable String explore,
        @Nullable String conversationId,
        @Nullable JsonNode messages,
        @Nullable ConversationDocument conversation,
        @Nullable List<@Nullable String> needs) {

    /** What a session says to try agents out as their policy has it, and not at all. */
    private static final String EXPLORE_ON = "on";

    private static final String EXPLORE_OFF = "off";

    private static final int MOST_UNKNOWN = 3;

    /**
     * The request that the arguments describe. Throws {@code 22004} or {@code 22023} if one of them is invalid.
     *
     * @param catalog whose policies there are
     * @param at when it comes
     */
    RoutingRequest toRequest(Catalog catalog, Instant at) {
        List<Message> said = said();
        Conversation continued = said.isEmpty() ? Conversation.NONE : Conversation.of(said);
        String text = said.isEmpty() || request != null
                ? Arguments.text("request", request)
                : continued
                        .newestRequest()
                        .orElseThrow(() -> new EngineException(
                                SqlState.INVALID_PARAMETER_VALUE,
                                "messages must have a text of a user",
                                null,
                                "Give request, where messages have none."));
        return toRequest(text, policy(catalog), constraints()).in(inState(continued, at));
    }

    /** What has been said, the request among it; nothing where no messages are given. */
    private List<Message> said() {
        if (messages == null || messages.isNull()) {
            return List.of();
        }
        List<Message> said = MessagesDocument.read(messages);
        return request == null
                        || Conversation.of(said)
                                .newestRequest()
                                .filter(request::equals)
                                .isPresent()
                ? said
                : Stream.concat(said.stream(), Stream.of(Message.user(request))).toList();
    }

    private Conversation inState(Conversation continued, Instant at) {
        if (conversationId == null) {
            return continued;
        }
        String _ = Arguments.name("conversation_id", conversationId);
        return conversation == null ? continued.as(ConversationState.NEW, at) : conversation.continuing(continued, at);
    }

    /** The same for another text, under a policy and other constraints. */
    RoutingRequest toRequest(String text, Policy policy, RoutingConstraints kept) {
        return new RoutingRequest(text, policy, kept, expectedLength());
    }

    /** Throws {@code 22004} or {@code 22023} if anything but the text is invalid. */
    void check(Catalog catalog) {
        Policy _ = policy(catalog);
        RoutingConstraints _ = constraints();
        List<String> _ = checkedTags();
        OptionalInt _ = expectedLength();
    }

    /** What is optimised, balanced when not given, trying agents out as the session wants it. Throws as {@link #toRequest}. */
    Policy policy(Catalog catalog) {
        Policy policy = Arguments.oneOf("optimize_for", policyName(), catalog::policy, catalog::policyNames);
        // A parameter that was set and reset is empty.
        if (explore == null || explore.isEmpty() || explore.equals(EXPLORE_ON)) {
            return policy;
        }
        return policy.withExplorationShare(explore.equals(EXPLORE_OFF) ? 0 : share(explore));
    }

    /** The name of what is optimised. */
    String policyName() {
        return optimizeFor == null ? Policy.BALANCED.name() : optimizeFor;
    }

    private static double share(String explore) {
        try {
            double share = Double.parseDouble(explore);
            if (share >= 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw Arguments.invalid("tiny_dancer.explore", "must be on, off or a share between 0 and 1", explore);
    }

    /** What an agent must keep. Throws as {@link #toRequest}. */
    RoutingConstraints constraints() {
        Arguments.noOptions(options);
        return new RoutingConstraints(
                Capabilities.merging(Arguments.distinctWords("required_capabilities", requiredCapabilities)),
                Arguments.bound("max_cost", maxCost),
                Arguments.bound("max_latency_ms", maxLatencyMs),
                Arguments.share("min_quality", minQuality),
                Arguments.share("min_relative_quality", minRelativeQuality),
                Set.copyOf(Arguments.words("excluded_agents", excludedAgents)),
                Arguments.bound("budget_remaining", budgetRemaining),
                Set.copyOf(Arguments.words("needs", needs)));
    }

    /** What is to be said of excluded names that no agent has, of {@value #MOST_UNKNOWN} at most; null for nothing. */
    @Nullable
    String unknownExclusions(Catalog catalog) {
        if (excludedAgents == null || excludedAgents.isEmpty()) {
            return null;
        }
        List<Agent> agents = catalog.agents().agents();
        Set<String> known =
                agents.stream().map(agent -> AgentNames.folded(agent.name())).collect(toSet());
        String unknown = Arguments.words("excluded_agents", excludedAgents).stream()
                .filter(name -> !known.contains(AgentNames.folded(name)))
                .map(String::strip)
                .distinct()
                .limit(MOST_UNKNOWN)
                .map(name -> "excluded_agents has \"" + name + "\", which is no agent"
                        + AgentNames.nearest(name, agents)
                                .map(nearest -> "; the nearest is \"" + nearest + "\"")
                                .orElse(""))
                .collect(joining("; "));
        return unknown.isEmpty() ? null : unknown;
    }

    /** How long the answer will be, in tokens, where the caller knows. Throws as {@link #toRequest}. */
    private OptionalInt expectedLength() {
        return Arguments.count("expected_output_tokens", expectedOutputTokens);
    }

    /** The caller's tags, none when not given. */
    List<String> checkedTags() {
        return Arguments.words("tags", tags);
    }

    /** The tags by which budgets concern the request: the caller's, and one that names its conversation. */
    List<String> budgetTags() {
        List<String> given = checkedTags();
        return conversationId == null
                ? given
                : Stream.concat(
                                given.stream(),
                                Stream.of(new BudgetScope(BudgetScope.Kind.CONVERSATION, conversationId).toString()))
                        .toList();
    }

    /** The same under the policy of another name. */
    RouteArguments optimizingFor(String other) {
        return new RouteArguments(
                request,
                other,
                requiredCapabilities,
                maxCost,
                maxLatencyMs,
                minQuality,
                excludedAgents,
                budgetRemaining,
                tags,
                expectedOutputTokens,
                options,
                minRelativeQuality,
                explore,
                conversationId,
                messages,
                conversation,
                needs);
    }
}
