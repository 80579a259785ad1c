package dev.tinydancer.router.neural;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.router.embedding.WordPieceTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PieceCutterTest {

    private static final WordPieceTokenizer TOKENIZER = WordPieceTokenizer.bgeSmall();
    private static final PieceCutter CUTTER = new PieceCutter(TOKENIZER);

    @Test
    void cut_linesAndSentences_areThePieces() {
        assertThat(words("Translate this\n\nThe cat sat on the mat. Then it went to sleep again. OK"))
                .containsExactly("translate this", "the cat sat on the mat .", "then it went to sleep again . ok");
    }

    @Test
    void cut_abbreviationsAndNumbers_endNoSentence() {
        assertThat(words("It costs 3.5 euros")).containsExactly("it costs 3 . 5 euros");
    }

    @Test
    void cut_lineWithoutEnd_isCutByLength() {
        List<RequestPiece> pieces = cut("word ".repeat(70));
        assertThat(pieces.stream().map(piece -> piece.tokens().length)).containsExactly(32, 32, 6);
    }

    @Test
    void cut_manyPieces_leavesOutTheMiddle() {
        List<RequestPiece> pieces = cut("first of all\n" + "one more line\n".repeat(2_000) + "last of all");
        assertThat(pieces).hasSize(1_000);
        assertThat(words(pieces.getFirst())).isEqualTo("first of all");
        assertThat(words(pieces.getLast())).isEqualTo("last of all");
    }

    @Test
    void cut_emptyText_isOnePieceWithoutTokens() {
        assertThat(cut(""))
                .hasSize(1)
                .allSatisfy(piece -> assertThat(piece.tokens()).isEmpty());
    }

    @Test
    void outward_tellsPlaceAndMarks() {
        List<RequestPiece> pieces = cut("How many of these are prime numbers?\n3 5 9\nпривет:");
        assertThat(pieces.get(0).outward()).containsExactly(1, 1, 0, 0, 1, 0, 0, 0);
        assertThat(pieces.get(1).outward()).containsExactly(1, 0, 1, 0, 0, 0, 1, 0);
        assertThat(pieces.get(2).outward()).startsWith(1, 0, 0, 1, 0, 1, 0);
        assertThat(pieces.get(2).outward()[7]).isGreaterThan(0.5f);
    }

    private static List<RequestPiece> cut(String text) {
        return CUTTER.cut(TOKENIZER.tokenize(text));
    }

    private static List<String> words(String text) {
        return cut(text).stream().map(PieceCutterTest::words).toList();
    }

    private static String words(RequestPiece piece) {
        return Arrays.stream(piece.tokens())
                .mapToObj(TOKENIZER.vocabulary()::get)
                .collect(Collectors.joining(" "));
    }
}
