package dev.tinydancer.router.semantic;

import dev.tinydancer.router.semantic.Ranking.Scored;
import dev.tinydancer.router.semantic.RowSearch.Hits;
import dev.tinydancer.router.vector.VectorMath;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Routes as they stood at one moment, ready to be searched. Immutable and safe for use by several threads; a change makes
 * a new index, which shares with the old one what has not changed.
 *
 * <p>Conditions are checked before anything is ranked. So a search for k routes finds k whenever k open ones reach their
 * thresholds, whatever else is closed.
 *
 * <p>Up to {@value #GRAPH_FROM_ROWS} utterances a search is exact: it returns what comparing with every route would. For
 * more, {@link #withGraph} makes an index that searches a proximity graph instead. Building one takes minutes for a
 * hundred thousand, which is why it is never done unasked: {@link #wantsGraph} tells when it pays, and whoever owns the
 * index builds it in the background and goes on with {@link #updated} of the result.
 */
public final class RouteIndex {
    /*
     * A search takes the nearest utterances first and scores the routes that own them. Of the routes not seen so far it
     * then knows a bound: no utterance of theirs is nearer than the last one found, a mixture of utterances gains at
     * most a factor known for each route, and how much wording adds is known exactly. Whoever could still matter under
     * its bound is scored as well. This is Fagin's threshold algorithm [1] with two sorted lists, of which one, the
     * lexical, is read to its end.
     *
     * [1] Fagin, Lotem, Naor: Optimal Aggregation Algorithms for Middleware, section 4 (2003).
     */

    /** The number of utterances above which a graph is worth building; docs/semantic-routes.md has the times of both. */
    public static final int GRAPH_FROM_ROWS = 10_000;

    /** For rounding in single precision, of cosines and of their bounds. */
    private static final double ROUNDING = 1e-5;

    private static final int ROWS_PER_RESULT = 4;

    /** One result more for the margin, one for what stands at the edge of a group of equals. */
    private static final int RESULTS_BESIDE = 2;

    /** Of a route with hundreds of utterances, the nearest few carry the weight. */
    private static final int MOST_ROWS_PER_ROUTE = 8;

    private final RouteCalibration calibration;
    private final int graphFromRows;

    /** Ordered by name; elsewhere a route is known by its place in this list. */
    private final List<IndexedRoute> routes;

    private final Map<String, Integer> places;
    private final double[] defaultThresholds;

    /** What each route has to reach. */
    private final double[] thresholds;

    /** {@link IndexedRoute#shortestMixture} of each. */
    private final double[] shortestMixtures;

    /** The places of routes that have conditions, ascending. */
    private final int[] conditional;

    private final LexicalIndex lexical;
    private final int rowCount;
    private final @Nullable GraphSegment graph;

    /** Null for an index without routes. */
    private final @Nullable RowSearch rows;

    private RouteIndex(
            List<IndexedRoute> routes, RouteCalibration calibration, int graphFromRows, @Nullable GraphSegment graph) {
        this.routes = routes;
        this.calibration = calibration;
        this.graphFromRows = graphFromRows;
        this.graph = graph;
        List<SemanticRoute> plain = routes();
        places = placesByName(plain);
        defaultThresholds = routes.stream()
                .mapToDouble(route -> calibration.threshold().threshold(routes.size(), route.selfSimilarity()))
                .toArray();
        thresholds = IntStream.range(0, plain.size())
                .mapToDouble(place ->
                        Objects.requireNonNullElse(plain.get(place).scoreThreshold(), defaultThresholds[place]))
                .toArray();
        shortestMixtures =
                routes.stream().mapToDouble(IndexedRoute::shortestMixture).toArray();
        conditional = IntStream.range(0, plain.size())
                .filter(place -> !plain.get(place).conditions().equals(RouteConditions.NONE))
                .toArray();
        lexical = LexicalIndex.of(plain);
        rowCount = plain.stream().mapToInt(route -> route.utterances().size()).sum();
        rows = plain.isEmpty() ? null : graph == null ? ExactRows.of(plain) : GraphRows.of(plain, graph, graphFromRows);
    }

    /** An index for utterances embedded by bge-small; see {@link #of(Collection, RouteCalibration)}. */
    public static RouteIndex of(Collection<SemanticRoute> routes) {
        return of(routes, RouteCalibration.BGE_SMALL);
    }

    /**
     * An index that searches exactly, however many routes there are.
     *
     * @param calibration of the embedding model that made the utterances' vectors
     * @throws IllegalArgumentException if two routes have the same name, or vectors of different dimensions
     */
    public static RouteIndex of(Collection<SemanticRoute> routes, RouteCalibration calibration) {
        return of(routes, calibration, GRAPH_FROM_ROWS);
    }

    /**
     * The same with another idea of when a graph pays.
     *
     * @param graphFromRows above how many utterances, at least 0
     */
    public static RouteIndex of(Collection<SemanticRoute> routes, RouteCalibration calibration, int graphFromRows) {
        if (graphFromRows < 0) {
            throw new IllegalArgumentException("graphFromRows must be at least 0, got " + graphFromRows);
        }
        return new RouteIndex(
                indexed(routes, route -> new IndexedRoute(route, calibration.scoring())),
                calibration,
                graphFromRows,
                null);
    }

    /**
     * An index of other routes that keeps what it can of this one. A graph goes on serving the routes that it was built
     * with, as far as they are unchanged; all others are searched exactly until the next is built.
     *
     * @throws IllegalArgumentException as {@link #of(Collection, RouteCalibration)}
     */
    public RouteIndex updated(Collection<SemanticRoute> newRoutes) {
        return new RouteIndex(
                indexed(newRoutes, route -> {
                    Integer place = places.get(route.name());
                    return place != null && routes.get(place).route().equals(route)
                            ? routes.get(place)
                            : new IndexedRoute(route, calibration.scoring());
                }),
                calibration,
                graphFromRows,
                graph);
    }

    /** Whether there are enough utterances for a graph, and none that serves nearly all of them. */
    public boolean wantsGraph() {
        return rowCount > graphFromRows && !(rows instanceof GraphRows graphRows && graphRows.isFresh());
    }

    /** An index of the same routes with a graph built anew. Takes about a millisecond for each utterance. */
    public RouteIndex withGraph() {
        return new RouteIndex(routes, calibration, graphFromRows, GraphSegment.build(routes()));
    }

    /** The routes, ordered by name. */
    public List<SemanticRoute> routes() {
        return routes.stream().map(IndexedRoute::route).toList();
    }

    /** The route of a name. */
    public Optional<SemanticRoute> find(String name) {
        return Optional.ofNullable(places.get(name))
                .map(place -> routes.get(place).route());
    }

    /**
     * The similarity that a route has to reach: its own threshold, or the fitted default.
     *
     * @throws IllegalArgumentException if there is no such route
     */
    public double threshold(String name) {
        return thresholds[place(name)];
    }

    private int place(String name) {
        Integer place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("there is no route \"" + name + "\"");
        }
        return place;
    }

    /**
     * The routes that fit a query best.
     *
     * @param text the query, for the words that it shares with routes; may be empty
     * @param vector its embedding, {@code float[dimension]}, of any length; all zero fits no route
     * @param topK how many routes to find, at least 1
     * @return at most {@code topK} routes that are open and reach their thresholds, the best first; those that are equally
     *     similar within the tolerance by priority. Empty when no route fits
     * @throws IllegalArgumentException if the vector has another dimension than the routes or is not finite
     */
    public List<RouteMatch> match(String text, float[] vector, int topK, RouteContext context) {
        if (topK < 1) {
            throw new IllegalArgumentException("top_k must be at least 1, got " + topK);
        }
        float[] query = vector.clone();
        checkQuery(query);
        if (rows == null || VectorMath.normalizeInPlace(query) == 0) {
            return List.of();
        }
        float[] wording = lexical.similarities(text);
        Ranking ranking = new Ranking(topK, calibration.scoring().tieTolerance());
        rank(query, wording, rows, closed(context), ranking, rowsToAskFor(topK));
        return ranking.best().stream()
                .map(scored -> match(scored, query, ranking))
                .toList();
    }

    /**
     * How a query stands to a route, whatever the route's conditions.
     *
     * @param similarity in [0, 1]
     * @param threshold that it has to reach for a match
     */
    public record Standing(String route, double similarity, double threshold) {}

    /** The routes most similar to a query, at most so many, the most similar first; those that it misses among them. */
    public List<Standing> standings(Utterance query, int count) {
        return mostSimilar(query, count).stream()
                .map(scored -> new Standing(
                        routes.get(scored.place()).route().name(), scored.similarity(), thresholds[scored.place()]))
                .toList();
    }

    /** The routes most similar to a query, whatever their conditions and thresholds, the most similar first. */
    List<Scored> mostSimilar(Utterance query, int count) {
        float[] wording = lexical.similarities(query.text());
        return IntStream.range(0, routes.size())
                .mapToObj(place -> score(place, query.vector(), wording))
                .sorted(Ranking.BY_SIMILARITY)
                .limit(count)
                .toList();
    }

    /**
     * The mean similarity of each utterance of a route to the mixture of the others, NaN if it has only one.
     *
     * @throws IllegalArgumentException if there is no such route
     */
    public double selfSimilarity(String name) {
        return routes.get(place(name)).selfSimilarity();
    }

    /** The fitted default threshold of each route, by place. */
    double[] defaultThresholds() {
        return defaultThresholds.clone();
    }

    private void rank(
            float[] query, float[] wording, RowSearch search, @Nullable BitSet closed, Ranking ranking, int count) {
        Hits hits = search.nearest(query, count, closed);
        hits.routes().stream().forEach(place -> offer(place, query, wording, ranking));
        if (hits.bound() == Float.NEGATIVE_INFINITY) {
            return;
        }
        // All routes for each query: nothing here may look at a route itself, which is as good as never in a cache.
        RouteScoring scoring = calibration.scoring();
        double cosineBound = Math.max(0, hits.bound()) + ROUNDING;
        for (int place = 0; place < thresholds.length; place++) {
            double gain = search.isExact() ? shortestMixtures[place] : 1;
            double bound = scoring.similarity(cosineBound / gain, wording[place]);
            if (ranking.couldMatter(bound, thresholds[place])
                    && !hits.routes().get(place)
                    && (closed == null || !closed.get(place))) {
                offer(place, query, wording, ranking);
            }
        }
    }

    private void offer(int place, float[] query, float[] wording, Ranking ranking) {
        ranking.offer(score(place, query, wording), thresholds[place]);
    }

    private Scored score(int place, float[] query, float[] wording) {
        double cosine = routes.get(place).cosine(query);
        return new Scored(
                place,
                routes.get(place).route().priority(),
                cosine,
                wording[place],
                calibration.scoring().similarity(cosine, wording[place]));
    }

    private RouteMatch match(Scored scored, float[] query, Ranking ranking) {
        IndexedRoute indexed = routes.get(scored.place());
        double excess = scored.similarity() - defaultThresholds[scored.place()];
        return new RouteMatch(
                indexed.route(),
                scored.similarity(),
                calibration.confidence().confidence(excess, ranking.margin(scored)),
                thresholds[scored.place()],
                scored.cosine(),
                scored.lexical(),
                indexed.nearestUtterance(query));
    }

    /** The routes whose conditions are not met, null if all are. */
    private @Nullable BitSet closed(RouteContext context) {
        BitSet closed = null;
        for (int place : conditional) {
            SemanticRoute route = routes.get(place).route();
            if (!route.conditions().admit(route.name(), context)) {
                closed = closed == null ? new BitSet(routes.size()) : closed;
                closed.set(place);
            }
        }
        return closed;
    }

    private int rowsToAskFor(int topK) {
        int rowsPerRoute = Math.min(MOST_ROWS_PER_ROUTE, Math.ceilDiv(rowCount, routes.size()));
        return (int) Math.min(rowCount, (long) ROWS_PER_RESULT * rowsPerRoute * ((long) topK + RESULTS_BESIDE));
    }

    private void checkQuery(float[] query) {
        if (!routes.isEmpty() && query.length != routes.getFirst().route().dimension()) {
            throw new IllegalArgumentException(
                    "vector must have " + routes.getFirst().route().dimension() + " components, got " + query.length);
        }
        for (int i = 0; i < query.length; i++) {
            if (!Float.isFinite(query[i])) {
                throw new IllegalArgumentException("vector must be finite, got " + query[i] + " at " + i);
            }
        }
    }

    private static List<IndexedRoute> indexed(
            Collection<SemanticRoute> routes, Function<SemanticRoute, IndexedRoute> index) {
        List<IndexedRoute> indexed = routes.stream()
                .sorted(Comparator.comparing(SemanticRoute::name))
                .map(index)
                .toList();
        for (IndexedRoute other : indexed) {
            SemanticRoute first = indexed.getFirst().route();
            if (other.route().dimension() != first.dimension()) {
                throw new IllegalArgumentException("routes must have vectors of one dimension, got "
                        + first.dimension() + " for \"" + first.name() + "\" and "
                        + other.route().dimension() + " for \"" + other.route().name() + "\"");
            }
        }
        return indexed;
    }

    private static Map<String, Integer> placesByName(List<SemanticRoute> routes) {
        Map<String, Integer> places = HashMap.newHashMap(routes.size());
        for (int place = 0; place < routes.size(); place++) {
            String name = routes.get(place).name();
            if (places.put(name, place) != null) {
                throw new IllegalArgumentException("there are two routes \"" + name + "\"");
            }
        }
        return places;
    }
}
