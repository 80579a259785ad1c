package dev.tinydancer.training.classifier;

import dev.tinydancer.router.embedding.WordPieceTokenizer;
import dev.tinydancer.router.neural.PhraseTable;
import dev.tinydancer.router.neural.TokenWindow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Labelled requests as token numbers, and new ones from the grammar for each epoch. Each category weighs the same,
 * however many requests it has.
 */
final class TrainingSet {

    /** Share of the grammar's passages that are taken from the labelled requests instead. */
    private static final float OWN_PASSAGES = 0.7f;

    private static final int SHORTEST_PASSAGE = 150;
    private static final int LONGEST_PASSAGE = 1500;

    /** With fewer, no phrase could be common to enough of them. */
    private static final int FEW_SOURCES = 5;

    private static final int GRAMMAR_SAMPLE = 400;
    private static final int GRAMMAR_GROUPS = 5;
    private static final Pattern LINE_BREAKS = Pattern.compile("\\R+");

    private final WordPieceTokenizer tokenizer;
    private final TokenWindow window;
    private final Labels labels;
    private final float smoothing;
    private final List<Example> requests = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();
    private final List<String> passages = new ArrayList<>();

    /** @param smoothing see {@link ClassifierOptions.Regularization} */
    TrainingSet(
            WordPieceTokenizer tokenizer,
            TokenWindow window,
            Labels labels,
            float smoothing,
            List<LabelledRequest> labelled) {
        this.tokenizer = tokenizer;
        this.window = window;
        this.labels = labels;
        this.smoothing = smoothing;
        Map<String, Integer> counts = new HashMap<>();
        labelled.forEach(request -> counts.merge(request.category(), 1, Integer::sum));
        for (LabelledRequest request : labelled) {
            int count = counts.getOrDefault(request.category(), 1);
            sources.add(request.source());
            requests.add(example(
                    request.text(),
                    request.category(),
                    RequestCapabilities.of(request),
                    (float) labelled.size() / counts.size() / count));
            for (String line : LINE_BREAKS.split(request.text())) {
                if (line.length() >= SHORTEST_PASSAGE && line.length() <= LONGEST_PASSAGE) {
                    passages.add(line);
                }
            }
        }
    }

    private Example example(String text, String category, Set<String> capabilities, float weight) {
        Target target = new Target(
                labels.category(category), labels.categories().size(), smoothing, labels.capabilities(capabilities));
        return new Example(window.cut(tokenizer.encode(text, Integer.MAX_VALUE)), target, weight);
    }

    /** The labelled requests, in the order given; not a copy. */
    List<Example> requests() {
        return requests;
    }

    /**
     * The phrases that are common to several sources, or to several requests if there are few sources. The grammar counts
     * as a few sources.
     *
     * @param most largest number of phrases
     */
    PhraseTable phrases(RequestGrammar grammar, int most, Random random) {
        List<int[]> texts = new ArrayList<>();
        requests.forEach(example -> texts.add(example.tokens()));
        boolean fewSources = sources.stream().distinct().count() < FEW_SOURCES;
        List<String> origins = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            origins.add(fewSources ? "request " + i : sources.get(i));
        }
        for (String category : sharedCategories(grammar)) {
            for (int i = 0; i < GRAMMAR_SAMPLE; i++) {
                String text = grammar.request(category, () -> passage(random), random);
                texts.add(window.cut(tokenizer.encode(text, Integer.MAX_VALUE)));
                // Phrases of a rule turn up in several of these groups, those of a single passage do not.
                origins.add("grammar " + i % GRAMMAR_GROUPS);
            }
        }
        return PhraseTable.choose(texts, origins, most);
    }

    private Set<String> sharedCategories(RequestGrammar grammar) {
        Set<String> shared = new TreeSet<>(grammar.categories());
        shared.retainAll(labels.categories());
        return shared;
    }

    /**
     * The examples of one epoch in random order: every labelled request, and {@code grammarExamples} for each category
     * that grammar and labels share, all of which together weigh as much as the labelled ones.
     */
    List<Example> epoch(RequestGrammar grammar, int grammarExamples, Random random) {
        List<Example> examples = new ArrayList<>(requests);
        Set<String> shared = sharedCategories(grammar);
        float weight = (float) requests.size() / Math.max(1, shared.size() * grammarExamples);
        for (String category : shared) {
            for (int i = 0; i < grammarExamples; i++) {
                String text = grammar.request(category, () -> passage(random), random);
                Set<String> capabilities =
                        RequestCapabilities.of(new LabelledRequest(text, category, "grammar", Set.of()));
                examples.add(example(text, category, capabilities, weight));
            }
        }
        Collections.shuffle(examples, random);
        return examples;
    }

    private @Nullable String passage(Random random) {
        return passages.isEmpty() || random.nextFloat() >= OWN_PASSAGES
                ? null
                : passages.get(random.nextInt(passages.size()));
    }
}
