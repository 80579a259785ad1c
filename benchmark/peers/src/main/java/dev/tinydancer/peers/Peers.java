package dev.tinydancer.peers;

import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.vector.VectorMath;
import io.github.jbellis.jvector.vector.VectorUtilSupport;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.util.VectorUtil;

/**
 * Prints what the searches and the decisions of Tiny Dancer, Lucene, jvector and the original take: medians, the ratio to plain
 * loops of the same run, and the share of the true three nearest that was found. The searches take turns, so that whatever
 * else the machine does meets all; the original's run in a process of their own, after them, on the same vectors.
 */
public final class Peers {

    private static final int BEST = 3;
    private static final int WARM_UP_TURNS = 4;
    private static final int TURNS = 8;
    private static final int QUERIES_IN_TURN = 250;
    private static final int AGENTS = 20;

    /** The original takes 15 ms to add a vector. */
    private static final int MOST_OF_ORIGINAL = 1_000;

    private static final double MICROS_PER_NANO = 1e-3;

    private Peers() {}

    /** With the number of vectors and their dimension, or without for those that the docs have. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream out = System.out;
        if (arguments.length == 2) {
            compare(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]), out);
            return;
        }
        compare(1_000, 768, out);
        compare(10_000, 384, out);
    }

    private static void compare(int count, int dimension, PrintStream out) throws IOException, InterruptedException {
        Vectors vectors = Vectors.clustered(count, dimension, 1);
        float[][] rows = vectors.rows();
        Scan reference = Scan.plainLoops(rows);
        List<Search> searches = List.of(
                reference,
                TinyDancerSearch.exact(rows),
                TinyDancerSearch.graph(rows),
                new Scan("tiny_dancer_kernel", count, query -> row -> VectorMath.dot(query, rows[row])),
                new Scan("lucene_kernel", count, query -> row -> VectorUtil.dotProduct(query, rows[row])),
                new LuceneGraph(rows),
                jvectorKernel(rows),
                new JVectorGraph(rows));
        int[][] nearest = Arrays.stream(vectors.queries())
                .map(query -> reference.nearest(query, BEST))
                .toArray(int[][]::new);

        out.printf(Locale.ROOT, "%,d vectors of %d dimensions, the nearest %d%n", count, dimension, BEST);
        double[] medians = medians(searches, vectors.queries());
        double referenceMicros = medians[0];
        for (int place = 0; place < searches.size(); place++) {
            Search search = searches.get(place);
            int[][] found = Arrays.stream(vectors.queries())
                    .map(query -> search.nearest(query, BEST))
                    .toArray(int[][]::new);
            print(search.name(), medians[place], referenceMicros, recall(found, nearest), out);
        }
        if (count <= MOST_OF_ORIGINAL) {
            for (Original.Result result : Original.measure(vectors)) {
                double recall = result.found().isEmpty()
                        ? Double.NaN
                        : recall(result.found().toArray(int[][]::new), nearest);
                print(result.name(), result.micros(), referenceMicros, recall, out);
            }
            print("tiny_dancer_route_text_20_agents", decision(), referenceMicros, Double.NaN, out);
        }
        out.println();
    }

    private static void print(String name, double micros, double referenceMicros, double recall, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "  %-34s %10.1f µs  %8.3f of plain loops%s%n",
                name,
                micros,
                micros / referenceMicros,
                Double.isNaN(recall) ? "" : String.format(Locale.ROOT, ", recall %.4f", recall));
    }

    /** In the order of the searches. */
    private static double[] medians(List<Search> searches, float[][] queries) {
        List<List<Double>> micros =
                searches.stream().<List<Double>>map(_ -> new ArrayList<>()).toList();
        int next = 0;
        int blackHole = 0;
        for (int turn = 0; turn < WARM_UP_TURNS + TURNS; turn++) {
            for (int place = 0; place < searches.size(); place++) {
                for (int i = 0; i < QUERIES_IN_TURN; i++) {
                    float[] query = queries[(next + i) % queries.length];
                    long began = System.nanoTime();
                    blackHole += searches.get(place).nearest(query, BEST)[0];
                    if (turn >= WARM_UP_TURNS) {
                        micros.get(place).add((System.nanoTime() - began) * MICROS_PER_NANO);
                    }
                }
            }
            next += QUERIES_IN_TURN;
        }
        if (blackHole < 0) {
            throw new IllegalStateException("a place is negative");
        }
        return micros.stream().mapToDouble(Peers::median).toArray();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static double recall(int[][] found, int[][] nearest) {
        long hits = IntStream.range(0, nearest.length)
                .mapToLong(i -> Arrays.stream(nearest[i])
                        .filter(place -> Arrays.stream(found[i]).anyMatch(other -> other == place))
                        .count())
                .sum();
        return (double) hits / (BEST * nearest.length);
    }

    /** On vectors of jvector's own kind, which are made beforehand, as its users have them. */
    private static Scan jvectorKernel(float[][] rows) {
        VectorizationProvider provider = VectorizationProvider.getInstance();
        VectorTypeSupport types = provider.getVectorTypeSupport();
        VectorUtilSupport kernels = provider.getVectorUtilSupport();
        VectorFloat<?>[] vectors =
                Arrays.stream(rows).map(types::createFloatVector).toArray(VectorFloat<?>[]::new);
        return new Scan("jvector_kernel", rows.length, query -> {
            VectorFloat<?> own = types.createFloatVector(query);
            return row -> kernels.dotProduct(own, vectors[row]);
        });
    }

    /** The whole decision from a text, beside the original's from embeddings that somebody has made. */
    private static double decision() {
        AdaptiveRouter router = AdaptiveRouter.create();
        for (int i = 0; i < AGENTS; i++) {
            router.register(Agent.named("agent-" + i)
                    .capabilities("reasoning", "code")
                    .usdPer1kTokens(0.001 * (i + 1))
                    .averageLatencyMillis(200 + 100 * i)
                    .quality(0.6 + 0.019 * i)
                    .build());
        }
        List<String> texts = Stream.of(
                        "Write a Python function that sorts %s by %s", "What is the capital of %s and of %s?")
                .flatMap(form -> Stream.of("orders", "France", "books", "Peru")
                        .flatMap(one -> Stream.of("price", "Spain", "age").map(other -> form.formatted(one, other))))
                .toList();
        List<Double> micros = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            long began = System.nanoTime();
            router.route(texts.get(i % texts.size()), Policy.BALANCED);
            if (i >= 10_000) {
                micros.add((System.nanoTime() - began) * MICROS_PER_NANO);
            }
        }
        return median(micros);
    }
}
