package dev.tinydancer.engine.call;

import dev.tinydancer.engine.brain.Brain;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.catalog.RouteStore;
import dev.tinydancer.engine.config.Feature;
import dev.tinydancer.engine.credential.CredentialStore;
import dev.tinydancer.engine.json.ProtocolJson;
import dev.tinydancer.engine.log.DecisionLog;
import dev.tinydancer.engine.metrics.CallMetrics;
import dev.tinydancer.engine.reservation.ReservingRouter;
import dev.tinydancer.engine.semantic.RouteFinder;
import dev.tinydancer.engine.wire.Session;
import dev.tinydancer.engine.wire.SessionFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import tools.jackson.databind.json.JsonMapper;

/** Opens the sessions in which calls are answered; all of them share the verbs. Safe for concurrent use. */
public final class CallSessions implements SessionFactory {

    private final CredentialStore credentials;
    private final CallMetrics metrics;
    private final Set<Feature> features;
    private final JsonMapper json;
    private final Brain brain;
    private final Verbs verbs;
    private final Crowd crowd = new Crowd(Runtime.getRuntime().availableProcessors());

    /**
     * What the verbs need.
     *
     * @param catalogs the agents of each tenant
     * @param brain what decides
     * @param reserving keeps budgets and limits
     * @param log where decisions go whose callers do not write them
     * @param semantic what semantic routes need
     * @param features what is answered
     * @param engine what {@code status} says
     */
    public record Resources(
            CatalogStore catalogs,
            Brain brain,
            ReservingRouter reserving,
            DecisionLog log,
            SemanticResources semantic,
            Set<Feature> features,
            EngineDescription engine) {}

    /**
     * What the verbs of semantic routes need.
     *
     * @param routes the routes of each tenant
     * @param finder finds those for a query
     * @param fits run what takes seconds of a processor
     */
    public record SemanticResources(RouteStore routes, RouteFinder finder, ExecutorService fits) {}

    /** Authenticates calls by {@code credentials} and counts them in {@code metrics}. */
    public CallSessions(CredentialStore credentials, CallMetrics metrics, Resources resources) {
        this.credentials = credentials;
        this.metrics = metrics;
        this.features = resources.features();
        this.json = ProtocolJson.mapper();
        this.brain = resources.brain();
        CatalogStore catalogs = resources.catalogs();
        RoutingCalls calls = new RoutingCalls(catalogs, brain::of, resources.reserving(), resources.log());
        SemanticResources semantic = resources.semantic();
        this.verbs = new Verbs(
                json,
                List.of(
                        new StatusVerb(resources.engine(), catalogs, json),
                        new RouteVerb(calls, json),
                        new ExplainRouteVerb(calls),
                        ifOn(Feature.ROUTING_OPTIMIZER, new RouteMultiVerb(calls)),
                        ifOn(Feature.ROUTING_OPTIMIZER, new BatchRouteVerb(calls)),
                        ifOn(Feature.ROUTING_OPTIMIZER, new OptimizeBudgetVerb(catalogs, brain)),
                        ifOn(Feature.ROUTING_FASTGRNN, new ClassifyRequestVerb(brain::classify, json)),
                        ifOn(Feature.ROUTING_FASTGRNN, new ClassifyCapabilitiesVerb(brain::classify)),
                        ifOn(Feature.ROUTING_SEMANTIC, new EmbedVerb(brain.sentences())),
                        ifOn(
                                Feature.ROUTING_SEMANTIC,
                                new FindAgentsVerb(catalogs, brain.sentences(), brain.capabilityVectors())),
                        ifOn(Feature.ROUTING_SEMANTIC, new PrepareRouteVerb(brain.sentences())),
                        ifOn(
                                Feature.ROUTING_SEMANTIC,
                                new SemanticRouteVerb(semantic.routes(), brain.sentences(), semantic.finder())),
                        ifOn(
                                Feature.ROUTING_SEMANTIC,
                                new FitRoutesVerb(semantic.routes(), brain.sentences(), semantic.fits(), json))));
    }

    private Verb<?> ifOn(Feature feature, Verb<?> verb) {
        return features.contains(feature) ? verb : new FeatureOffVerb(verb.name(), feature);
    }

    @Override
    public Session open(String user) {
        return new CallSession(credentials, verbs, metrics, crowd);
    }

    /**
     * Answers made-up calls of a tenant with thousands of outcomes until the code of real ones is compiled; they do not
     * count, and the tenant is forgotten. Takes about a second.
     */
    public void rehearse() throws InterruptedException {
        CallMetrics uncounted = new CallMetrics(new SimpleMeterRegistry());
        Rehearsal.run(
                new CallSession(credentials, verbs, uncounted, crowd),
                credentials.messageKey(),
                json,
                brain.of(Rehearsal.TENANT),
                brain.dimension());
        brain.forget(Rehearsal.TENANT);
    }
}
