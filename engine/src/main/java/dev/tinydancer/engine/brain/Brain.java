package dev.tinydancer.engine.brain;

import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.DatabaseException;
import dev.tinydancer.router.neural.Classification;
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

/**
 * What decides: the models, and for each tenant a router with the experience of that tenant's agents. The classifier may
 * be replaced while it runs, see {@link #refreshModels}.
 */
public final class Brain implements AutoCloseable {

    private final ClassifierStore classifiers;
    private final ItemResponsePrior prior = new ItemResponsePrior(DifficultyModel.constant());
    private final InstantSource clock;
    private final double exploration;
    private final SentenceModel sentences;
    private final CapabilityVectors capabilityVectors;
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();

    private record Tenant(Experience experience, Router router) {}

    private Brain(RequestEncoder encoder, InstantSource clock, double exploration) {
        this.classifiers = new ClassifierStore(encoder);
        this.clock = clock;
        this.exploration = exploration;
        this.sentences = new SentenceModel(encoder.embedder().tokenizer());
        this.capabilityVectors = new CapabilityVectors(sentences);
    }

    /**
     * Loads the models that come with the program.
     *
     * @param exploration how much agents of which little is known are tried out, as {@link Router#exploring} takes it
     */
    public static Brain load(double exploration) {
        return new Brain(RequestEncoder.standard(), InstantSource.system(), exploration);
    }

    /** What turns the texts of requests into features now; to be asked for anew for each request. */
    public RequestEncoder encoder() {
        return classifiers.encoder();
    }

    /** What a request asks for. */
    public Classification classify(String text) {
        return encoder().classify(text);
    }

    /**
     * Takes the models that are installed in the database into use. One that cannot be read is refused, which {@link
     * #models} tells; the one before stays.
     *
     * @throws DatabaseException if the database cannot be read
     */
    public void refreshModels(Database database) {
        classifiers.refresh(database);
    }

    /** What sentences are embedded with. */
    public SentenceModel sentences() {
        return sentences;
    }

    /** What capabilities mean. */
    public CapabilityVectors capabilityVectors() {
        return capabilityVectors;
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
            Router router = new Router(text -> encoder().encode(text), experience.quality(), experience.effort());
            return new Tenant(experience, router.exploring(exploration));
        });
    }

    /** What each model is now, by its role. */
    public Map<String, String> models() {
        return Map.of(
                "embedding", "static tokens, " + encoder().embedder().dimension() + " dimensions",
                "sentences", "bge-small-en-v1.5 quantised, " + sentences.dimension() + " dimensions",
                "classifier", classifiers.description());
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
