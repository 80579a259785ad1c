package dev.tinydancer.benchmark.conversations;

import dev.tinydancer.benchmark.evaluation.EncodedRow;
import dev.tinydancer.benchmark.evaluation.OutcomeRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A dialogue composed of recorded requests.
 *
 * @param systemTokens length of what the application says first, in tokens
 */
record Dialogue(int systemTokens, List<Turn> turns) {

    private static final int LEAST_TURNS = 2;
    private static final int MOST_TURNS = 12;

    private static final int SHORT_SYSTEM_PROMPT = 300;
    private static final int LONG_SYSTEM_PROMPT = 3_000;

    /** Of the turns that continue something. */
    private static final double SHARE_OF_NODS = 0.35;

    private static final double SHARE_OF_OTHER_TOPICS = 0.2;

    private static final double SHARE_OF_LONG_PAUSES = 0.1;

    private static final double MEAN_PAUSE_SECONDS = 60;

    /**
     * One turn.
     *
     * @param text what the user says: the row's prompt, or a nod in its place, so that its agent has the same to do and the
     *     router has to know from before what that is
     * @param row what each model makes of it
     * @param tokens length of the row's prompt
     * @param pause since the turn before
     */
    record Turn(String text, OutcomeRow row, int tokens, Duration pause) {}

    Dialogue {
        turns = List.copyOf(turns);
    }

    /**
     * A dialogue about one source of requests, and now and then another.
     *
     * @param sources the rows of each
     */
    static Dialogue compose(Map<String, List<EncodedRow>> sources, Random random) {
        List<String> names = List.copyOf(sources.keySet());
        String source = names.get(random.nextInt(names.size()));
        int length = LEAST_TURNS + random.nextInt(MOST_TURNS - LEAST_TURNS + 1);
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            boolean turnsAway = i > 0 && random.nextDouble() < SHARE_OF_OTHER_TOPICS;
            if (turnsAway) {
                source = names.get(random.nextInt(names.size()));
            }
            List<EncodedRow> rows = sources.getOrDefault(source, List.of());
            EncodedRow row = rows.get(random.nextInt(rows.size()));
            boolean isNod = i > 0 && !turnsAway && random.nextDouble() < SHARE_OF_NODS;
            double seconds = random.nextDouble() < SHARE_OF_LONG_PAUSES
                    ? Duration.ofHours(1).toSeconds()
                    : -MEAN_PAUSE_SECONDS * Math.log(1 - random.nextDouble());
            turns.add(new Turn(
                    isNod ? Nods.any(random) : row.row().prompt(),
                    row.row(),
                    row.features().inputTokens(),
                    Duration.ofSeconds(Math.round(seconds))));
        }
        return new Dialogue(random.nextBoolean() ? SHORT_SYSTEM_PROMPT : LONG_SYSTEM_PROMPT, turns);
    }
}
