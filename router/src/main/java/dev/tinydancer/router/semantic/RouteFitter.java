package dev.tinydancer.router.semantic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Learns from labelled queries how similar a query must be to each route, so that what belongs to no route gets none.
 *
 * <p>Judged by cross-validation: every figure in the result is of queries that the fit in question has not seen, its own
 * choice of how far to trust few examples included. Where learning does not help, the thresholds stay as they are.
 * Conditions and priorities of routes play no part. The same seed gives the same result. Stateless and thread-safe.
 */
public final class RouteFitter {

    private static final int DEFAULT_FOLDS = 5;

    /** A query is compared with its nearest routes only: the rest would win if all of these stood aside. */
    private static final int NEAREST_ROUTES = 16;

    /** What is tried: staying with the thresholds as they are, a common shift, and trusting examples more and more. */
    private static final List<Double> SHRINKAGES =
            List.of(Double.NaN, Double.POSITIVE_INFINITY, 100.0, 30.0, 10.0, 3.0, 1.0);

    private final int folds;
    private final long seed;

    /** A fitter with {@value #DEFAULT_FOLDS} folds. */
    public RouteFitter(long seed) {
        this(DEFAULT_FOLDS, seed);
    }

    /** @param folds into how many parts the queries are divided for judging, at least 2 */
    public RouteFitter(int folds, long seed) {
        if (folds < 2) {
            throw new IllegalArgumentException("folds must be at least 2, got " + folds);
        }
        this.folds = folds;
        this.seed = seed;
    }

    /**
     * Learns the thresholds of an index's routes.
     *
     * @param examples queries with their routes, and queries without any, which are what thresholds are for
     * @throws IllegalArgumentException if there are fewer examples than folds, or one names an unknown route
     */
    public RouteFit fit(RouteIndex index, List<LabelledQuery> examples) {
        if (examples.size() < folds) {
            throw new IllegalArgumentException(
                    "examples must be at least " + folds + ", one for each fold, got " + examples.size());
        }
        List<SemanticRoute> routes = index.routes();
        Problem problem = new Problem(index, queries(index, examples));
        List<Integer> all = IntStream.range(0, examples.size()).boxed().toList();

        int[] before = new int[examples.size()];
        all.forEach(i -> before[i] = problem.queries.get(i).answer(problem.inForce));
        int[] after = heldOutAnswers(problem, all, training -> learn(problem, training));
        double[] learned = learn(problem, all);

        SortedMap<String, Double> thresholds = new TreeMap<>();
        for (int place = 0; place < learned.length; place++) {
            thresholds.put(routes.get(place).name(), learned[place]);
        }
        List<RouteFit.Miss> misses = all.stream()
                .filter(i -> after[i] != problem.queries.get(i).label)
                .map(i -> new RouteFit.Miss(examples.get(i), nameOf(routes, after[i])))
                .toList();
        return new RouteFit(
                Collections.unmodifiableSortedMap(thresholds),
                accuracy(problem, all, before),
                accuracy(problem, all, after),
                misses);
    }

    private double[] learn(Problem problem, List<Integer> training) {
        double chosen = SHRINKAGES.getFirst();
        double best = Double.NEGATIVE_INFINITY;
        for (double shrinkage : SHRINKAGES) {
            int[] answers = heldOutAnswers(problem, training, part -> thresholds(problem, part, shrinkage));
            double balanced = accuracy(problem, training, answers).balanced();
            if (balanced > best) {
                chosen = shrinkage;
                best = balanced;
            }
        }
        return thresholds(problem, training, chosen);
    }

    private static double[] thresholds(Problem problem, List<Integer> training, double shrinkage) {
        if (Double.isNaN(shrinkage)) {
            return problem.inForce;
        }
        return new ThresholdFit(training.stream().map(problem.queries::get).toList()).fit(problem.defaults, shrinkage);
    }

    /** What each member is answered by thresholds learned without its fold; other queries' entries mean nothing. */
    private int[] heldOutAnswers(Problem problem, List<Integer> members, Function<List<Integer>, double[]> learner) {
        int[] answers = new int[problem.queries.size()];
        for (Set<Integer> heldOut : folds(problem, members)) {
            double[] thresholds = learner.apply(
                    members.stream().filter(i -> !heldOut.contains(i)).toList());
            heldOut.forEach(i -> answers[i] = problem.queries.get(i).answer(thresholds));
        }
        return answers;
    }

    /** Divides the members so that each label is spread evenly. */
    private List<Set<Integer>> folds(Problem problem, List<Integer> members) {
        List<Integer> order = new ArrayList<>(members);
        Collections.shuffle(order, new Random(seed));
        order.sort(Comparator.comparingInt(i -> problem.queries.get(i).label));
        List<Set<Integer>> parts = Stream.generate(() -> (Set<Integer>) new LinkedHashSet<Integer>())
                .limit(folds)
                .toList();
        for (int i = 0; i < order.size(); i++) {
            parts.get(i % folds).add(order.get(i));
        }
        return parts;
    }

    private static RouteAccuracy accuracy(Problem problem, List<Integer> members, int[] answers) {
        int none = 0;
        int noneRight = 0;
        int routedRight = 0;
        for (int i : members) {
            int label = problem.queries.get(i).label;
            boolean right = answers[i] == label;
            if (label == FitQuery.NONE) {
                none++;
                noneRight += right ? 1 : 0;
            } else {
                routedRight += right ? 1 : 0;
            }
        }
        return RouteAccuracy.of(members.size() - none, routedRight, none, noneRight);
    }

    private static List<FitQuery> queries(RouteIndex index, List<LabelledQuery> examples) {
        List<SemanticRoute> routes = index.routes();
        Map<String, Integer> places = HashMap.newHashMap(routes.size());
        for (int place = 0; place < routes.size(); place++) {
            places.put(routes.get(place).name(), place);
        }
        List<FitQuery> queries = new ArrayList<>(examples.size());
        for (LabelledQuery example : examples) {
            int label = FitQuery.NONE;
            if (example.routeName() != null) {
                Integer place = places.get(example.routeName());
                if (place == null) {
                    throw new IllegalArgumentException(
                            "an example names the route \"" + example.routeName() + "\", which does not exist");
                }
                label = place;
            }
            queries.add(new FitQuery(label, index.mostSimilar(example.query(), NEAREST_ROUTES)));
        }
        return queries;
    }

    private static @Nullable String nameOf(List<SemanticRoute> routes, int answer) {
        return answer == FitQuery.NONE ? null : routes.get(answer).name();
    }

    /** What is to be learned from. */
    private static final class Problem {

        final List<FitQuery> queries;

        /** The thresholds that matches have to reach now, by place. */
        final double[] inForce;

        /** What they would be without any of the routes' own, by place. */
        final double[] defaults;

        Problem(RouteIndex index, List<FitQuery> queries) {
            this.queries = queries;
            inForce = index.routes().stream()
                    .mapToDouble(route -> index.threshold(route.name()))
                    .toArray();
            defaults = index.defaultThresholds();
        }
    }
}
