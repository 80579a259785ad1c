package dev.tinydancer.benchmark.conversations;

import java.util.List;
import java.util.Random;

/** What people say in a dialogue that says nothing by itself. */
final class Nods {

    private static final List<String> TEXTS = List.of(
            "yes, do it",
            "yes please",
            "continue",
            "go on",
            "go ahead",
            "ok, next",
            "try again",
            "once more",
            "no, the other one",
            "that didn't work",
            "that is wrong",
            "are you sure?",
            "why?",
            "and then?",
            "ok",
            "the second option please",
            "can you check that again?",
            "it still fails",
            "hm, not quite",
            "better, but not there yet",
            "good, now the rest",
            "finish it",
            "same again with the next one",
            "keep going",
            "what about the other case?");

    private Nods() {}

    static List<String> all() {
        return TEXTS;
    }

    static String any(Random random) {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
