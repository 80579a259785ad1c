package dev.tinydancer.training.demand;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.neural.PhraseTable;
import dev.tinydancer.router.neural.PieceCutter;
import dev.tinydancer.router.neural.RequestPiece;
import dev.tinydancer.training.classifier.RequestGrammar;
import dev.tinydancer.training.demand.DemandRequest.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Short requests put before, into and behind material that has nothing to do with them, so that it is known where the task
 * stands: texts of the labelled requests, instructions, code, records and logs of a grammar. For one thread.
 */
final class PlacedTasks {

    private static final String GRAMMAR = "material-grammar.txt";
    private static final List<String> MATERIALS = List.of("instructions", "code", "json", "logs");

    /** The task behind the material, in the middle of it, before it. */
    private static final List<Integer> PLACES = List.of(1, 0, 0, -1);

    /** One in so many requests has texts for material. */
    private static final int TEXTS = 3;

    private static final int LONGEST_TASK = 300;
    private static final int SHORTEST_TEXT = 100;
    private static final int LONGEST_TEXT = 1_500;
    private static final int FEWEST_UNITS = 2;
    private static final int MOST_UNITS = 120;
    private static final Pattern LINE_BREAK = Pattern.compile("\\R");

    private final StaticEmbedder embedder;
    private final PieceCutter cutter;
    private final PhraseTable phrases;
    private final RequestGrammar grammar = RequestGrammar.ofResource(PlacedTasks.class, GRAMMAR);
    private final List<String> tasks = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();

    PlacedTasks(StaticEmbedder embedder, PhraseTable phrases, List<DemandRequest> requests) {
        this.embedder = embedder;
        this.cutter = new PieceCutter(embedder.tokenizer());
        this.phrases = phrases;
        for (DemandRequest request : requests) {
            if (request.kind() == Kind.BENCHMARK) {
                continue;
            }
            if (request.text().length() <= LONGEST_TASK) {
                tasks.add(request.text());
            }
            // A request's first and last lines may be what it asks for.
            String[] lines = LINE_BREAK.split(request.text());
            for (int i = 1; i < lines.length - 1; i++) {
                if (lines[i].length() >= SHORTEST_TEXT && lines[i].length() <= LONGEST_TEXT) {
                    texts.add(lines[i]);
                }
            }
        }
    }

    /** Another request. */
    PlacedTask next(Random random) {
        List<RequestPiece> before = new ArrayList<>();
        List<RequestPiece> after = new ArrayList<>();
        int place = PLACES.get(random.nextInt(PLACES.size()));
        if (place >= 0) {
            before.addAll(cut(material(random)));
        }
        if (place <= 0) {
            after.addAll(cut(material(random)));
        }
        List<RequestPiece> task = cut(tasks.get(random.nextInt(tasks.size())));
        List<StudiedPiece> pieces = new ArrayList<>();
        int count = before.size() + task.size() + after.size();
        for (List<RequestPiece> part : List.of(before, task, after)) {
            for (RequestPiece piece : part) {
                RequestPiece placed = cutter.placed(piece.tokens(), pieces.size(), count);
                pieces.add(new StudiedPiece(
                        embedder.embed(placed.tokens()), placed.outward(), phrases.rows(placed.tokens())));
            }
        }
        return new PlacedTask(pieces, before.size(), before.size() + task.size());
    }

    private List<RequestPiece> cut(String text) {
        return cutter.cut(embedder.tokenizer().tokenize(text));
    }

    private String material(Random random) {
        boolean isText = !texts.isEmpty() && random.nextInt(TEXTS) == 0;
        String kind = MATERIALS.get(random.nextInt(MATERIALS.size()));
        int units = random.nextInt(FEWEST_UNITS, MOST_UNITS);
        StringBuilder material = new StringBuilder();
        for (int i = 0; i < (isText ? 1 + units / 10 : units); i++) {
            material.append(
                            isText
                                    ? texts.get(random.nextInt(texts.size()))
                                    : grammar.request(kind, () -> null, random))
                    .append('\n');
        }
        return material.toString();
    }
}
