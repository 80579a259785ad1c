package dev.tinydancer.router.quality;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.tinydancer.router.agent.Capabilities;
import dev.tinydancer.router.agent.CapabilityWords;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How well what an agent says of itself covers what a request is.
 *
 * <p>Each category of requests is served by some capabilities, in full or in part ({@code math} by {@code math} in full, by
 * {@code reasoning} in part), under their own names or others ({@code coding} for {@code code}); a category that a user's
 * own classifier knows is served by the capability of its name. A generalist, who says so ({@code general}, {@code
 * fast-response}, {@code simple-tasks}) or is a model of a family known to be general, serves every category that it does
 * not name nearly as well. Of agents that serve a request equally the one that names fewer other things fits a little
 * better, and of specialists that do not serve it at all the one that does more things.
 *
 * <p>A request is one thing: what it most probably is counts for more than in proportion.
 *
 * <p>Safe for concurrent use.
 */
final class CapabilityFit {

    /** How well a generalist serves a category that it does not name: less than one who names it, by as much as makes a difference. */
    private static final double GENERALIST_SERVICE = 0.9;

    /** How well an agent serves a category that it has no word for, when it serves no other either. */
    private static final double LEAST_SERVICE = 0.2;

    /** What an agent that serves all other categories is better than that. */
    private static final double BREADTH_BONUS = 0.2;

    /** What an agent that names one thing only serves it better than one that names very many. */
    private static final double FOCUS_BONUS = 0.02;

    /** Capabilities that agents have which do a bit of everything. */
    private static final List<String> GENERALISTS = List.of(CapabilityWords.GENERAL, "fast-response", "simple-tasks");

    /** The capabilities that serve each category of the standard classifier, and how well. */
    private static final Map<String, Map<String, Double>> SERVICES = Map.ofEntries(
            Map.entry("analysis", Map.of("analysis", 1.0, "reasoning", 0.6)),
            Map.entry("classification", Map.of("classification", 1.0, "simple-tasks", 0.6)),
            Map.entry("code", Map.of("code", 1.0, "code-execution", 0.9, "debugging", 0.7, "testing", 0.7)),
            Map.entry("conversation", Map.of("conversation", 1.0, "fast-response", 0.6, "simple-tasks", 0.5)),
            Map.entry("creative_writing", Map.of("creative", 1.0)),
            Map.entry("debugging", Map.of("debugging", 1.0, "code", 0.85, "testing", 0.6, "code-execution", 0.6)),
            Map.entry("extraction", Map.of("extraction", 1.0, "simple-tasks", 0.6, "analysis", 0.5)),
            Map.entry("knowledge_qa", Map.of("knowledge", 1.0, "simple-tasks", 0.5, "reasoning", 0.5)),
            Map.entry("math", Map.of("math", 1.0, "reasoning", 0.6)),
            Map.entry("reasoning", Map.of("reasoning", 1.0, "analysis", 0.6, "math", 0.4)),
            Map.entry("summarization", Map.of("summarization", 1.0, "simple-tasks", 0.6)),
            Map.entry("translation", Map.of("translation", 1.0, "simple-tasks", 0.5)));

    /**
     * How an agent is known.
     *
     * @param isGeneral whether it is known to do whatever is asked, whatever it says
     */
    private record Claim(Capabilities capabilities, boolean isGeneral) {}

    /** Agents are few and their capabilities rarely change. */
    private final Map<Claim, Coverage> coverages = new ConcurrentHashMap<>();

    /**
     * The fit in [0, 1] for a request of these category probabilities; 1 for every agent when there are none.
     *
     * @param isGeneral whether the agent is known to do whatever is asked, whatever it says
     */
    double of(Map<String, Double> categories, Capabilities capabilities, boolean isGeneral) {
        if (categories.isEmpty() || capabilities.words().isEmpty()) {
            return 1;
        }
        Coverage coverage = coverages.computeIfAbsent(new Claim(capabilities, isGeneral), CapabilityFit::coverage);
        double fit = 0;
        double weights = 0;
        for (Map.Entry<String, Double> category : categories.entrySet()) {
            double probability = category.getValue();
            double weight = probability * probability * probability;
            fit += weight * coverage.of(category.getKey());
            weights += weight;
        }
        return weights == 0 ? 1 : Math.min(fit / weights, 1);
    }

    private static Coverage coverage(Claim claim) {
        Capabilities capabilities = claim.capabilities();
        Set<String> words = capabilities.words();
        double focus = 1 - FOCUS_BONUS * (1 - 1.0 / words.size());
        Map<String, Double> served = SERVICES.entrySet().stream()
                .collect(toUnmodifiableMap(
                        Map.Entry::getKey,
                        services -> service(services.getKey(), services.getValue(), capabilities) * focus));
        double breadth = served.values().stream().filter(service -> service > 0).count() / (double) served.size();
        double otherwise = claim.isGeneral() || GENERALISTS.stream().anyMatch(capabilities::covers)
                ? GENERALIST_SERVICE
                : LEAST_SERVICE + BREADTH_BONUS * breadth;
        return new Coverage(words, served, focus, otherwise);
    }

    private static double service(String category, Map<String, Double> services, Capabilities capabilities) {
        if (capabilities.words().contains(category)) {
            return 1;
        }
        return services.entrySet().stream()
                .filter(service -> capabilities.covers(service.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .max()
                .orElse(0);
    }

    /**
     * @param words the agent's own
     * @param served how well it serves each category of the standard classifier
     * @param focus how well it serves a category that it names
     * @param otherwise how well it serves a category that it has no word for
     */
    private record Coverage(Set<String> words, Map<String, Double> served, double focus, double otherwise) {

        double of(String category) {
            Double service = served.get(category);
            double named = service != null ? service : words.contains(category) ? focus : 0;
            return Math.max(named, otherwise);
        }
    }
}
