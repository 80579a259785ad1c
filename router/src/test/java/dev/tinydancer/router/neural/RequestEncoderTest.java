package dev.tinydancer.router.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.safetensors.InvalidModelException;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestEncoderTest {

    private static final RequestEncoder ENCODER = RequestEncoder.standard();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "code|Write a Java method that counts the vowels of a string",
                "debugging|Why do I get a NullPointerException in this loop? Please fix it.",
                "math|A farmer has 17 sheep and buys 5 more. How many has he now?",
                "translation|Translate into Dutch: where is the station?",
                "creative_writing|Write a short poem about the first snow",
                "conversation|hello, how are you doing today?",
                "knowledge_qa|Who was the first person on the moon?"
            })
    void classify_plainRequest_findsItsCategory(String category, String text) {
        assertThat(ENCODER.classify(text).topCategory()).isEqualTo(category);
    }

    @Test
    void encode_request_hasEveryFeature() {
        RequestFeatures features = ENCODER.encode("Write unit tests for my parser in Python");

        // A token for each word.
        assertThat(features.inputTokens()).isEqualTo(8);
        double squares = 0;
        for (float component : features.embedding()) {
            squares += component * component;
        }
        assertThat(squares).isCloseTo(1, within(1e-4));
        assertThat(features.categories().values().stream().mapToDouble(p -> p).sum())
                .isCloseTo(1, within(1e-4));
        assertThat(List.copyOf(features.categories().values())).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(List.copyOf(features.capabilities().values()))
                .isSortedAccordingTo(Comparator.reverseOrder())
                .allSatisfy(p -> assertThat(p).isBetween(0.0, 1.0));
        assertThat(features.difficulty()).isBetween(-2.0, 1.0);
        assertThat(features.capabilities())
                .hasEntrySatisfying("code", p -> assertThat(p).isGreaterThan(0.5));
    }

    /** Which the demand model would take for the names of something difficult. */
    @ParameterizedTest
    @ValueSource(strings = {"asdkjh", "qwrtz pfgh kdjfh", "xkcjv bnmq?", "lkjh gfds"})
    void encode_lettersStruckAtRandom_areAnOrdinaryRequest(String text) {
        assertThat(ENCODER.encode(text).difficulty()).isZero();
        assertThat(ENCODER.classify(text).confidence()).isLessThan(0.5f);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "install nginx",
                "kubectl get pods",
                "hello wrld",
                "yup",
                "(1+i)^10 = ?",
                "ok",
                "hola",
                "Bonjour",
                "Wie wird das Wetter?",
                "grep -v foo"
            })
    void encode_wordsBesideSomeThatNobodyKnows_areRead(String text) {
        assertThat(ENCODER.encode(text).difficulty()).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "...", "!!", "— —", "()"})
    void classify_marksAlone_isLittleMoreThanAGuess(String text) {
        assertThat(ENCODER.classify(text).confidence()).isLessThan(0.2f);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "用Python写一个计算斐波那契数的函数",
                "Напиши функцию на Python, которая считает числа Фибоначчи",
                "ما هي عاصمة أستراليا؟",
                "オーストラリアの首都はどこですか",
                "호주의 수도는 어디입니까",
                "ऑस्ट्रेलिया की राजधानी क्या है"
            })
    void classify_anotherScript_isNeverSure(String text) {
        assertThat(ENCODER.classify(text).confidence()).isLessThan(0.5f);
        assertThat(ENCODER.encode(text).categories().values().stream()
                        .mapToDouble(p -> p)
                        .sum())
                .isCloseTo(1, within(1e-4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Доброе утро", "Переведи на английский: где вокзал?", "안녕하세요", "こんにちは", "صباح الخير"})
    void encode_anotherScript_isOrdinary(String text) {
        assertThat(ENCODER.encode(text).difficulty()).isZero();
    }

    @Test
    void encode_oneForeignWord_leavesTheDifficultyItsSign() {
        assertThat(ENCODER.encode("Translate the word привет into English please.")
                        .difficulty())
                .isNegative();
        assertThat(ENCODER.encode("Prove that ζ(s) has no zeros with Re s = 1").difficulty())
                .isGreaterThan(0.5);
    }

    @Test
    void classify_oneForeignWord_staysSure() {
        assertThat(ENCODER.classify("Translate the word привет into English please, and give two examples of its use.")
                        .confidence())
                .isGreaterThan(0.5f);
    }

    @Test
    void encode_emptyText_hasNoTokensAndNoDirection() {
        RequestFeatures features = ENCODER.encode("");
        assertThat(features.inputTokens()).isZero();
        assertThat(features.embedding()).containsOnly(0);
        assertThat(features.categories()).hasSize(12);
    }

    /** What is asked for stands at the end of a text far longer than the window. */
    @Test
    void classify_instructionAfterALongText_isRead() {
        String text = "The committee met again and spoke about roads, schools and water. ".repeat(400)
                + "\n\nTranslate the text above into German.";
        assertThat(ENCODER.classify(text).topCategory()).isEqualTo("translation");
    }

    @Test
    void withClassifier_another_answersWithItsLabels() {
        RequestEncoder swapped = ENCODER.withClassifier(
                classifier(ENCODER.embedder().tokenizer().vocabulary().size()));

        assertThat(swapped.encode("add red").categories()).containsOnlyKeys("a", "b");
        assertThat(ENCODER.encode("add red").categories()).hasSize(12);
    }

    private static RequestClassifier classifier(int vocabulary) {
        return RequestClassifier.of(
                RandomClassifier.file(vocabulary, List.of("a", "b"), List.of("x"), Temperatures.NONE));
    }

    @Test
    void withClassifier_ofAnotherVocabulary_isRefused() {
        RequestClassifier foreign = classifier(7);

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> ENCODER.withClassifier(foreign))
                .withMessage("the classifier was trained with a vocabulary of 7 tokens, the tokenizer's has 30522");
    }

    @Test
    void standard_labels_areThoseOfTheMapping() {
        assertThat(ENCODER.classifier().categories()).hasSize(12).isSorted();
        assertThat(ENCODER.classifier().capabilities())
                .contains(
                        "analysis",
                        "classification",
                        "code",
                        "code-execution",
                        "creative",
                        "debugging",
                        "fast-response",
                        "reasoning",
                        "simple-tasks",
                        "testing");
    }
}
