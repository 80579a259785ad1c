package dev.tinydancer.router.semantic;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes routes and queries that lie in clusters, as meanings do. The same seed makes the same ones. */
final class RandomRoutes {

    private static final List<String> WORDS =
            List.of("reset", "password", "refund", "order", "late", "card", "lost", "weather", "api", "err42");

    private final Random random;
    private final int dimension;
    private final double spread;
    private final float[][] centres;

    /** @param spread how far utterances lie from the centre of their cluster, relative to the centre's length */
    RandomRoutes(long seed, int dimension, int clusters, double spread) {
        random = new Random(seed);
        this.dimension = dimension;
        this.spread = spread;
        centres = IntStream.range(0, clusters)
                .mapToObj(i -> gaussian(new float[dimension], 1))
                .toArray(float[][]::new);
    }

    /** Routes called r0000, r0001 and so on, with 1 to {@code mostUtterances} utterances of one cluster each. */
    List<SemanticRoute> routes(int count, int mostUtterances) {
        List<SemanticRoute> routes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] centre = centres[random.nextInt(centres.length)];
            List<Utterance> utterances = IntStream.range(0, 1 + random.nextInt(mostUtterances))
                    .mapToObj(u -> Utterance.of(text(), gaussian(centre, spread)))
                    .toList();
            routes.add(route(name(i), utterances, random.nextInt(3), RouteConditions.NONE, null));
        }
        return routes;
    }

    /** The same routes, some with a threshold, a tier or a limit. */
    List<SemanticRoute> withConditions(List<SemanticRoute> routes) {
        return routes.stream()
                .map(route -> route(
                        route.name(),
                        route.utterances(),
                        route.priority(),
                        switch (random.nextInt(4)) {
                            case 0 -> new RouteConditions(null, Set.of("gold"), null);
                            case 1 -> new RouteConditions(null, Set.of(), 10);
                            default -> RouteConditions.NONE;
                        },
                        random.nextBoolean() ? null : random.nextDouble()))
                .toList();
    }

    float[] query() {
        return gaussian(centres[random.nextInt(centres.length)], spread);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
        }
        return text.toString();
    }

    static String name(int i) {
        return String.format("r%04d", i);
    }

    static SemanticRoute route(
            String name,
            List<Utterance> utterances,
            int priority,
            RouteConditions conditions,
            @Nullable Double threshold) {
        return new SemanticRoute(name, "", utterances, "agent", priority, conditions, threshold);
    }

    private float[] gaussian(float[] centre, double deviation) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) (centre[i] + deviation * random.nextGaussian());
        }
        return vector;
    }
}
