package dev.tinydancer.router.budget;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.Agent;
import java.util.Collection;
import java.util.List;

/**
 * What a budget is for.
 *
 * @param kind every request, those that one agent answers, those with one tag, or those of one user or conversation
 * @param name of the agent, the tag, the user or the conversation; empty for every request
 */
public record BudgetScope(Kind kind, String name) {

    /** Every request of a tenant. */
    public static final BudgetScope ALL = new BudgetScope(Kind.ALL, "");

    private static final String ALL_WORD = "all";

    /** The kinds of scopes. */
    public enum Kind {
        ALL(""),
        AGENT("agent:"),
        TAG("tag:"),
        USER("user:"),
        CONVERSATION("conversation:");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    public BudgetScope {
        requireNonNull(kind, "kind");
        if (name.isEmpty() != (kind == Kind.ALL)) {
            throw new IllegalArgumentException(kind + " with the name \"" + name + "\"");
        }
    }

    /**
     * The scope that SQL writes as {@code all}, {@code agent:NAME}, {@code tag:NAME}, {@code user:NAME} or {@code
     * conversation:ID}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static BudgetScope parse(String text) {
        if (text.equals(ALL_WORD)) {
            return ALL;
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.ALL && text.startsWith(kind.prefix)) {
                return new BudgetScope(kind, text.substring(kind.prefix.length()));
            }
        }
        throw new IllegalArgumentException(
                "scope must be all, agent:NAME, tag:NAME, user:NAME or conversation:ID, got \"" + text + "\"");
    }

    /**
     * The scopes that name a tag, each of which a request with the tag comes under: that of the tag, and that of the user or
     * the conversation if it is written as such.
     */
    public static List<BudgetScope> ofTag(String tag) {
        if (tag.isEmpty()) {
            return List.of();
        }
        BudgetScope ofTag = new BudgetScope(Kind.TAG, tag);
        for (Kind kind : List.of(Kind.USER, Kind.CONVERSATION)) {
            if (tag.startsWith(kind.prefix) && tag.length() > kind.prefix.length()) {
                return List.of(ofTag, new BudgetScope(kind, tag.substring(kind.prefix.length())));
            }
        }
        return List.of(ofTag);
    }

    /**
     * Whether a request with these tags comes under the scope, whichever agent answers or if the right one does. A request
     * is of a user or a conversation by a tag that is written as the scope.
     */
    public boolean concerns(Collection<String> tags) {
        return switch (kind) {
            case ALL, AGENT -> true;
            case TAG -> tags.contains(name);
            case USER, CONVERSATION -> tags.contains(toString());
        };
    }

    /** Whether an answer of this agent comes under the scope, to a request that does. */
    public boolean covers(Agent agent) {
        return kind != Kind.AGENT || agent.name().equals(name);
    }

    /** As SQL writes it. */
    @Override
    public String toString() {
        return kind == Kind.ALL ? ALL_WORD : kind.prefix + name;
    }
}
