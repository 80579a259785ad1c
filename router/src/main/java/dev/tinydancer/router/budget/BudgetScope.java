package dev.tinydancer.router.budget;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.Agent;
import java.util.Collection;

/**
 * What a budget is for.
 *
 * @param kind every request, those that one agent answers, or those with one tag
 * @param name of the agent or the tag; empty for every request
 */
public record BudgetScope(Kind kind, String name) {

    /** Every request of a tenant. */
    public static final BudgetScope ALL = new BudgetScope(Kind.ALL, "");

    private static final String ALL_WORD = "all";
    private static final String AGENT_PREFIX = "agent:";
    private static final String TAG_PREFIX = "tag:";

    /** The kinds of scopes. */
    public enum Kind {
        ALL,
        AGENT,
        TAG
    }

    public BudgetScope {
        requireNonNull(kind, "kind");
        if (name.isEmpty() != (kind == Kind.ALL)) {
            throw new IllegalArgumentException(kind + " with the name \"" + name + "\"");
        }
    }

    /**
     * The scope that SQL writes as {@code all}, {@code agent:NAME} or {@code tag:NAME}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static BudgetScope parse(String text) {
        if (text.equals(ALL_WORD)) {
            return ALL;
        }
        if (text.startsWith(AGENT_PREFIX)) {
            return new BudgetScope(Kind.AGENT, text.substring(AGENT_PREFIX.length()));
        }
        if (text.startsWith(TAG_PREFIX)) {
            return new BudgetScope(Kind.TAG, text.substring(TAG_PREFIX.length()));
        }
        throw new IllegalArgumentException("scope must be all, agent:NAME or tag:NAME, got \"" + text + "\"");
    }

    /** Whether a request with these tags comes under the scope, whichever agent answers or if the right one does. */
    public boolean concerns(Collection<String> tags) {
        return kind != Kind.TAG || tags.contains(name);
    }

    /** Whether an answer of this agent comes under the scope, to a request that does. */
    public boolean covers(Agent agent) {
        return kind != Kind.AGENT || agent.name().equals(name);
    }

    /** As SQL writes it. */
    @Override
    public String toString() {
        return switch (kind) {
            case ALL -> ALL_WORD;
            case AGENT -> AGENT_PREFIX + name;
            case TAG -> TAG_PREFIX + name;
        };
    }
}
