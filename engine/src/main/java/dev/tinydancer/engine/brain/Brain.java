package dev.tinydancer.engine.brain;

import dev.tinydancer.engine.config.ExplorationConfig;
import dev.tinydancer.engine.config.Feature;
import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.DatabaseException;
import dev.tinydancer.engine.tenant.PerTenant;
import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.neural.Classification;
import dev.tinydancer.router.neural.DemandModel;
import dev.tinydancer.router.neural.RequestClassifier;
import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.routing.TrialBudget;
import dev.tinydancer.router.vector.VectorMath;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What decides: the models, and for each tenant a router that learns of that tenant's agents. The classifier may
 * be replaced while it runs, see {@link #refreshModels}.
 */
public final class Brain implements AutoCloseable {

    private final StaticEmbedder embedder;
    private final @Nullable ClassifierStore classifiers;
    private final ExplorationConfig exploration;
    private final SentenceModel sentences;
    private final boolean embedsSentences;
    private final CapabilityVectors capabilityVectors;
    private final PerTenant<AdaptiveRouter> tenants = new PerTenant<>(this::build);

    /** Of tenants that have a router, and of those without that have spent something today. */
    private final Map<String, TrialBudget> trials = new ConcurrentHashMap<>();

    private Brain(Set<Feature> features, ExplorationConfig exploration) {
        this.embedder = StaticEmbedder.standard();
        this.classifiers = features.contains(Feature.ROUTING_FASTGRNN)
                ? new ClassifierStore(
                        new RequestEncoder(embedder, RequestClassifier.standard(), DemandModel.standard(embedder)))
                : null;
        this.exploration = exploration;
        this.sentences = new SentenceModel(embedder.tokenizer());
        this.embedsSentences = features.contains(Feature.ROUTING_SEMANTIC);
        this.capabilityVectors = new CapabilityVectors(sentences);
    }

    /**
     * Loads the models that come with the program.
     *
     * @param features what is answered; without the classifier, requests have no category and need no capability
     * @param exploration how agents of which little is known are tried out
     */
    public static Brain load(Set<Feature> features, ExplorationConfig exploration) {
        return new Brain(features, exploration);
    }

    /** The length of requests' embeddings. */
    public int dimension() {
        return embedder.dimension();
    }

    /** What a request can be of; nothing without the classifier. */
    public List<String> categories() {
        return classifiers == null
                ? List.of()
                : classifiers.encoder().classifier().categories();
    }

    /**
     * What a request asks for.
     *
     * @throws IllegalStateException without the classifier
     */
    public Classification classify(String text) {
        if (classifiers == null) {
            throw new IllegalStateException("the classifier is off");
        }
        return classifiers.encoder().classify(text);
    }

    private RequestFeatures encode(String text) {
        return classifiers == null
                ? RequestEncoder.encodeUnclassified(embedder, text)
                : classifiers.encoder().encode(text);
    }

    /**
     * Takes the models that are installed in the database into use. One that cannot be read is refused, which {@link
     * #models} tells; the one before stays.
     *
     * @throws DatabaseException if the database cannot be read
     */
    public void refreshModels(Database database) {
        if (classifiers != null) {
            classifiers.refresh(database);
        }
    }

    /** Loads in the background what takes too long for the first call that needs it. */
    public void prepare() {
        if (embedsSentences) {
            sentences.prepare();
        }
    }

    /** What sentences are embedded with. */
    public SentenceModel sentences() {
        return sentences;
    }

    /** What capabilities mean. */
    public CapabilityVectors capabilityVectors() {
        return capabilityVectors;
    }

    /** What decides for a tenant, who is in use from now on. It learns when it is called for. */
    public AdaptiveRouter of(String tenant) {
        return tenants.use(tenant);
    }

    private AdaptiveRouter build(String tenant) {
        return AdaptiveRouter.builder()
                .encoder(this::encode)
                .exploring(exploration.weight(), exploration.share())
                .exploringWithin(trials.computeIfAbsent(
                        tenant, _ -> new TrialBudget(exploration.usdPerDay(), InstantSource.system())))
                .learningWhenCalled()
                .build();
    }

    /** The tenants that have a router, the one first that has been asked longest ago. */
    public List<String> inUse() {
        return tenants.longestIdleFirst().stream().map(PerTenant.Idle::tenant).toList();
    }

    /** What decides for a tenant, if there is such; who looks after it does not use it. */
    public Optional<AdaptiveRouter> present(String tenant) {
        return tenants.find(tenant);
    }

    /** Whether a tenant has a router that nobody has asked for so long. */
    public boolean isIdle(String tenant, Duration time) {
        return tenants.isIdle(tenant, time);
    }

    /** Forgets what was learned of a tenant's agents, and gives its memory back; not what was spent on trials today. */
    public void forget(String tenant) {
        tenants.forget(tenant);
    }

    /** Forgets of the tenants without a router that they have spent nothing on trials today. */
    public void forgetUnspentTrials() {
        trials.entrySet()
                .removeIf(each -> tenants.find(each.getKey()).isEmpty()
                        && !each.getValue().isTouched());
    }

    /** What each model is now, by its role. */
    public Map<String, String> models() {
        return Map.of(
                "embedding", "static tokens, " + dimension() + " dimensions",
                "sentences", "bge-small-en-v1.5 quantised, " + sentences.dimension() + " dimensions",
                "classifier", classifiers == null ? "off" : classifiers.description());
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
