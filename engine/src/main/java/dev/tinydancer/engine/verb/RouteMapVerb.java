package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.brain.SentenceModel;
import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.catalog.RouteStore;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.RouteMap;
import dev.tinydancer.router.semantic.SemanticRoute;
import dev.tinydancer.router.semantic.Utterance;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** {@code route_map}: utterances and queries in a plane, for {@code ruvector_route_map}. */
final class RouteMapVerb implements Verb<RouteMapVerb.Queries> {

    private static final int MOST_QUERIES = 50;

    /** More would hide each other in a picture. */
    private static final int MOST_UTTERANCES = 2_000;

    private static final int ROUTES_OF_A_QUERY = 3;

    /** The arguments of {@code ruvector_route_map}. */
    record Queries(@Nullable List<String> queries) {}

    private final RouteStore routes;
    private final SentenceModel sentences;

    /** For as long as somebody holds the routes. */
    private final Map<RouteIndex, RouteMap> maps = Collections.synchronizedMap(new WeakHashMap<>());

    RouteMapVerb(RouteStore routes, SentenceModel sentences) {
        this.routes = routes;
        this.sentences = sentences;
    }

    @Override
    public String name() {
        return "route_map";
    }

    @Override
    public Class<Queries> argumentsType() {
        return Queries.class;
    }

    @Override
    public void answer(Call<Queries> call, Reply reply) throws InterruptedException {
        List<String> queries = call.arguments().queries() == null
                ? List.of()
                : call.arguments().queries();
        if (queries.size() > MOST_QUERIES) {
            throw new EngineException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    "queries must have at most " + MOST_QUERIES + " elements, got " + queries.size());
        }
        RouteIndex index = call.routes(routes);
        RouteMap map = map(index);
        reply.rows(null);
        long shown = 0;
        for (SemanticRoute route : index.routes()) {
            double threshold = index.threshold(route.name());
            for (Utterance utterance : route.utterances()) {
                if (shown++ < MOST_UTTERANCES) {
                    reply.row(row("utterance", utterance.text(), map.place(utterance), route.name(), null, threshold));
                }
            }
        }
        for (int i = 0; i < queries.size(); i++) {
            String text = Arguments.text("queries[" + (i + 1) + "]", queries.get(i));
            Utterance query = Utterance.of(text, sentences.embed(text));
            for (RouteIndex.Standing standing : index.standings(query, ROUTES_OF_A_QUERY)) {
                reply.row(row(
                        "query",
                        text,
                        map.place(query),
                        standing.route(),
                        standing.similarity(),
                        standing.threshold()));
            }
        }
    }

    /** Made outside of the lock, which is all tenants'. */
    private RouteMap map(RouteIndex index) {
        RouteMap known = maps.get(index);
        if (known == null) {
            known = RouteMap.of(index);
            maps.put(index, known);
        }
        return known;
    }

    private static CompositeText row(
            String kind,
            String text,
            RouteMap.Place place,
            String route,
            @Nullable Double similarity,
            double threshold) {
        return new CompositeText()
                .text(kind)
                .text(text)
                .text(route)
                .float8(place.x())
                .float8(place.y())
                .float8(similarity)
                .float8(threshold);
    }
}
