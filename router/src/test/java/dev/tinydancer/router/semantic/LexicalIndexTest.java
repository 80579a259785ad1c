package dev.tinydancer.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LexicalIndexTest {

    @Test
    void similarities_rareWordCountsMore() {
        LexicalIndex index = LexicalIndex.of(List.of(
                route("", "please restart the printer"),
                route("", "please restart the zx81"),
                route("", "please wait")));

        float[] similarities = index.similarities("please explain error zx81");

        assertThat(similarities[1]).isGreaterThan(similarities[0]);
        assertThat(similarities[0]).isPositive();
    }

    @Test
    void similarities_valueByHand() {
        LexicalIndex index = LexicalIndex.of(List.of(route("", "alpha beta beta"), route("", "gamma")));
        double idfOfOne = Math.log(1 + (2 - 1 + 0.5) / (1 + 0.5));
        double idfOfNone = Math.log(1 + (2 + 0.5) / 0.5);
        double norm = 1.2 * (1 - 0.75 + 0.75 * 3 / 2);
        double expected = idfOfOne * 2 / (2 + norm) / (idfOfOne + idfOfNone);

        float[] similarities = index.similarities("Beta beta delta");

        assertThat(similarities[0]).isCloseTo((float) expected, within(1e-6f));
        assertThat(similarities[1]).isZero();
    }

    @Test
    void similarities_noWordInCommon() {
        LexicalIndex index = LexicalIndex.of(List.of(route("", "alpha"), route("", "beta")));

        assertThat(index.similarities("gamma")).containsExactly(0, 0);
        assertThat(index.similarities("")).containsExactly(0, 0);
        assertThat(index.similarities("?!")).containsExactly(0, 0);
    }

    @Test
    void similarities_descriptionThatIsTheUtteranceCountsOnce() {
        LexicalIndex once = LexicalIndex.of(List.of(route("", "billing help"), route("", "other")));
        LexicalIndex twice = LexicalIndex.of(List.of(route("billing help", "billing help"), route("", "other")));

        assertThat(twice.similarities("billing")).containsExactly(once.similarities("billing"));
    }

    @Test
    void similarities_stayBelowOne() {
        String text = "alpha beta ".repeat(500);
        LexicalIndex index = LexicalIndex.of(List.of(route("", text), route("", "gamma")));

        assertThat(index.similarities("alpha beta")[0]).isBetween(0.9f, 1f);
    }

    @Test
    void words_scriptsWithAndWithoutSpaces() {
        assertThat(wordsOf("Error ERR-4042: can't\topen Ünïcode²"))
                .containsExactly("error", "err", "4042", "can", "t", "open", "ünïcode2");
        assertThat(wordsOf("重置密码now")).containsExactly("重", "置", "密", "码", "now");
        assertThat(wordsOf("हिन्दी")).hasSize(1);
        assertThat(wordsOf(" \u2014 ")).isEmpty();
    }

    private static List<String> wordsOf(String text) {
        List<String> words = new ArrayList<>();
        Words.forEach(text, words::add);
        return words;
    }

    private static SemanticRoute route(String description, String... utterances) {
        return new SemanticRoute(
                "route",
                description,
                Arrays.stream(utterances)
                        .map(text -> Utterance.of(text, new float[] {1}))
                        .toList(),
                "agent",
                0,
                RouteConditions.NONE,
                null);
    }
}
