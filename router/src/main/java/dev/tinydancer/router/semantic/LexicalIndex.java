package dev.tinydancer.router.semantic;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much of a query's wording stands in each route's texts. Immutable.
 *
 * <p>This is what catches what an embedding blurs: product names, error codes, identifiers.
 */
final class LexicalIndex {

    /*
     * BM25 [1] over one document per route, brought to [0, 1] so that it can be weighed against a cosine:
     *
     *   similarity(q, d) = sum over words w of q: idf(w) * tf(w, d) / (tf(w, d) + k1 * (1 - b + b * |d| / avg))
     *                      divided by sum over words w of q: idf(w)
     *
     * It is the share of the query's information that the document carries: 0 when no word is shared, and near 1 only
     * when all of them are there, repeatedly. A word that no route has counts in the divisor like the rarest.
     *
     * [1] Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond, section 3.4 (2009).
     */

    private static final double K1 = 1.2;
    private static final double B = 0.75;

    /** The routes that have a word, ascending, and what the word adds to the sum for each. */
    private static final class Postings {

        final double idf;
        final int[] routes;
        final float[] gains;

        Postings(double idf, int[] routes, float[] gains) {
            this.idf = idf;
            this.routes = routes;
            this.gains = gains;
        }
    }

    private final Map<String, Postings> postings;
    private final double unknownIdf;
    private final int routes;

    private LexicalIndex(Map<String, Postings> postings, double unknownIdf, int routes) {
        this.postings = postings;
        this.unknownIdf = unknownIdf;
        this.routes = routes;
    }

    /** An index of the routes' descriptions and utterances. A route is known by its place in the list. */
    static LexicalIndex of(List<SemanticRoute> routes) {
        Map<String, Growing> counts = new HashMap<>();
        int[] lengths = new int[routes.size()];
        for (int r = 0; r < routes.size(); r++) {
            int route = r;
            textsOf(routes.get(r))
                    .forEach(text -> Words.forEach(text, word -> {
                        lengths[route]++;
                        counts.computeIfAbsent(word, w -> new Growing()).count(route);
                    }));
        }
        double averageLength = Arrays.stream(lengths).average().orElse(0);
        Map<String, Postings> postings = HashMap.newHashMap(counts.size());
        counts.forEach((word, growing) -> postings.put(word, growing.postings(routes.size(), lengths, averageLength)));
        return new LexicalIndex(postings, idf(0, routes.size()), routes.size());
    }

    /**
     * The similarity of a text to every route, in [0, 1].
     *
     * @return {@code float[routes]}
     */
    float[] similarities(String query) {
        float[] sums = new float[routes];
        Set<String> words = new HashSet<>();
        Words.forEach(query, words::add);
        double information = 0;
        for (String word : words) {
            Postings found = postings.get(word);
            if (found == null) {
                information += unknownIdf;
                continue;
            }
            information += found.idf;
            for (int i = 0; i < found.routes.length; i++) {
                sums[found.routes[i]] += found.gains[i];
            }
        }
        if (information > 0) {
            float scale = (float) (1 / information);
            for (int r = 0; r < routes; r++) {
                sums[r] = Math.min(1, sums[r] * scale);
            }
        }
        return sums;
    }

    /** The route's own texts, each once: the description often is the utterance. */
    private static Set<String> textsOf(SemanticRoute route) {
        Set<String> texts = new HashSet<>();
        texts.add(route.description());
        route.utterances().forEach(utterance -> texts.add(utterance.text()));
        return texts;
    }

    /** Inverse document frequency in the form that is never negative. */
    private static double idf(int routesWithWord, int routes) {
        return Math.log(1 + (routes - routesWithWord + 0.5) / (routesWithWord + 0.5));
    }

    /** The occurrences of one word while the routes are read one after the other. */
    private static final class Growing {

        private int[] routes = new int[2];
        private int[] counts = new int[2];
        private int size;

        void count(int route) {
            if (size > 0 && routes[size - 1] == route) {
                counts[size - 1]++;
                return;
            }
            if (size == routes.length) {
                routes = Arrays.copyOf(routes, size * 2);
                counts = Arrays.copyOf(counts, size * 2);
            }
            routes[size] = route;
            counts[size++] = 1;
        }

        Postings postings(int allRoutes, int[] lengths, double averageLength) {
            double idf = idf(size, allRoutes);
            float[] gains = new float[size];
            for (int i = 0; i < size; i++) {
                double norm = K1 * (1 - B + B * lengths[routes[i]] / averageLength);
                gains[i] = (float) (idf * counts[i] / (counts[i] + norm));
            }
            return new Postings(idf, Arrays.copyOf(routes, size), gains);
        }
    }
}
