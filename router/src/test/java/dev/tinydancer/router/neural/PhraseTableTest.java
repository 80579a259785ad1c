package dev.tinydancer.router.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PhraseTableTest {

    /** Tokens 1 and 2 and the pair 1 2 are in three sources, 3 in two, 4 three times in one. */
    private final PhraseTable table = PhraseTable.choose(
            List.of(new int[] {1, 2}, new int[] {1, 2, 3}, new int[] {3, 1, 2}, new int[] {4}, new int[] {4, 4}),
            List.of("a", "b", "c", "a", "a"),
            100);

    @Test
    void choose_phrasesOfFewSources_areLeftOut() {
        assertThat(table.size()).isEqualTo(3);
        assertThat(table.rows(new int[] {1, 2})).hasSize(3);
        assertThat(table.rows(new int[] {3, 4})).isEmpty();
        assertThat(table.rows(new int[] {2, 1})).as("the pair has an order").hasSize(2);
    }

    /** Of five texts three hold each phrase: 1 + ln(6 / 4). */
    @Test
    void rarities_areInverseDocumentFrequencies() {
        for (float rarity : table.rarities()) {
            assertThat((double) rarity).isCloseTo(1 + Math.log(1.5), within(1e-6));
        }
    }

    @Test
    void choose_moreThanWanted_keepsThoseOfMostSources() {
        PhraseTable one = PhraseTable.choose(
                List.of(new int[] {1, 2}, new int[] {1}, new int[] {1, 2}, new int[] {2, 1}),
                List.of("a", "b", "c", "d"),
                1);
        assertThat(one.size()).isEqualTo(1);
        assertThat(one.rows(new int[] {1})).containsExactly(0);
        assertThat(one.rows(new int[] {2})).isEmpty();
    }

    @Test
    void rows_textWithoutTokens_hasNone() {
        assertThat(table.rows(new int[0])).isEmpty();
    }

    @Test
    void rows_manyPhrases_findsEachAndOnlyThose() {
        List<int[]> texts = IntStream.range(0, 3)
                .mapToObj(source -> IntStream.range(0, 4_000).toArray())
                .toList();
        PhraseTable big = PhraseTable.choose(texts, List.of("a", "b", "c"), 100_000);

        assertThat(big.size()).isEqualTo(7_999);
        assertThat(Arrays.stream(big.rows(texts.getFirst())).distinct().count()).isEqualTo(7_999);
        assertThat(big.rows(IntStream.range(4_000, 8_000).toArray())).isEmpty();
    }

    @Test
    void constructor_faultyTable_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PhraseTable(new int[] {5, 5}, new float[] {1, 1}))
                .withMessage("two phrases have the hash 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PhraseTable(new int[] {5}, new float[] {0}))
                .withMessage("rarity must be a finite number above 0, got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PhraseTable(new int[] {5}, new float[2]))
                .withMessage("rarities must hold 1 values, got 2");
    }
}
