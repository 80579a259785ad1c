package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.brain.Brain;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.call.Verbs;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.catalog.RouteStore;
import dev.tinydancer.engine.config.Feature;
import dev.tinydancer.engine.evidence.EvidenceFeed;
import dev.tinydancer.engine.json.ProtocolJson;
import dev.tinydancer.engine.log.DecisionLog;
import dev.tinydancer.engine.metrics.DecisionMetrics;
import dev.tinydancer.engine.reservation.ReservingRouter;
import dev.tinydancer.engine.semantic.RouteFinder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import tools.jackson.databind.json.JsonMapper;

/**
 * All verbs of an engine, put together from what they need.
 *
 * @param catalogs the agents of each tenant
 * @param brain what decides
 * @param evidence what has been learned of each tenant
 * @param reserving keeps budgets and limits
 * @param log where decisions go whose callers do not write them
 * @param metrics what is decided and refused
 * @param semantic what semantic routes need
 * @param features what is answered
 * @param engine what {@code status} says
 */
public record EngineVerbs(
        CatalogStore catalogs,
        Brain brain,
        EvidenceFeed evidence,
        ReservingRouter reserving,
        DecisionLog log,
        DecisionMetrics metrics,
        Semantic semantic,
        Set<Feature> features,
        EngineDescription engine) {

    /**
     * What the verbs of semantic routes need.
     *
     * @param routes the routes of each tenant
     * @param finder finds those for a query
     * @param fits run what takes seconds of a processor
     */
    public record Semantic(RouteStore routes, RouteFinder finder, ExecutorService fits) {}

    public EngineVerbs {
        features = Set.copyOf(features);
    }

    /** The same, counting elsewhere. */
    public EngineVerbs counting(DecisionMetrics elsewhere) {
        return new EngineVerbs(catalogs, brain, evidence, reserving, log, elsewhere, semantic, features, engine);
    }

    /** The verbs, those of features that are off among them, which say so. */
    public Verbs verbs() {
        JsonMapper json = ProtocolJson.mapper();
        RoutingCalls calls = new RoutingCalls(catalogs, evidence::routerOf, reserving, log, metrics);
        ClassifyRequestVerb classify = new ClassifyRequestVerb(brain::classify, json);
        EmbedVerb embed = new EmbedVerb(brain.sentences());
        return new Verbs(
                json,
                List.of(
                        new StatusVerb(engine, catalogs, json),
                        new RouteVerb(calls, json),
                        new ExplainRouteVerb(calls),
                        new SimilarRequestsVerb(evidence::routerOf, brain.dimension()),
                        ifOn(Feature.ROUTING_OPTIMIZER, new RouteMultiVerb(calls)),
                        ifOn(Feature.ROUTING_OPTIMIZER, new BatchRouteVerb(calls)),
                        ifOn(Feature.ROUTING_OPTIMIZER, new OptimizeBudgetVerb(catalogs, brain, evidence::routerOf)),
                        ifOn(Feature.ROUTING_FASTGRNN, classify),
                        ifOn(Feature.ROUTING_FASTGRNN, classify.ofMany()),
                        ifOn(Feature.ROUTING_FASTGRNN, new ClassifyCapabilitiesVerb(brain::classify)),
                        ifOn(Feature.ROUTING_SEMANTIC, embed),
                        ifOn(Feature.ROUTING_SEMANTIC, embed.ofMany()),
                        ifOn(
                                Feature.ROUTING_SEMANTIC,
                                new FindAgentsVerb(catalogs, brain.sentences(), brain.capabilityVectors())),
                        ifOn(Feature.ROUTING_SEMANTIC, new PrepareRouteVerb(brain.sentences())),
                        ifOn(
                                Feature.ROUTING_SEMANTIC,
                                new SemanticRouteVerb(semantic.routes(), brain.sentences(), semantic.finder())),
                        ifOn(Feature.ROUTING_SEMANTIC, new RouteMapVerb(semantic.routes(), brain.sentences())),
                        ifOn(
                                Feature.ROUTING_SEMANTIC,
                                new FitRoutesVerb(semantic.routes(), brain.sentences(), semantic.fits(), json))));
    }

    private Verb<?> ifOn(Feature feature, Verb<?> verb) {
        return features.contains(feature) ? verb : new FeatureOffVerb(verb.name(), feature);
    }
}
