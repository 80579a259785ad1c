package dev.tinydancer.router.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The reference is Hugging Face's own tokenizer, which DJL carries, with the file that lies beside the model. */
final class WordPieceTokenizerTest {

    private static final String REFERENCE_FILE = "/bge-small-en-v1.5-q-tokenizer.json";
    private static final int BATCH = 64;
    private static final int MEGABYTE = 1 << 20;
    private static final int UNKNOWN = 100;

    private static final List<String> ODD_TEXTS = List.of(
            "",
            " \t\r\n ",
            "What is the weather in Paris?",
            "can't won't it's 3.14 $5+5=10 <b> a_b c~d `e` ^f |g|",
            "crème brûlée, naïve façade, Ångström, Đặng Thùy Trâm, İstanbul ıstanbul, Straße, ΣΊΣΥΦΟΣ",
            "e\u0301\u0327 o\u0308\u0304 A\u030A",
            "我想要一张机票 to 北京, 東京タワー、カタカナ ｶﾞ ハ\u309Aパ",
            "안녕하세요 세계 \u1112\u1161\u11ab",
            "привет мир, ёлка Й, Ελληνικά, עברית שָׁלוֹם, العَرَبِيَّة, हिन्दी, தமிழ் கொ, ไทย",
            "“curly” ‘single’ «guillemets» „low“ – — … ‐ ‑ † ‡ • ′ ″ ※ ¿ ¡ § ¶",
            "😀 👩‍👩‍👧‍👦 🇫🇷 ❤️ 1️⃣ 🏳️‍🌈",
            "ﬁne ﬂow ﬃ ﬆ Ǆ ĳ Æsop œuvre ½ ² ™ ℃ Ⅷ ①",
            "a\u0000b\u0001c\u007Fd\u0085e\u200Bf\u200Dg\uFEFFh\u00ADi\uFFFDj\u2028k\u2029l\u00A0m\u3000n\u000Bo\u000Cp",
            "\uE000private \uDBFF\uDFFD use",
            "豈更車 \uD87E\uDC1A 𠀀𠀁 𝒳𝓎𝔃 𐐀𐐨",
            "[CLS] hello [SEP] [MASK]x[PAD] [UNK] [cls] [ CLS] [[SEP]] [",
            "x".repeat(100) + " " + "x".repeat(101) + " " + "é".repeat(100) + " " + "é".repeat(101),
            "supercalifragilisticexpialidocious antidisestablishmentarianism pneumonoultramicroscopic zzzzqqqq",
            "SELECT * FROM t WHERE a<>b AND c!='d'; -- comment\n\tif (x >= 0 && y[i] == 0x1F) { return; }",
            "\\frac{1}{2} \\sum_{i=0}^{n} x_i^2 \u2260 \u2264 \u226E \u037E \u1FEF \u212B \u2126 K",
            "http://example.com/a?b=c&d=%20 user@example.com #tag @name 1,000,000.50");

    private static HuggingFaceTokenizer reference;
    private static WordPieceTokenizer tokenizer;

    @BeforeAll
    static void load() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(WordPieceTokenizerTest.class.getResourceAsStream(REFERENCE_FILE))) {
            reference = HuggingFaceTokenizer.newInstance(file, Map.of("padding", "false", "truncation", "false"));
        }
        tokenizer = WordPieceTokenizer.bgeSmall();
    }

    @AfterAll
    static void close() {
        reference.close();
    }

    @Test
    void encode_oddTexts_asReference() {
        assertSameAsReference(ODD_TEXTS);
    }

    @Test
    void encode_everyKindOfCodePoint_asReference() {
        List<String> texts = new ArrayList<>();
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (isSampled(codePoint)) {
                String character = Character.toString(codePoint);
                texts.add("a" + character + "b " + character + " " + character + "1");
            }
        }
        assertThat(texts).hasSizeGreaterThan(25_000);
        assertSameAsReference(texts);
    }

    /** Everything that is not a letter, and a sample of the large blocks of letters and of what has no meaning. */
    private static boolean isSampled(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.SURROGATE -> false;
            case Character.OTHER_LETTER -> codePoint < 0x3400 || codePoint % 29 == 0;
            case Character.UNASSIGNED, Character.PRIVATE_USE -> codePoint % 293 == 0;
            default -> true;
        };
    }

    @Test
    void encode_randomMixtures_asReference() {
        SplittableRandom random = new SplittableRandom(20250917);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            int pieces = random.nextInt(1, 12);
            for (int j = 0; j < pieces; j++) {
                String odd = ODD_TEXTS.get(random.nextInt(ODD_TEXTS.size()));
                int[] codePoints = odd.codePoints().toArray();
                int from = random.nextInt(codePoints.length + 1);
                int to = Math.min(codePoints.length, from + random.nextInt(20));
                text.append(new String(codePoints, from, to - from));
            }
            texts.add(text.toString());
        }
        assertSameAsReference(texts);
    }

    @Test
    void encode_vocabularyItself_asReference() {
        assertSameAsReference(tokenizer.vocabulary());
    }

    @Test
    void encode_loneSurrogates_dropped() {
        assertThat(encode("x\uD800y")).isEqualTo(encode("xy"));
        assertThat(encode("\uDC00 x \uDBFF")).isEqualTo(encode("x"));
        assertThat(encode("\uDC00\uD800")).isEmpty();
    }

    @Test
    void encode_maxTokens_cutsWithoutChangingWhatComesBefore() {
        String text = String.join(" ", ODD_TEXTS);
        int[] all = encode(text);
        for (int max = 0; max <= all.length + 2; max++) {
            assertThat(tokenizer.encode(text, max)).isEqualTo(Arrays.copyOf(all, Math.min(max, all.length)));
        }
    }

    @Test
    void encode_promptsOfTheDataFolder_asReference() throws IOException {
        List<String> prompts = PromptData.sample(3_000);
        assumeThat(prompts).as("prompts in the data folder").isNotEmpty();
        assertSameAsReference(prompts);
    }

    @Test
    void encode_megabyte_asItsParts() {
        int[] sentence = encode("Lorem ipsum, naïve 東京 ");
        int[] megabyte = encode("Lorem ipsum, naïve 東京 ".repeat(MEGABYTE / 22));
        assertThat(megabyte).hasSize(MEGABYTE / 22 * sentence.length);
        for (int i = 0; i < megabyte.length; i++) {
            assertThat(megabyte[i]).isEqualTo(sentence[i % sentence.length]);
        }
        assertThat(encode("x".repeat(MEGABYTE))).containsExactly(UNKNOWN);
        assertThat(tokenizer.count("[".repeat(MEGABYTE))).isEqualTo(MEGABYTE);
        assertThat(tokenizer.count("\u0301".repeat(MEGABYTE))).isZero();
    }

    @Test
    void count_oddTexts_lengthOfEncoding() {
        SoftAssertions.assertSoftly(softly -> ODD_TEXTS.forEach(
                text -> softly.assertThat(tokenizer.count(text)).as(text).isEqualTo(encode(text).length)));
    }

    @Test
    void vocabulary_ofBgeSmall_isThatOfTheModel() {
        assertThat(tokenizer.vocabulary()).hasSize(30_522);
        long[] ids = {0, 101, 1996, 30_521};
        for (long id : ids) {
            assertThat(tokenizer.vocabulary().get((int) id)).isEqualTo(reference.decode(new long[] {id}, false));
        }
    }

    @Test
    void encode_wrongArguments_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.encode("x", -1))
                .withMessage("maxTokens must be at least 0, got -1");
        assertThatNullPointerException()
                .isThrownBy(() -> tokenizer.encode(nullText(), 1))
                .withMessage("text");
    }

    @SuppressWarnings("NullAway") // A caller without the checker may pass null.
    private static String nullText() {
        return null;
    }

    @Test
    void read_foreignVocabulary_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WordPieceTokenizer.read(new StringReader("the\nof\n")))
                .withMessage("the vocabulary of 2 tokens is not one of BERT: it lacks [PAD]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WordPieceTokenizer.read(new StringReader("the\nof\nthe\n")))
                .withMessage("the vocabulary holds a token twice");
    }

    private static int[] encode(String text) {
        return tokenizer.encode(text, Integer.MAX_VALUE);
    }

    private static void assertSameAsReference(List<String> texts) {
        SoftAssertions softly = new SoftAssertions();
        for (int from = 0; from < texts.size(); from += BATCH) {
            List<String> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
            Encoding[] expected = reference.batchEncode(batch, false, false);
            for (int i = 0; i < expected.length; i++) {
                long[] actual =
                        Arrays.stream(encode(batch.get(i))).asLongStream().toArray();
                if (!Arrays.equals(actual, expected[i].getIds())) {
                    String text = batch.get(i);
                    softly.assertThat(actual)
                            .as(text.length() > 200 ? text.length() + " characters" : text)
                            .isEqualTo(expected[i].getIds());
                }
            }
        }
        softly.assertAll();
    }
}
