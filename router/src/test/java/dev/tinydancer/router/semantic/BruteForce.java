package dev.tinydancer.router.semantic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What a route index has to answer, computed from the definitions, in double precision, by looking at every route. */
final class BruteForce {

    private BruteForce() {}

    /** A route and its similarity to the query. */
    record Compared(SemanticRoute route, double similarity) {}

    /** The matches in order. */
    static List<Compared> match(RouteIndex index, String text, float[] vector, int topK, RouteContext context) {
        List<Compared> passing = new ArrayList<>(compare(index.routes(), text, vector).stream()
                .filter(compared ->
                        compared.route().conditions().admit(compared.route().name(), context))
                .filter(compared -> compared.similarity()
                        >= index.threshold(compared.route().name()))
                .sorted(Comparator.comparingDouble(Compared::similarity).reversed())
                .toList());
        double tolerance = RouteCalibration.BGE_SMALL.scoring().tieTolerance();
        List<Compared> matches = new ArrayList<>();
        while (!passing.isEmpty()) {
            double best = passing.getFirst().similarity();
            List<Compared> equals = passing.stream()
                    .filter(compared -> best - compared.similarity() <= tolerance)
                    .sorted(Comparator.comparingInt(
                                    (Compared compared) -> compared.route().priority())
                            .reversed())
                    .toList();
            matches.addAll(equals);
            passing.removeAll(equals);
        }
        return matches.subList(0, Math.min(topK, matches.size()));
    }

    private static List<Compared> compare(List<SemanticRoute> routes, String text, float[] vector) {
        float[] lexical = LexicalIndex.of(routes).similarities(text);
        RouteScoring scoring = RouteCalibration.BGE_SMALL.scoring();
        return IntStream.range(0, routes.size())
                .mapToObj(i -> {
                    double cosine = Math.max(0, cosine(routes.get(i), vector, scoring.sharpness()));
                    double gap = (1 - cosine) * (1 - scoring.lexicalWeight() * lexical[i]);
                    return new Compared(routes.get(i), 1 - gap);
                })
                .toList();
    }

    private static double cosine(SemanticRoute route, float[] vector, double sharpness) {
        double[] mixture = new double[vector.length];
        for (Utterance utterance : route.utterances()) {
            double[] unit = toDoubles(utterance.vector());
            double weight = Math.exp(sharpness * cosine(unit, toDoubles(vector)));
            for (int i = 0; i < mixture.length; i++) {
                mixture[i] += weight * unit[i];
            }
        }
        return cosine(mixture, toDoubles(vector));
    }

    private static double cosine(double[] a, double[] b) {
        double product = 0;
        double aSquares = 0;
        double bSquares = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            aSquares += a[i] * a[i];
            bSquares += b[i] * b[i];
        }
        return product / Math.sqrt(aSquares * bSquares);
    }

    private static double[] toDoubles(float[] vector) {
        double[] doubles = new double[vector.length];
        for (int i = 0; i < vector.length; i++) {
            doubles[i] = vector[i];
        }
        return doubles;
    }
}
