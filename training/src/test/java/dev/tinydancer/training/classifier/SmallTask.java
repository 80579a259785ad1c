package dev.tinydancer.training.classifier;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.embedding.WordPieceTokenizer;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A classification that can be learned in a second: the first word says what is asked for, the others nothing. */
final class SmallTask {

    private static final List<String> FILLERS = List.of("red", "blue", "green", "old", "new", "big", "small", "round");
    private static final List<String> ADD = List.of("add", "sum", "plus");
    private static final List<String> TELL = List.of("tell", "say", "speak");
    private static final int DIMENSION = 8;

    private SmallTask() {}

    static StaticEmbedder embedder() {
        List<String> vocabulary = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
        vocabulary.addAll(FILLERS);
        vocabulary.addAll(ADD);
        vocabulary.addAll(TELL);
        try {
            WordPieceTokenizer tokenizer = WordPieceTokenizer.read(new StringReader(String.join("\n", vocabulary)));
            float[] vectors = RandomCells.floats(new Random(77), vocabulary.size() * DIMENSION, 1);
            return StaticEmbedder.of(tokenizer, DIMENSION, vectors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LabelledRequests requests() {
        return consumer -> {
            Random random = new Random(13);
            for (int i = 0; i < 240; i++) {
                boolean math = random.nextBoolean();
                List<String> words = new ArrayList<>();
                words.add(pick(math ? ADD : TELL, random));
                for (int n = random.nextInt(6); n > 0; n--) {
                    words.add(pick(FILLERS, random));
                }
                consumer.accept(new LabelledRequest(
                        String.join(" ", words), math ? "math" : "conversation", "source " + i % 8, Set.of()));
            }
        };
    }

    /** A grammar that knows nothing of the task's categories. */
    static RequestGrammar grammar() {
        try {
            return RequestGrammar.read(new StringReader("[OTHER]\nred\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ClassifierOptions options() {
        return new ClassifierOptions(
                new ClassifierOptions.Size(DIMENSION, 8, 100, 6, 2),
                new ClassifierOptions.Schedule(6, 6, 8, 1e-2f, 5),
                new ClassifierOptions.Regularization(0.05f, 0, 0.1f, 0.1f),
                0,
                new ClassifierOptions.Storage(1, true),
                3);
    }

    private static String pick(List<String> words, Random random) {
        return words.get(random.nextInt(words.size()));
    }
}
