package dev.tinydancer.benchmark.semantic;

import dev.tinydancer.benchmark.evaluation.DataFile;
import dev.tinydancer.benchmark.evaluation.IntentRow;
import dev.tinydancer.router.embedding.TextEmbedder;
import dev.tinydancer.router.semantic.Utterance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The texts of a set of intents, embedded when they are first asked for. Not thread-safe. */
final class IntentTexts {

    private final List<IntentRow> rows;
    private final TextEmbedder embedder;
    private final Map<String, Utterance> embedded = new HashMap<>();

    private IntentTexts(List<IntentRow> rows, TextEmbedder embedder) {
        this.rows = rows;
        this.embedder = embedder;
    }

    static IntentTexts read(Path file, TextEmbedder embedder) throws IOException {
        return new IntentTexts(DataFile.readIntents(file), embedder);
    }

    /** The first texts of every intent in some splits, by intent; out of scope is none of them. */
    Map<String, List<Utterance>> byIntent(Set<String> splits, int mostOfEach) {
        Map<String, List<Utterance>> byIntent = new TreeMap<>();
        for (IntentRow row : rows) {
            if (splits.contains(row.split()) && !row.outOfScope()) {
                List<Utterance> texts = byIntent.computeIfAbsent(row.intent(), intent -> new ArrayList<>());
                if (texts.size() < mostOfEach) {
                    texts.add(embed(row.text()));
                }
            }
        }
        return byIntent;
    }

    /** The first texts out of scope. */
    List<Utterance> outOfScope(Set<String> splits, int most) {
        return rows.stream()
                .filter(row -> splits.contains(row.split()) && row.outOfScope())
                .limit(most)
                .map(row -> embed(row.text()))
                .toList();
    }

    Utterance embed(String text) {
        return embedded.computeIfAbsent(text, missing -> Utterance.of(missing, embedder.embed(missing)));
    }
}
