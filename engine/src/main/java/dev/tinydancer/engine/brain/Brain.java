package dev.tinydancer.engine.brain;

import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.router.quality.DifficultyModel;
import dev.tinydancer.router.quality.Experience;
import dev.tinydancer.router.quality.ExperienceSettings;
import dev.tinydancer.router.quality.ItemResponsePrior;
import dev.tinydancer.router.routing.Router;
import dev.tinydancer.router.vector.VectorMath;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What decides: the models, loaded once, and for each tenant a router with the experience of that tenant's agents. */
public final class Brain implements AutoCloseable {

    private final RequestEncoder encoder;
    private final ItemResponsePrior prior = new ItemResponsePrior(DifficultyModel.constant());
    private final InstantSource clock;
    private final SentenceModel sentences;
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();

    private record Tenant(Experience experience, Router router) {}

    private Brain(RequestEncoder encoder, InstantSource clock) {
        this.encoder = encoder;
        this.clock = clock;
        this.sentences = new SentenceModel(encoder.embedder().tokenizer());
    }

    /** Loads the models that come with the program. */
    public static Brain load() {
        return new Brain(RequestEncoder.standard(), InstantSource.system());
    }

    /** What the texts of requests are turned into. */
    public RequestEncoder encoder() {
        return encoder;
    }

    /** What sentences are embedded with. */
    public SentenceModel sentences() {
        return sentences;
    }

    /** The router of a tenant. */
    public Router routerOf(String tenant) {
        return tenantOf(tenant).router();
    }

    /** What is known of a tenant's agents from the outcomes of their answers. */
    public Experience experienceOf(String tenant) {
        return tenantOf(tenant).experience();
    }

    private Tenant tenantOf(String name) {
        return tenants.computeIfAbsent(name, _ -> {
            Experience experience = new Experience(prior, ExperienceSettings.STANDARD, clock);
            return new Tenant(experience, new Router(encoder::encode, experience.quality(), experience.effort()));
        });
    }

    /** What each model is, by its role. */
    public Map<String, String> models() {
        return Map.of(
                "embedding", "static tokens, " + encoder.embedder().dimension() + " dimensions",
                "sentences", "bge-small-en-v1.5 quantised, " + sentences.dimension() + " dimensions",
                "classifier", "FastGRNN, " + encoder.classifier().categories().size() + " categories");
    }

    /** Which vector kernels run, and how wide. */
    public String kernels() {
        return VectorMath.implementation() + ", " + VectorMath.bits() + " bits";
    }

    /** Frees what the models hold beyond the heap. */
    @Override
    public void close() {
        sentences.close();
    }
}
