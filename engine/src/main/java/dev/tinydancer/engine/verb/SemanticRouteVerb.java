package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.brain.SentenceModel;
import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.catalog.RouteStore;
import dev.tinydancer.engine.semantic.RouteFinder;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.RouteMatch;
import dev.tinydancer.router.semantic.Utterance;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code semantic_route}: the routes that fit a query, for {@code ruvector_semantic_route}. */
final class SemanticRouteVerb implements Verb<SemanticRouteVerb.Query> {

    private static final int USUAL_ROUTES = 3;

    /**
     * The arguments of {@code ruvector_semantic_route}, with its context taken apart.
     *
     * @param nowMs when it is asked, in milliseconds since 1970
     */
    record Query(
            @Nullable String query,
            @Nullable Integer topK,
            @Nullable String userTier,
            long nowMs,
            @Nullable Map<String, Object> options) {}

    private final RouteStore routes;
    private final SentenceModel sentences;
    private final RouteFinder finder;

    SemanticRouteVerb(RouteStore routes, SentenceModel sentences, RouteFinder finder) {
        this.routes = routes;
        this.sentences = sentences;
        this.finder = finder;
    }

    @Override
    public String name() {
        return "semantic_route";
    }

    @Override
    public Class<Query> argumentsType() {
        return Query.class;
    }

    @Override
    public void answer(Call<Query> call, Reply reply) throws InterruptedException {
        Query query = call.arguments();
        String text = Arguments.text("query", query.query());
        Arguments.noOptions(query.options());
        int topK = Arguments.countWithin("top_k", query.topK(), USUAL_ROUTES, 1, Integer.MAX_VALUE);
        RouteIndex index = call.routes(routes);
        RouteFinder.Found found = index.routes().isEmpty()
                ? new RouteFinder.Found(List.of(), null)
                : finder.find(
                        call.tenant(),
                        index,
                        new RouteFinder.Query(
                                Utterance.of(text, sentences.embed(text)),
                                topK,
                                Instant.ofEpochMilli(query.nowMs()),
                                query.userTier()));
        reply.rows(found.notice());
        for (RouteMatch match : found.matches()) {
            reply.row(new CompositeText()
                    .text(match.route().name())
                    .float8(match.similarity())
                    .text(match.route().targetAgent())
                    .float8(match.confidence()));
        }
    }
}
