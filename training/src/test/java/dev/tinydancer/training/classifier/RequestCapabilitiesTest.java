package dev.tinydancer.training.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestCapabilitiesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "code|Sort a list in Go|code,code-execution",
                "code|Write unit tests for this parser|code,code-execution,testing",
                "debugging|Why does it crash?|code,code-execution,debugging,testing",
                "analysis|Weigh the pros and cons of tea|analysis,reasoning",
                "analysis|Which region grew fastest in sales.csv?|analysis,code-execution,reasoning",
                "knowledge_qa|Who painted it?|fast-response,knowledge,simple-tasks",
                "knowledge_qa|a b c d e f g h i j k l m|knowledge,simple-tasks",
                "knowledge_qa|a b c d e f g h i j k l|fast-response,knowledge,simple-tasks",
                "conversation|hi|conversation,fast-response",
                "legal_advice|May I?|legal_advice"
            })
    void of_categoryAndText_givesTheDocumentedWords(String category, String text, String expected) {
        assertThat(RequestCapabilities.of(new LabelledRequest(text, category, "s", Set.of())))
                .containsExactly(expected.split(",", -1));
    }

    @Test
    void of_labelledCapabilities_areTakenAsTheyAre() {
        assertThat(RequestCapabilities.of(new LabelledRequest("x", "code", "s", Set.of("b", "a"))))
                .containsExactly("a", "b");
    }
}
