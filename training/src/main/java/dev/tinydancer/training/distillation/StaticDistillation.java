package dev.tinydancer.training.distillation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.embedding.SentenceEmbedder;
import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.embedding.WordPieceTokenizer;
import dev.tinydancer.router.vector.PrincipalComponents;
import dev.tinydancer.router.vector.VectorMath;
import dev.tinydancer.training.distillation.DistillationProgress.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * Makes the table of a {@link StaticEmbedder} from what the {@link SentenceEmbedder} says of tokens and texts: its
 * vectors of all tokens, reduced to their principal components and weighted by rank, and from there fitted until a
 * text's sum of token vectors points where the teacher's vector of the text points. No labels are involved.
 *
 * <p>The start follows Model2Vec (M. van Dongen and S. Tulkens, 2024) and its weights Arora et al., "A Simple but
 * Tough-to-Beat Baseline for Sentence Embeddings" (ICLR 2017), with a token's rank in the vocabulary, which is ordered by
 * frequency, in place of its frequency. Not thread-safe.
 */
public final class StaticDistillation {

    /** The vocabulary's first words; before them stand special tokens, unused ones and single characters. */
    private static final int FIRST_WORD = 996;

    /** By Zipf's law the word of rank r makes up about 0.1 / r of English text. */
    private static final double TOP_FREQUENCY = 0.1;

    private static final int TEACHING_CHUNK = 512;

    private final SentenceEmbedder teacher;
    private final WordPieceTokenizer tokenizer;
    private final DistillationSettings settings;
    private final DistillationMonitor monitor;

    public StaticDistillation(
            SentenceEmbedder teacher,
            WordPieceTokenizer tokenizer,
            DistillationSettings settings,
            DistillationMonitor monitor) {
        this.teacher = requireNonNull(teacher, "teacher");
        this.tokenizer = requireNonNull(tokenizer, "tokenizer");
        this.settings = requireNonNull(settings, "settings");
        this.monitor = requireNonNull(monitor, "monitor");
    }

    /**
     * Runs all of it: teaches the vocabulary and the texts, and fits the table. The same texts and settings give the
     * same table but for roundings: the order in which components are added up depends on the processor and on what is
     * compiled when.
     *
     * @throws CancellationException if the monitor cancels before the fitting begins; later, the result is the best table
     *     so far
     */
    public StaticEmbedder distill(List<String> texts) {
        List<float[]> vocabularyVectors = teachVocabulary();
        return fit(vocabularyVectors, texts, teach(texts));
    }

    /** The teacher's vectors of all tokens, in the order of the vocabulary; about a minute. */
    public List<float[]> teachVocabulary() {
        return teach(
                Stage.VOCABULARY,
                IntStream.range(0, tokenizer.vocabulary().size())
                        .mapToObj(token -> new int[] {token})
                        .toList());
    }

    /** The teacher's vectors of texts, in their order; a few milliseconds each. */
    public List<float[]> teach(List<String> texts) {
        return teach(Stage.TEXTS, tokenize(texts));
    }

    /**
     * Fits the table.
     *
     * @param vocabularyVectors from {@link #teachVocabulary}
     * @param texts at least as many as the table has dimensions; those without tokens are left out
     * @param textVectors the teacher's vectors of the texts, from {@link #teach}
     */
    public StaticEmbedder fit(List<float[]> vocabularyVectors, List<String> texts, List<float[]> textVectors) {
        requireSize(
                "vocabularyVectors", vocabularyVectors, tokenizer.vocabulary().size());
        requireSize("textVectors", textVectors, texts.size());
        if (texts.size() < settings.dimension()) {
            throw new IllegalArgumentException(
                    "texts must be at least " + settings.dimension() + ", got " + texts.size());
        }
        PrincipalComponents components = PrincipalComponents.of(textVectors, settings.dimension());
        List<int[]> tokens = new ArrayList<>();
        List<float[]> targets = new ArrayList<>();
        List<int[]> tokenized = tokenize(texts);
        for (int i = 0; i < tokenized.size(); i++) {
            if (tokenized.get(i).length > 0) {
                float[] target = components.project(textVectors.get(i));
                VectorMath.normalizeInPlace(target);
                tokens.add(tokenized.get(i));
                targets.add(target);
            }
        }
        float[] table = firstTable(vocabularyVectors, components);
        new TokenTableFitting(table, settings, monitor).fit(tokens, targets);
        return StaticEmbedder.of(tokenizer, settings.dimension(), table);
    }

    private List<float[]> teach(Stage stage, List<int[]> tokens) {
        List<float[]> vectors = new ArrayList<>(tokens.size());
        for (int from = 0; from < tokens.size(); from += TEACHING_CHUNK) {
            if (monitor.isCancelled()) {
                throw new CancellationException("the distillation was cancelled before there was a table");
            }
            int to = Math.min(tokens.size(), from + TEACHING_CHUNK);
            vectors.addAll(teacher.embedTokenBatch(tokens.subList(from, to)));
            monitor.onProgress(new DistillationProgress(stage, to, tokens.size(), Double.NaN, Double.NaN));
        }
        return vectors;
    }

    private List<int[]> tokenize(List<String> texts) {
        return texts.stream()
                .map(text -> tokenizer.encode(text, settings.maxTokens()))
                .toList();
    }

    /** Tokens along the texts' principal components, from their own mean, weighted by rank. */
    private float[] firstTable(List<float[]> vocabularyVectors, PrincipalComponents components) {
        int dimension = settings.dimension();
        float[] table = new float[vocabularyVectors.size() * dimension];
        for (int token = 0; token < vocabularyVectors.size(); token++) {
            System.arraycopy(components.project(vocabularyVectors.get(token)), 0, table, token * dimension, dimension);
        }
        float[] mean = new float[dimension];
        VectorMath.scaledMean(table, vocabularyVectors.size(), 1, mean);
        for (int token = 0; token < vocabularyVectors.size(); token++) {
            int rank = Math.max(1, token - FIRST_WORD + 1);
            float weight = (float) (settings.rankWeight() / (settings.rankWeight() + TOP_FREQUENCY / rank));
            for (int i = 0; i < dimension; i++) {
                table[token * dimension + i] = weight * (table[token * dimension + i] - mean[i]);
            }
        }
        return table;
    }

    private static void requireSize(String name, List<?> list, int size) {
        if (list.size() != size) {
            throw new IllegalArgumentException(name + " must be " + size + ", got " + list.size());
        }
    }
}
