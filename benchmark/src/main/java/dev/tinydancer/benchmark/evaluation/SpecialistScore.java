package dev.tinydancer.benchmark.evaluation;

import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.agent.Capabilities;
import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.training.classifier.LabelledRequest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether requests go to the agent that is made for them. There are one for code, one for mathematics and a generalist, of
 * equal price, latency and registered quality, and no outcome has been recorded of any: only what is asked for can tell
 * them apart. For one thread.
 */
final class SpecialistScore {

    private static final double QUALITY = 0.85;
    private static final double LATENCY_MILLIS = 1_000;
    private static final double USD_PER_1K_TOKENS = 0.01;

    /** Kinds of requests, each with the agent that it should go to. */
    private enum Kind {
        CODE,
        MATH,
        OTHER;

        static Kind of(String category) {
            return switch (category) {
                case "code", "debugging" -> CODE;
                case "math" -> MATH;
                default -> OTHER;
            };
        }

        /** The agent's name, too. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        Agent agent() {
            Capabilities capabilities = switch (this) {
                case CODE -> Capabilities.of("code", "debugging", "testing");
                case MATH -> Capabilities.of("math");
                case OTHER -> Capabilities.of("general");
            };
            return Agent.named(label())
                    .capabilities(capabilities)
                    .usdPer1kTokens(USD_PER_1K_TOKENS)
                    .averageLatencyMillis(LATENCY_MILLIS)
                    .quality(QUALITY)
                    .build();
        }
    }

    private static final AgentRegistry AGENTS =
            AgentRegistry.of(Arrays.stream(Kind.values()).map(Kind::agent).toList());

    private final Map<Kind, int[]> rightAndAll = new EnumMap<>(Kind.class);

    /** Whether there is a special agent for any of the categories. */
    static boolean appliesTo(List<String> categories) {
        return categories.stream().anyMatch(category -> Kind.of(category) != Kind.OTHER);
    }

    /** Routes requests with the classifier of an encoder, as the engine does, and notes where they went. */
    void add(RequestEncoder encoder, List<LabelledRequest> requests) {
        AdaptiveRouter router =
                AdaptiveRouter.builder().encoder(encoder::encode).build();
        router.replaceAgents(AGENTS);
        for (LabelledRequest request : requests) {
            Kind kind = Kind.of(request.category());
            String chosen = router.route(request.text(), Policy.BALANCED)
                    .chosen()
                    .agent()
                    .name();
            int[] counts = rightAndAll.computeIfAbsent(kind, key -> new int[2]);
            counts[0] += chosen.equals(kind.label()) ? 1 : 0;
            counts[1]++;
        }
    }

    /** The share of all requests that went to the right agent, and of those of each kind. */
    Map<String, Double> metrics() {
        int right = 0;
        int all = 0;
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Map.Entry<Kind, int[]> entry : rightAndAll.entrySet()) {
            int[] counts = entry.getValue();
            right += counts[0];
            all += counts[1];
            shares.put(entry.getKey().label(), (double) counts[0] / counts[1]);
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", (double) right / all);
        metrics.putAll(shares);
        metrics.put("tested", (double) all);
        return metrics;
    }
}
