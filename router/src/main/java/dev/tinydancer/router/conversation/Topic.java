package dev.tinydancer.router.conversation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.quality.QuantizedEmbedding;
import dev.tinydancer.router.quality.RequestFeatures;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a conversation is about: a running mix of what its turns asked for, in which earlier turns count less and less.
 *
 * @param weight how much has been said that speaks for it, in tokens that say something; positive and finite
 * @param categories probability of each category, in descending order; those below {@value #LEAST_PROBABILITY} are left out
 * @param difficulty δ of P = σ(θ - δ), in logits, finite
 */
public record Topic(double weight, Map<String, Double> categories, QuantizedEmbedding embedding, double difficulty) {
    /*
     * A turn x of n tokens speaks for itself by w = n (c + (1 - c) t), where t is the probability of the likeliest category
     * that is a task: a turn that is none, "yes, do it", counts by c alone. Beside a mix of weight m it has the share
     *
     *   s = w / (w + min(m, M))
     *
     * of the new mix, which has the weight w + min(m, M). So a long question is read as if nothing had come before, and a
     * nod is read as what it nods to.
     *
     * M and c were chosen on labelled requests (docs/conversations.md): of 24,000 nods after a task, and of half as many short
     * requests for something else after one, 0.97 and 0.95 are read right; with c = 1, 0.56 and 0.99.
     */

    /** Nothing that has been said counts for more tokens of the next turn, however much it was. */
    private static final double MOST_WEIGHT = 2.5;

    /** What a token of a turn that is no task counts. */
    private static final double CHAT_WEIGHT = 0.1;

    /** The category of turns that are no task. */
    private static final String CHAT = "conversation";

    private static final double LEAST_PROBABILITY = 0.01;

    private static final Comparator<Map.Entry<String, Double>> LIKELIEST_FIRST =
            Map.Entry.<String, Double>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey());

    public Topic {
        requireNonNull(embedding, "embedding");
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("weight must be a finite number of more than 0, got " + weight);
        }
        if (!Double.isFinite(difficulty)) {
            throw new IllegalArgumentException("difficulty must be finite, got " + difficulty);
        }
        categories.forEach((category, probability) -> {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException(
                        "the probability of " + category + " must be in [0, 1], got " + probability);
            }
        });
        categories = likely(categories);
    }

    /** What a conversation is about that begins with this turn. */
    static Topic of(RequestFeatures turn) {
        return new Topic(weight(turn), turn.categories(), QuantizedEmbedding.of(turn.embedding()), turn.difficulty());
    }

    /** The same counting for half of what a turn of a user would at most. */
    Topic asBackground() {
        return new Topic(Math.min(weight, MOST_WEIGHT / 2), categories, embedding, difficulty);
    }

    /** What the conversation is about after another turn. */
    Topic continuedBy(RequestFeatures turn) {
        return new Topic(
                weight(turn) + Math.min(weight, MOST_WEIGHT),
                categoriesWith(turn),
                QuantizedEmbedding.of(embeddingWith(turn)),
                difficultyWith(turn));
    }

    /**
     * A turn read as a part of the conversation.
     *
     * @param inputTokens length of all that an agent has to read for it, in tokens
     */
    RequestFeatures read(RequestFeatures turn, int inputTokens) {
        return new RequestFeatures(
                        inputTokens,
                        embeddingWith(turn),
                        categoriesWith(turn),
                        turn.capabilities(),
                        difficultyWith(turn))
                .readBy(turn.excerpt());
    }

    private double share(RequestFeatures turn) {
        double own = weight(turn);
        return own / (own + Math.min(weight, MOST_WEIGHT));
    }

    private double difficultyWith(RequestFeatures turn) {
        return difficulty + share(turn) * (turn.difficulty() - difficulty);
    }

    private Map<String, Double> categoriesWith(RequestFeatures turn) {
        double share = share(turn);
        Map<String, Double> mixed = new HashMap<>();
        turn.categories().forEach((category, probability) -> mixed.put(category, share * probability));
        categories.forEach((category, probability) -> mixed.merge(category, (1 - share) * probability, Double::sum));
        return descending(mixed);
    }

    private float[] embeddingWith(RequestFeatures turn) {
        float[] own = turn.embedding();
        float[] before = embedding.restore();
        if (before.length != own.length) {
            return own;
        }
        float share = (float) share(turn);
        float[] mixed = new float[own.length];
        float squares = 0;
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = share * own[i] + (1 - share) * before[i];
            squares += mixed[i] * mixed[i];
        }
        float length = (float) Math.sqrt(squares);
        for (int i = 0; length > 0 && i < mixed.length; i++) {
            mixed[i] /= length;
        }
        return mixed;
    }

    /** How many tokens the turn counts for; a turn without any still counts for something. */
    private static double weight(RequestFeatures turn) {
        double task = turn.categories().isEmpty() ? 1 : 0;
        for (Map.Entry<String, Double> category : turn.categories().entrySet()) {
            if (!category.getKey().equals(CHAT)) {
                task = Math.max(task, category.getValue());
            }
        }
        return Math.max(1, turn.inputTokens()) * (CHAT_WEIGHT + (1 - CHAT_WEIGHT) * task);
    }

    private static Map<String, Double> likely(Map<String, Double> categories) {
        Map<String, Double> likely = new HashMap<>(categories);
        likely.values().removeIf(probability -> probability < LEAST_PROBABILITY);
        return descending(likely);
    }

    private static Map<String, Double> descending(Map<String, Double> categories) {
        Map<String, Double> sorted = LinkedHashMap.newLinkedHashMap(categories.size());
        categories.entrySet().stream()
                .sorted(LIKELIEST_FIRST)
                .forEach(category -> sorted.put(category.getKey(), category.getValue()));
        return Collections.unmodifiableMap(sorted);
    }
}
