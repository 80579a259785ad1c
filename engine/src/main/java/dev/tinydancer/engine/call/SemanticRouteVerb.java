package dev.tinydancer.engine.call;

import dev.tinydancer.engine.brain.SentenceModel;
import dev.tinydancer.engine.catalog.RouteStore;
import dev.tinydancer.engine.semantic.RouteFinder;
import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.RouteMatch;
import dev.tinydancer.router.semantic.Utterance;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code semantic_route}: the routes that fit a query, for {@code ruvector_semantic_route}. */
final class SemanticRouteVerb implements Verb<SemanticRouteVerb.Query> {

    private static final RowShape SHAPE = RowShape.of(
            new Column("route_name", ColumnType.TEXT),
            new Column("similarity", ColumnType.DOUBLE),
            new Column("target_agent", ColumnType.TEXT),
            new Column("confidence", ColumnType.DOUBLE));

    /**
     * The arguments of {@code ruvector_semantic_route}, with its context taken apart.
     *
     * @param nowMs when it is asked, in milliseconds since 1970
     */
    record Query(
            @Nullable String query,
            @Nullable Integer topK,
            @Nullable String userTier,
            long nowMs) {}

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
    public void answer(Call<Query> call, ResultWriter result) throws InterruptedException {
        Query query = call.arguments();
        String text = Arguments.text("query", query.query());
        int topK = Arguments.countWithin("top_k", query.topK(), 1, Integer.MAX_VALUE);
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
        Notice.write(result, found.notice());
        result.rows(SHAPE);
        for (RouteMatch match : found.matches()) {
            result.row();
            result.text(match.route().name());
            result.float8(match.similarity());
            result.text(match.route().targetAgent());
            result.float8(match.confidence());
        }
    }
}
