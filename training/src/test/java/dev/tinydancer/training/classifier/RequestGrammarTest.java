package dev.tinydancer.training.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RequestGrammarTest {

    @Test
    void request_rulesWithinRules_areExpanded() throws IOException {
        RequestGrammar grammar = grammar("# a comment\n\n[MATH]\nadd <n> and <n>\\nnow\n[n]\n1\n2\n");
        Set<String> seen = new HashSet<>();
        Random random = new Random(4);
        for (int i = 0; i < 200; i++) {
            seen.add(grammar.request("math", null, random));
        }
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "add 1 and 1\nnow", "add 1 and 2\nnow", "add 2 and 1\nnow", "add 2 and 2\nnow");
    }

    @Test
    void request_passage_comesFromTheSupplierIfItHasOne() throws IOException {
        RequestGrammar grammar = grammar("[SUM]\nsum: <passage>\n[passage]\nown $1\n");
        assertThat(grammar.request("sum", () -> "given \\$2", new Random(1))).isEqualTo("sum: given \\$2");
        assertThat(grammar.request("sum", () -> null, new Random(1))).isEqualTo("sum: own $1");
        assertThat(grammar.request("sum", null, new Random(1))).isEqualTo("sum: own $1");
    }

    @Test
    void request_spacesAndEmptyPhrases_areKept() throws IOException {
        RequestGrammar grammar = grammar("[X]\n<a>go<b>\n[a]\nplease␣\n[b]\nε\n");
        assertThat(grammar.request("x", null, new Random(1))).isEqualTo("please go");
    }

    @Test
    void request_tagThatIsNoRule_standsAsItIs() throws IOException {
        assertThat(grammar("[X]\n<p>hi</p>\n").request("x", null, new Random(1)))
                .isEqualTo("<p>hi</p>");
    }

    @Test
    void request_unknownCategory_listsThoseKnown() throws IOException {
        RequestGrammar grammar = grammar("[X]\ny\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grammar.request("z", null, new Random(1)))
                .withMessage("the grammar has no category \"z\"; those it has are [x]");
    }

    @Test
    void read_faultyGrammar_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grammar("[A]\n<b>\n[b]\n<c>\n[c]\nto <b>\n"))
                .withMessage("rule [b] refers to itself");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grammar("[A]\nx\n[A]\ny\n"))
                .withMessage("rule [A] occurs twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grammar("x\n"))
                .withMessage("phrase \"x\" stands before the first rule");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grammar("[A]\n[B]\nx\n"))
                .withMessage("rule [A] has no phrase");
    }

    @Test
    void standard_everyCategory_givesManyDistinctRequests() {
        RequestGrammar grammar = RequestGrammar.standard();
        assertThat(grammar.categories()).hasSize(12);
        Random random = new Random(8);
        for (String category : grammar.categories()) {
            Set<String> requests = new HashSet<>();
            for (int i = 0; i < 300; i++) {
                requests.add(grammar.request(category, null, random));
            }
            assertThat(requests).as(category).hasSizeGreaterThan(90).noneMatch(String::isBlank);
        }
    }

    private static RequestGrammar grammar(String text) throws IOException {
        return RequestGrammar.read(new StringReader(text));
    }
}
