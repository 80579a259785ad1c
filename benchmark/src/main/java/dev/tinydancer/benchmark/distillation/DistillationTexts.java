package dev.tinydancer.benchmark.distillation;

import dev.tinydancer.benchmark.evaluation.DataFile;
import dev.tinydancer.benchmark.evaluation.DataFolder;
import dev.tinydancer.benchmark.evaluation.IntentRow;
import dev.tinydancer.benchmark.evaluation.InvalidDataException;
import dev.tinydancer.benchmark.evaluation.OutcomeRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The texts of the data folder that static tokens may learn from: those of training splits and the labelled requests,
 * without labels, and long ones also by their first and last sentence.
 *
 * <p>No text is among them that something is evaluated on: none of a validation or test split, none of the data sets
 * that have no split, and from files of other origin none that repeats one of those, be it in other case and
 * punctuation or as a part of it.
 */
public final class DistillationTexts {

    private static final String TRAINING = "train";
    private static final int LONG_TEXT = 120;
    private static final int SHORTEST_SENTENCE = 15;
    private static final int LONGEST_SENTENCE = 200;
    private static final Pattern BETWEEN_SENTENCES = Pattern.compile("(?<=[.!?])\\s+|\\n+");
    private static final Pattern NOT_A_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

    /** A text is taken for a copy when most of its runs of this many words are in evaluated texts. */
    private static final int RUN = 5;

    private final Set<String> evaluated = new HashSet<>();
    private final Set<String> evaluatedRuns = new HashSet<>();
    private final Map<String, String> texts = new LinkedHashMap<>();

    private DistillationTexts() {}

    /**
     * Reads them, in the order of the files and their rows, each text once.
     *
     * @param folder with the files that data/README.md describes
     * @throws InvalidDataException if a file is missing or not of its form
     * @throws IOException if one cannot be read
     */
    public static List<String> read(DataFolder folder) throws IOException {
        DistillationTexts texts = new DistillationTexts();
        List<String> own = new ArrayList<>();
        for (String file : List.of("intents_clinc150.jsonl.gz", "intents_banking77.jsonl.gz")) {
            for (IntentRow row : DataFile.readIntents(folder.file(file))) {
                texts.sort(row.text(), row.split().equals(TRAINING), own);
            }
        }
        for (String file : List.of(
                "outcomes_routerbench.jsonl.gz", "outcomes_routellm.jsonl.gz", "outcomes_routerarena.jsonl.gz")) {
            for (OutcomeRow row : DataFile.readOutcomes(folder.file(file))) {
                texts.sort(row.prompt(), TRAINING.equals(row.split()), own);
            }
        }
        List<String> others = new ArrayList<>();
        for (OutcomeRow row : DataFile.readOutcomes(folder.file("outcomes_llmrouter.jsonl.gz"))) {
            texts.sort(row.prompt(), TRAINING.equals(row.split()), others);
        }
        others.addAll(DataFile.readTexts(folder.file("requests_labelled.jsonl.gz")));
        others.removeIf(texts::repeatsEvaluated);
        List<String> candidates = Stream.concat(own.stream(), others.stream()).toList();
        candidates.forEach(texts::add);
        candidates.stream().flatMap(DistillationTexts::outerSentences).forEach(texts::add);
        return List.copyOf(texts.texts.values());
    }

    private void sort(String text, boolean forTraining, List<String> candidates) {
        if (forTraining) {
            candidates.add(text);
        } else {
            String words = words(text);
            evaluated.add(words);
            evaluatedRuns.addAll(runs(words));
        }
    }

    private boolean repeatsEvaluated(String text) {
        List<String> runs = runs(words(text));
        long repeated = runs.stream().filter(evaluatedRuns::contains).count();
        return 2 * repeated > runs.size();
    }

    private void add(String text) {
        String words = words(text);
        if (!words.isEmpty() && !evaluated.contains(words)) {
            texts.putIfAbsent(words, text);
        }
    }

    private static Stream<String> outerSentences(String text) {
        if (text.length() <= LONG_TEXT) {
            return Stream.empty();
        }
        List<String> sentences = BETWEEN_SENTENCES
                .splitAsStream(text)
                .map(String::strip)
                .filter(sentence -> sentence.length() >= SHORTEST_SENTENCE && sentence.length() <= LONGEST_SENTENCE)
                .toList();
        return sentences.isEmpty() ? Stream.empty() : Stream.of(sentences.getFirst(), sentences.getLast());
    }

    private static String words(String text) {
        return NOT_A_WORD.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
    }

    private static List<String> runs(String words) {
        List<String> each = List.of(words.split(" "));
        return IntStream.rangeClosed(0, each.size() - RUN)
                .mapToObj(start -> String.join(" ", each.subList(start, start + RUN)))
                .toList();
    }
}
