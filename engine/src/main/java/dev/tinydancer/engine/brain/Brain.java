package dev.tinydancer.engine.brain;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.quality.EffortEstimate;
import dev.tinydancer.router.quality.QualityEstimate;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.routing.Router;
import java.util.Map;

/** What decides: the models, loaded once, and the router that uses them. */
public final class Brain {

    /** The length of an answer of a few paragraphs. */
    private static final double EXPECTED_OUTPUT_TOKENS = 256;

    private final StaticEmbedder embedder;
    private final Router router;

    private Brain(StaticEmbedder embedder) {
        this.embedder = embedder;
        this.router = new Router(
                this::features,
                (request, agent) -> new QualityEstimate(agent.performance().qualityScore(), 0, 0, 0),
                (request, agent) -> effort(agent));
    }

    /** Loads the models that come with the program. */
    public static Brain load() {
        return new Brain(StaticEmbedder.standard());
    }

    /** The router of a tenant. */
    public Router routerOf(String tenant) {
        return router;
    }

    /** What each model is, by its role. */
    public Map<String, String> models() {
        return Map.of("embedding", "static tokens, " + embedder.dimension() + " dimensions");
    }

    /** Which vector kernels run. */
    public String kernels() {
        return "scalar";
    }

    private RequestFeatures features(String text) {
        int[] tokens = embedder.tokenizer().encode(text, StaticEmbedder.MAX_TOKENS);
        return new RequestFeatures(tokens.length, embedder.embed(tokens), Map.of(), Map.of());
    }

    private static EffortEstimate effort(Agent agent) {
        return new EffortEstimate(agent.performance().avgLatencyMillis(), EXPECTED_OUTPUT_TOKENS, 0);
    }
}
