package dev.tinydancer.benchmark.semantic;

import dev.tinydancer.router.semantic.RouteCalibration;
import dev.tinydancer.router.semantic.RouteConditions;
import dev.tinydancer.router.semantic.RouteContext;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.RouteMatch;
import dev.tinydancer.router.semantic.SemanticRoute;
import dev.tinydancer.router.semantic.Utterance;
import dev.tinydancer.router.vector.VectorMath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Finding the best three of many routes, the query being embedded already. Vectors lie in clusters, as meanings do; each
 * call gets another query. {@code scalar} is the reference of the same run: the products alone, in plain Java.
 *
 * <p>{@code java --add-modules jdk.incubator.vector -cp CLASSPATH org.openjdk.jmh.Main RouteMatchBenchmark}, with this
 * module and its dependencies on the class path.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RouteMatchBenchmark {

    private static final int QUERIES = 1_024;
    private static final int BEST = 3;
    private static final int ROUTES_PER_CLUSTER = 100;
    private static final int LEAST_CLUSTERS = 20;

    /** With a cluster's centre of length about 1, makes neighbours about as similar as related sentences are. */
    private static final double SPREAD = 0.7;

    private static final int VOCABULARY = 2_000;
    private static final int WORDS = 8;
    private static final RouteContext ANYBODY = RouteContext.at(Instant.EPOCH);

    /** Routes, utterances of each, dimension. */
    @Param({"1000x1x768", "1000x1x384", "1000x5x384", "5000x1x384", "10000x1x384", "20000x1x384"})
    private String shape = "1000x1x768";

    private final float[][] queries = new float[QUERIES][];
    private final String[] texts = new String[QUERIES];
    private RouteIndex exact = RouteIndex.of(List.of());
    private RouteIndex graph = exact;
    private float[] floats = {};
    private float[] products = {};
    private int next;

    /** Makes routes and queries, and checks that the searches agree. */
    @Setup
    public void prepare() {
        String[] sizes = shape.split("x", -1);
        int routes = Integer.parseInt(sizes[0]);
        int utterances = Integer.parseInt(sizes[1]);
        int dimension = Integer.parseInt(sizes[2]);
        Random random = new Random(1);
        int clusters = Math.max(LEAST_CLUSTERS, routes / ROUTES_PER_CLUSTER);
        float[][] centres = IntStream.range(0, clusters)
                .mapToObj(i -> near(new float[dimension], 1, random))
                .toArray(float[][]::new);
        List<SemanticRoute> made = new ArrayList<>();
        for (int i = 0; i < routes; i++) {
            float[] centre = near(centres[random.nextInt(clusters)], SPREAD, random);
            List<Utterance> examples = IntStream.range(0, utterances)
                    .mapToObj(u -> Utterance.of(text(random), utterances == 1 ? centre : near(centre, SPREAD, random)))
                    .toList();
            made.add(new SemanticRoute("route " + i, "", examples, "agent", 0, RouteConditions.NONE, 0.0));
        }
        exact = RouteIndex.of(made, RouteCalibration.BGE_SMALL, 0);
        graph = exact.withGraph();
        for (int i = 0; i < QUERIES; i++) {
            queries[i] = near(centres[random.nextInt(clusters)], SPREAD, random);
            VectorMath.normalizeInPlace(queries[i]);
            texts[i] = text(random);
        }
        int rows = routes * utterances;
        floats = new float[rows * dimension];
        products = new float[rows];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = random.nextFloat();
        }
        checkRecall();
    }

    /** By meaning alone, comparing with all. */
    @Benchmark
    public List<RouteMatch> exact() {
        next = (next + 1) % QUERIES;
        return exact.match("", queries[next], BEST, ANYBODY);
    }

    /** By meaning and wording, comparing with all. */
    @Benchmark
    public List<RouteMatch> hybrid() {
        next = (next + 1) % QUERIES;
        return exact.match(texts[next], queries[next], BEST, ANYBODY);
    }

    /** By meaning alone, through the graph. */
    @Benchmark
    public List<RouteMatch> graph() {
        next = (next + 1) % QUERIES;
        return graph.match("", queries[next], BEST, ANYBODY);
    }

    /** The reference: the dot product with every utterance in a plain loop, without looking for the best. */
    @Benchmark
    public float[] scalar() {
        next = (next + 1) % QUERIES;
        float[] query = queries[next];
        for (int row = 0; row < products.length; row++) {
            float product = 0;
            for (int i = 0; i < query.length; i++) {
                product += floats[row * query.length + i] * query[i];
            }
            products[row] = product;
        }
        return products;
    }

    private void checkRecall() {
        int found = 0;
        for (float[] query : queries) {
            List<String> expected = names(exact.match("", query, BEST, ANYBODY));
            expected.retainAll(names(graph.match("", query, BEST, ANYBODY)));
            found += expected.size();
        }
        double recall = (double) found / (BEST * QUERIES);
        if (recall < 0.995) {
            throw new IllegalStateException("the graph finds only " + recall + " of the best " + BEST);
        }
    }

    private static List<String> names(List<RouteMatch> matches) {
        return new ArrayList<>(
                matches.stream().map(match -> match.route().name()).toList());
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < WORDS; i++) {
            // Zipf's law: the inverse of a uniform number has it.
            int word = (int) Math.min(VOCABULARY, 1 / (1 - random.nextDouble()));
            text.append('w').append(word).append(' ');
        }
        return text.toString();
    }

    /** A point at about the given distance from a centre. */
    private static float[] near(float[] centre, double distance, Random random) {
        float[] point = centre.clone();
        double deviation = distance / Math.sqrt(centre.length);
        for (int i = 0; i < point.length; i++) {
            point[i] += (float) (deviation * random.nextGaussian());
        }
        return point;
    }
}
