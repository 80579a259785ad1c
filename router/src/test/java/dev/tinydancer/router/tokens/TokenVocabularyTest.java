package dev.tinydancer.router.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the counts against jtokkit's own, which cuts a whole text by regular expressions. */
final class TokenVocabularyTest {

    private static final Encoding O200K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    private static final Encoding CL100K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);

    /** What pieces are made of, and what stands where they end. */
    private static final List<String> BRICKS = List.of(
            "a",
            "the",
            "THE",
            "The",
            "McDonald",
            "é",
            "É",
            "ß",
            "ǅ",
            "ʰ",
            "中",
            "文",
            "ไ",
            "ท",
            "่",
            "ع",
            "\u0301",
            "'s",
            "'S",
            "'ll",
            "'re",
            "'x",
            "'",
            " ",
            "  ",
            "   ",
            "\n",
            "\r\n",
            "\t",
            "\u00A0",
            "\u3000",
            "\u0085",
            "\u2028",
            "1",
            "23",
            "4567",
            "Ⅷ",
            "½",
            ".",
            "//",
            "/\n",
            "{",
            "};",
            "=>",
            "😀",
            "👩🏾\u200d💻",
            "-",
            "_",
            "\u200b",
            "\u0000",
            "\uFFFD");

    @Test
    void count_anyMixture_isTheReference() {
        Random random = new Random(11);
        for (int i = 0; i < 5_000; i++) {
            String text = random.ints(random.nextInt(1, 25), 0, BRICKS.size())
                    .mapToObj(BRICKS::get)
                    .collect(Collectors.joining());
            assertThat(TokenVocabulary.O200K_BASE.count(text)).as(text).isEqualTo(O200K.countTokensOrdinary(text));
        }
    }

    @Test
    void count_againAndAgain_isTheSame() {
        String text = sample("code");
        int first = TokenVocabulary.O200K_BASE.count(text);
        assertThat(TokenVocabulary.O200K_BASE.count(text)).isEqualTo(first);
        assertThat(TokenVocabulary.O200K_BASE.count("")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"english", "german", "chinese", "thai", "arabic", "emoji", "code", "json", "base64", "hex"})
    void count_kindOfText_isWithinATenthOfTheReference(String kind) {
        String text = sample(kind);
        assertThat(TokenVocabulary.O200K_BASE.count(text))
                .isCloseTo(O200K.countTokensOrdinary(text), withPercentage(0.5));
        assertThat(TokenVocabulary.CL100K_BASE.count(text))
                .isCloseTo(CL100K.countTokensOrdinary(text), withPercentage(10));
    }

    /** The table is in docs/money.md. */
    @ParameterizedTest
    @ValueSource(strings = {"english", "german", "chinese", "thai", "arabic", "emoji", "code", "json", "base64", "hex"})
    void documentation_countOfSample_isTheOneHere(String kind) throws IOException {
        Matcher row = Pattern.compile(
                        "\\| " + kind + " \\| [\\d,]+ \\| ([\\d,]+) \\| ([\\d,]+) \\|", Pattern.CASE_INSENSITIVE)
                .matcher(Files.readString(Path.of("../docs/money.md")));
        String text = sample(kind);
        String expected = "| " + kind + " | " + text.codePointCount(0, text.length()) + " | "
                + O200K.countTokensOrdinary(text) + " | " + TokenVocabulary.O200K_BASE.count(text) + " |";
        assertThat(row.find()).as(expected).isTrue();
        assertThat(number(row.group(1))).as(expected).isEqualTo(O200K.countTokensOrdinary(text));
        assertThat(number(row.group(2))).as(expected).isEqualTo(TokenVocabulary.O200K_BASE.count(text));
    }

    private static int number(String digits) {
        return Integer.parseInt(digits.replace(",", ""));
    }

    /** What costs a counter dearly: no blank, nothing that comes again, one letter. */
    @Test
    void count_longText_isWithinATenthOfTheReference() {
        Random random = new Random(12);
        byte[] bytes = new byte[300_000];
        random.nextBytes(bytes);
        String base64 = Base64.getEncoder().encodeToString(bytes);
        String letters =
                random.ints(400_000, 'a', 'z' + 1).mapToObj(Character::toString).collect(Collectors.joining());
        String chinese = random.ints(100_000, 0x4E00, 0x5FFF)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        String half = "a".repeat(200_000) + base64.substring(0, 200_000);
        for (String text : List.of(
                base64,
                letters,
                chinese,
                half,
                " ".repeat(400_000),
                sample("english").repeat(600))) {
            assertThat(TokenVocabulary.O200K_BASE.count(text))
                    .isCloseTo(O200K.countTokensOrdinary(text), withPercentage(10));
        }
    }

    /** A text that begins harmlessly is not taken to go on so. */
    @Test
    void count_base64BehindLongWords_isCounted() {
        Random random = new Random(13);
        byte[] bytes = new byte[300_000];
        random.nextBytes(bytes);
        String text =
                "internationalization ".repeat(10_000) + Base64.getEncoder().encodeToString(bytes);
        assertThat(TokenVocabulary.O200K_BASE.count(text))
                .isCloseTo(O200K.countTokensOrdinary(text), withPercentage(10));
    }

    private static String sample(String kind) {
        try (InputStream file = TokenVocabularyTest.class.getResourceAsStream(kind + ".txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
