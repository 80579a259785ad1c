package dev.tinydancer.router.agent;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How much an agent reads and writes, and what it can do besides reading and writing text.
 *
 * @param contextWindow most tokens of request and answer together, at least 1; {@link #UNKNOWN} is no limit
 * @param maxOutputTokens most tokens of an answer, at least 1; {@link #UNKNOWN} is no limit
 * @param abilities such as {@code vision}, {@code audio}, {@code tools}, {@code json}, {@code long_output}, by their
 *     {@linkplain #ability ordinary names}; what is not among them it does not have
 */
public record AgentLimits(int contextWindow, int maxOutputTokens, Set<String> abilities) {

    /** A limit that nobody has told. */
    public static final int UNKNOWN = Integer.MAX_VALUE;

    /** An agent of which nothing is told. */
    public static final AgentLimits NONE = new AgentLimits(UNKNOWN, UNKNOWN, Set.of());

    /** What providers and price lists call the same, as {@code tiny_dancer.ability} in SQL has it. */
    private static final Map<String, String> OTHER_NAMES = Map.ofEntries(
            Map.entry("image", "vision"),
            Map.entry("images", "vision"),
            Map.entry("image_input", "vision"),
            Map.entry("audio_input", "audio"),
            Map.entry("function_calling", "tools"),
            Map.entry("tool_call", "tools"),
            Map.entry("tool_calls", "tools"),
            Map.entry("tool_use", "tools"),
            Map.entry("json_mode", "json"),
            Map.entry("response_schema", "json"),
            Map.entry("structured_output", "json"),
            Map.entry("structured_outputs", "json"));

    public AgentLimits {
        if (contextWindow < 1) {
            throw new IllegalArgumentException("contextWindow must be at least 1, got " + contextWindow);
        }
        if (maxOutputTokens < 1) {
            throw new IllegalArgumentException("maxOutputTokens must be at least 1, got " + maxOutputTokens);
        }
        abilities = ordinary(abilities);
    }

    /** The ordinary name of what is called differently by different providers: {@code image} is {@code vision}. */
    public static String ability(String name) {
        String normal = name.strip().toLowerCase(Locale.ROOT).replaceFirst("^supports_", "");
        return OTHER_NAMES.getOrDefault(normal, normal);
    }

    /** The ordinary names of all of these. */
    public static Set<String> ordinary(Collection<String> names) {
        return names.stream().map(AgentLimits::ability).collect(Collectors.toUnmodifiableSet());
    }
}
