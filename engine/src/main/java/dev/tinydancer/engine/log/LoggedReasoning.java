package dev.tinydancer.engine.log;

import java.util.List;

/** Reasons as the log keeps them, frequent words as control characters; {@code tiny_dancer.reasoning_of} reads them. */
final class LoggedReasoning {

    /**
     * What is written as the character of its place, from 1. Rows have these in them: a later one comes last, and none
     * goes. The first is what a reason must begin with to be written so; {@code tiny_dancer.reasoning_phrases} has the same.
     */
    static final List<String> PHRASES = List.of(
            "best %s of ",
            " fitting agents, ",
            " fitting agents (",
            " registered), ",
            " points less than ",
            " points more than ",
            " point less than ",
            " point more than ",
            "as good as ",
            " times cheaper, ",
            " times dearer, ",
            " times cheaper",
            " times dearer",
            " times faster",
            " times slower",
            ", for nothing",
            ", which costs nothing",
            " similar requests, ",
            " similar request, ",
            " good",
            "; stays, which was worth ",
            "; leaves ",
            ", though staying was worth ",
            "; of a long request what looks like the task was read, ",
            " word pieces",
            " of the best quality, ",
            " points",
            ", ",
            "; ",
            "excluded by ");

    private static final char WITH_PHRASES = 1;
    private static final char WORD_FOR_WORD = 2;

    private LoggedReasoning() {}

    /** @param optimizeFor what the caller optimised for, which the row has in a column of its own */
    static String of(String reasoning, String optimizeFor) {
        String beginning = PHRASES.getFirst().replace("%s", optimizeFor);
        if (!reasoning.startsWith(beginning) || reasoning.chars().anyMatch(LoggedReasoning::isControl)) {
            return !reasoning.isEmpty() && isControl(reasoning.charAt(0)) ? WORD_FOR_WORD + reasoning : reasoning;
        }
        String written = WITH_PHRASES + reasoning.substring(beginning.length());
        for (int place = 2; place <= PHRASES.size(); place++) {
            written = written.replace(PHRASES.get(place - 1), Character.toString(place));
        }
        return written;
    }

    private static boolean isControl(int character) {
        return character < ' ';
    }
}
