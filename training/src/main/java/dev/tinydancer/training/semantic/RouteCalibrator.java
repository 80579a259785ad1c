package dev.tinydancer.training.semantic;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.semantic.ConfidenceModel;
import dev.tinydancer.router.semantic.LabelledQuery;
import dev.tinydancer.router.semantic.RouteCalibration;
import dev.tinydancer.router.semantic.RouteConditions;
import dev.tinydancer.router.semantic.RouteContext;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.RouteMatch;
import dev.tinydancer.router.semantic.RouteScoring;
import dev.tinydancer.router.semantic.SemanticRoute;
import dev.tinydancer.router.semantic.ThresholdModel;
import dev.tinydancer.router.semantic.Utterance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Learns how to read the similarities of an embedding model: which are matches, and how sure they are.
 *
 * <p>It plays users: makes routes of a few topics, from a description or from some examples, and asks queries of which
 * half belong to one of the routes and half to none of them, most of those to a topic that is not a route. The same seed
 * gives the same result. Thread-safe.
 */
public final class RouteCalibrator {

    private static final int DEFAULT_ROUNDS = 60;
    private static final int[] ROUTE_COUNTS = {1, 2, 3, 5, 10, 20, 50};

    /** How many examples a route is made of; 0 stands for its description. */
    private static final int[] UTTERANCE_COUNTS = {0, 1, 2, 3, 5, 10, 20};

    private static final int QUERIES_WITH_ROUTE = 60;
    private static final int QUERIES_OF_OTHER_TOPICS = 45;
    private static final int UNRELATED_QUERIES = 15;

    /** Of the routes most similar to a query, how many are judged. */
    private static final int JUDGED = 3;

    /** The margin that a single route is credited with, about the median of right ones among several. */
    private static final double LONE_MARGIN = 0.1;

    /**
     * From which probability on a query counts as one of a route. Less than a half: a weak match shows its low confidence
     * and can be refused, a missed one shows nothing.
     */
    private static final double LEAST_PROBABILITY = 0.4;

    /** No route here has a condition. */
    private static final RouteContext CONTEXT = RouteContext.at(Instant.EPOCH);

    private static final ThresholdModel NO_THRESHOLD = new ThresholdModel(0, 0, 0, 0);
    private static final ConfidenceModel NO_CONFIDENCE = new ConfidenceModel(0, 0, 0, LONE_MARGIN);

    private final RouteScoring scoring;
    private final int rounds;
    private final long seed;

    /** @param scoring how similarities are computed; it is taken as given */
    public RouteCalibrator(RouteScoring scoring, long seed) {
        this(scoring, DEFAULT_ROUNDS, seed);
    }

    /** @param rounds how many sets of routes are tried of each kind */
    RouteCalibrator(RouteScoring scoring, int rounds, long seed) {
        this.scoring = requireNonNull(scoring, "scoring");
        this.rounds = rounds;
        this.seed = seed;
    }

    /**
     * What was seen of a query and one of the routes most similar to it.
     *
     * @param place of the route among the most similar, from 0
     * @param margin similarity minus that of the best other route, NaN if there is none
     * @param routed whether the query belongs to any route
     * @param right whether it belongs to this one
     * @param weight such that queries with and without a route count alike
     */
    private record Observation(
            int place,
            double similarity,
            double margin,
            double selfSimilarity,
            int routes,
            boolean routed,
            boolean right,
            double weight) {}

    /**
     * The calibration for the model that made the vectors.
     *
     * @param levels topics of different breadth, say intents and subject areas; topics of one level must not overlap, and
     *     there must be at least two of them
     * @param unrelated texts about none of the topics, at least one
     */
    public RouteCalibration calibrate(List<List<CalibrationTopic>> levels, List<Utterance> unrelated) {
        List<Observation> observations = new ArrayList<>();
        Random random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            for (List<CalibrationTopic> level : levels) {
                for (int utterances : UTTERANCE_COUNTS) {
                    observe(level, unrelated, utterances, random, observations);
                }
            }
        }
        ThresholdModel threshold = fitThreshold(observations);
        return new RouteCalibration(scoring, threshold, fitConfidence(observations, threshold));
    }

    private void observe(
            List<CalibrationTopic> level,
            List<Utterance> unrelated,
            int utterances,
            Random random,
            List<Observation> observations) {
        List<CalibrationTopic> topics = new ArrayList<>(level);
        Collections.shuffle(topics, random);
        int count = Math.min(ROUTE_COUNTS[random.nextInt(ROUTE_COUNTS.length)], topics.size() / 2);
        List<SemanticRoute> routes = new ArrayList<>();
        List<LabelledQuery> queries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Utterance> examples = new ArrayList<>(topics.get(i).examples());
            Collections.shuffle(examples, random);
            String name = "topic " + i;
            routes.add(new SemanticRoute(
                    name,
                    "",
                    utterances == 0 ? List.of(topics.get(i).description()) : examples.subList(0, utterances),
                    name,
                    0,
                    RouteConditions.NONE,
                    null));
            int last = Math.min(examples.size(), utterances + Math.max(1, QUERIES_WITH_ROUTE / count));
            examples.subList(utterances, last).forEach(example -> queries.add(new LabelledQuery(example, name)));
        }
        int routed = queries.size();
        for (int i = 0; i < QUERIES_OF_OTHER_TOPICS; i++) {
            CalibrationTopic other = topics.get(count + random.nextInt(topics.size() - count));
            queries.add(new LabelledQuery(any(other.examples(), random), null));
        }
        for (int i = 0; i < UNRELATED_QUERIES; i++) {
            queries.add(new LabelledQuery(any(unrelated, random), null));
        }
        RouteIndex index = RouteIndex.of(routes, new RouteCalibration(scoring, NO_THRESHOLD, NO_CONFIDENCE));
        for (LabelledQuery query : queries) {
            int others = queries.size() - routed;
            observe(index, query, 1.0 / (query.routeName() == null ? others : routed), observations);
        }
    }

    private static void observe(RouteIndex index, LabelledQuery query, double weight, List<Observation> observations) {
        Utterance asked = query.query();
        List<RouteMatch> best = index.match(asked.text(), asked.toArray(), JUDGED, CONTEXT);
        for (int place = 0; place < best.size(); place++) {
            RouteMatch match = best.get(place);
            @Nullable RouteMatch rival = best.size() == 1 ? null : best.get(place == 0 ? 1 : 0);
            observations.add(new Observation(
                    place,
                    match.similarity(),
                    rival == null ? Double.NaN : match.similarity() - rival.similarity(),
                    index.selfSimilarity(match.route().name()),
                    index.routes().size(),
                    query.routeName() != null,
                    match.route().name().equals(query.routeName()),
                    weight));
        }
    }

    /** The similarity of the most similar route at which a query has any route with {@link #LEAST_PROBABILITY}. */
    private static ThresholdModel fitThreshold(List<Observation> observations) {
        LogisticRegression regression = new LogisticRegression(5);
        for (Observation seen : observations) {
            if (seen.place() == 0) {
                boolean several = !Double.isNaN(seen.selfSimilarity());
                regression.observe(
                        seen.routed(),
                        seen.weight(),
                        seen.similarity(),
                        1,
                        Math.log(seen.routes()),
                        several ? 1 : 0,
                        several ? seen.selfSimilarity() : 0);
            }
        }
        double[] c = regression.fit();
        double leastLogit = Math.log(LEAST_PROBABILITY / (1 - LEAST_PROBABILITY));
        return new ThresholdModel((leastLogit - c[1]) / c[0], -c[2] / c[0], -c[3] / c[0], -c[4] / c[0]);
    }

    private static ConfidenceModel fitConfidence(List<Observation> observations, ThresholdModel threshold) {
        LogisticRegression regression = new LogisticRegression(3);
        for (Observation seen : observations) {
            regression.observe(
                    seen.right(),
                    seen.weight(),
                    1,
                    seen.similarity() - threshold.threshold(seen.routes(), seen.selfSimilarity()),
                    Double.isNaN(seen.margin()) ? LONE_MARGIN : seen.margin());
        }
        double[] c = regression.fit();
        return new ConfidenceModel(c[0], c[1], c[2], LONE_MARGIN);
    }

    private static Utterance any(List<Utterance> texts, Random random) {
        return texts.get(random.nextInt(texts.size()));
    }
}
