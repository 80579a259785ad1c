package dev.tinydancer.training.demand;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.embedding.WordPieceTokenizer;
import dev.tinydancer.router.neural.PhraseTable;
import dev.tinydancer.router.neural.PieceCutter;
import dev.tinydancer.router.neural.RequestPiece;
import dev.tinydancer.training.classifier.RequestGrammar;
import dev.tinydancer.training.demand.DemandRequest.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Requests of known demand, and new ones for each epoch: those of the grammar, and those of the demanding requests that were
 * made shorter, to their first sentence, or longer, by a text that has nothing to do with them. For one thread.
 */
final class DemandTrainingSet {

    /** How much each kind of data weighs among those of its level. */
    private static final Map<Kind, Float> SHARES =
            Map.of(Kind.INTENT, 0.35f, Kind.LABELLED, 0.5f, Kind.BENCHMARK, 0.8f, Kind.CHOSEN, 0.5f);

    private static final Map<DemandLevel, Float> GRAMMAR_SHARES =
            Map.of(DemandLevel.UNDEMANDING, 0.65f, DemandLevel.ORDINARY, 0.8f, DemandLevel.DEMANDING, 0.45f);

    /** Of demanding requests of which only the first sentence is left, and of those with a text pasted to them. */
    private static final float SHORTENED_SHARE = 0.18f;

    private static final float LENGTHENED_SHARE = 0.12f;

    /** How often each level is expected before a request is read. To take an ordinary request for a plain one costs most. */
    private static final Map<DemandLevel, Float> LEVEL_SHARES =
            Map.of(DemandLevel.UNDEMANDING, 0.22f, DemandLevel.ORDINARY, 0.48f, DemandLevel.DEMANDING, 0.3f);

    /** No example counts for more than so many average ones. */
    private static final float LARGEST_WEIGHT = 8;

    private static final int SHORTEST_PASSAGE = 100;
    private static final int LONGEST_PASSAGE = 1_500;
    private static final int SHORTEST_WHOLE = 300;
    private static final int LONGEST_WHOLE = 2_500;
    private static final int SHORTEST_TASK = 25;
    private static final int SHORTEST_FIRST_SENTENCE = 40;

    /** Share of the grammar's passages that are taken from the labelled requests. */
    private static final float OWN_PASSAGES = 0.85f;

    private static final int GRAMMAR_SAMPLE = 2_500;

    /** Phrases of a rule turn up in several of these groups, those of a single passage do not. */
    private static final int GROUPS = 6;

    /** One in so many questions of benchmarks helps to find the phrases. */
    private static final int BENCHMARK_SAMPLE = 5;

    private static final Pattern LINE_BREAKS = Pattern.compile("\\R+");

    private final StaticEmbedder embedder;
    private final WordPieceTokenizer tokenizer;
    private final PieceCutter cutter;
    private final RequestGrammar grammar;
    private final List<DemandRequest> requests;
    private final Map<DemandRequest, List<StudiedPiece>> studied = new HashMap<>();
    private final List<String> passages = new ArrayList<>();
    private final Map<String, Integer> sizes = new HashMap<>();
    private final Map<Kind, Long> benchmarks = new EnumMap<>(Kind.class);

    DemandTrainingSet(StaticEmbedder embedder, RequestGrammar grammar, List<DemandRequest> requests) {
        this.embedder = embedder;
        this.tokenizer = embedder.tokenizer();
        this.cutter = new PieceCutter(tokenizer);
        this.grammar = grammar;
        this.requests = List.copyOf(requests);
        for (DemandRequest request : requests) {
            sizes.merge(group(request), 1, Integer::sum);
            if (request.kind() == Kind.LABELLED) {
                collectPassages(request.text());
            }
        }
        for (Kind kind : Kind.values()) {
            benchmarks.put(
                    kind,
                    requests.stream()
                            .filter(request -> request.kind() == kind)
                            .map(DemandTrainingSet::group)
                            .distinct()
                            .count());
        }
    }

    private void collectPassages(String text) {
        for (String line : LINE_BREAKS.split(text)) {
            if (line.length() >= SHORTEST_PASSAGE && line.length() <= LONGEST_PASSAGE) {
                passages.add(line);
            }
        }
        if (text.contains("\n") && text.length() > SHORTEST_WHOLE && text.length() < LONGEST_WHOLE) {
            passages.add(text);
        }
    }

    /** Requests of one group share its weight evenly: all of a kind, or of a benchmark. */
    private static String group(DemandRequest request) {
        return request.kind() == Kind.BENCHMARK
                ? request.source()
                : request.kind().name();
    }

    /** The phrases that several sources use. */
    PhraseTable phrases(int most, Random random) {
        List<int[]> texts = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        for (DemandRequest request : requests) {
            if (request.kind() == Kind.BENCHMARK && random.nextInt(BENCHMARK_SAMPLE) > 0) {
                continue;
            }
            for (RequestPiece piece : cutter.cut(tokenizer.tokenize(request.text()))) {
                boolean fewSources = request.level() != DemandLevel.ORDINARY;
                texts.add(piece.tokens());
                sources.add(fewSources ? request.source() + texts.size() % GROUPS : request.source());
            }
        }
        for (DemandLevel level : DemandLevel.values()) {
            for (int i = 0; i < GRAMMAR_SAMPLE; i++) {
                for (RequestPiece piece : cutter.cut(tokenizer.tokenize(made(level, random)))) {
                    texts.add(piece.tokens());
                    sources.add("grammar " + level + i % GROUPS);
                }
            }
        }
        return PhraseTable.choose(texts, sources, most);
    }

    private String made(DemandLevel level, Random random) {
        return grammar.request(level.rule(), () -> passage(random), random);
    }

    private @Nullable String passage(Random random) {
        return passages.isEmpty() || random.nextFloat() >= OWN_PASSAGES
                ? null
                : passages.get(random.nextInt(passages.size()));
    }

    /** The examples of one epoch in random order; their weights are 1 on average. */
    List<DemandExample> epoch(PhraseTable phrases, int grammarExamples, Random random) {
        List<DemandExample> examples = new ArrayList<>();
        for (DemandRequest request : requests) {
            List<StudiedPiece> pieces = studied.computeIfAbsent(request, unread -> study(unread.text(), phrases));
            float share = SHARES.getOrDefault(request.kind(), 0f) / benchmarks.getOrDefault(request.kind(), 1L);
            examples.add(new DemandExample(pieces, request.level(), share / size(request)));
            if (request.kind() == Kind.CHOSEN) {
                addVariants(request, phrases, random, examples);
            }
        }
        for (DemandLevel level : DemandLevel.values()) {
            float weight = GRAMMAR_SHARES.getOrDefault(level, 0f) / grammarExamples;
            for (int i = 0; i < grammarExamples; i++) {
                examples.add(new DemandExample(study(made(level, random), phrases), level, weight));
            }
        }
        Collections.shuffle(examples, random);
        return balanced(examples);
    }

    private int size(DemandRequest request) {
        return sizes.getOrDefault(group(request), 1);
    }

    private void addVariants(DemandRequest request, PhraseTable phrases, Random random, List<DemandExample> examples) {
        String task = firstSentence(request.text());
        if (task.length() >= SHORTEST_TASK && task.length() < request.text().length()) {
            examples.add(new DemandExample(study(task, phrases), request.level(), SHORTENED_SHARE / size(request)));
        }
        String passage = passage(random);
        if (passage != null) {
            String longer =
                    random.nextBoolean() ? request.text() + "\n\n" + passage : passage + "\n\n" + request.text();
            examples.add(new DemandExample(study(longer, phrases), request.level(), LENGTHENED_SHARE / size(request)));
        }
    }

    private static String firstSentence(String text) {
        String line = LINE_BREAKS.split(text.strip(), 2)[0];
        int end = line.indexOf(". ");
        return end > SHORTEST_FIRST_SENTENCE ? line.substring(0, end + 1) : line;
    }

    private List<StudiedPiece> study(String text, PhraseTable phrases) {
        return cutter.cut(tokenizer.tokenize(text)).stream()
                .map(piece ->
                        new StudiedPiece(embedder.embed(piece.tokens()), piece.outward(), phrases.rows(piece.tokens())))
                .toList();
    }

    /** Gives each level its share of the weight. */
    private static List<DemandExample> balanced(List<DemandExample> examples) {
        Map<DemandLevel, Float> sums = new EnumMap<>(DemandLevel.class);
        examples.forEach(example -> sums.merge(example.level(), example.weight(), Float::sum));
        return examples.stream()
                .map(example -> new DemandExample(
                        example.pieces(),
                        example.level(),
                        Math.min(
                                LARGEST_WEIGHT,
                                example.weight()
                                        / sums.getOrDefault(example.level(), 1f)
                                        * LEVEL_SHARES.getOrDefault(example.level(), 0f)
                                        * examples.size())))
                .toList();
    }
}
