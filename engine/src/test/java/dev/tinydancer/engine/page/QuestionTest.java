package dev.tinydancer.engine.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class QuestionTest {

    private static final Question QUESTION = Question.parse("sample", """
            --! within interval 1 day
            --! agent text
            --! most float8
            SELECT agent, 'a:b'::text
            FROM ruvector_decisions
            WHERE decided_at > now() - :within
              AND agent = :agent --? agent
              AND estimated_cost < :most --? most
            """);

    @Test
    void withoutValues_hasDefaults_andNoConditionsAboutNothing() {
        Question.Asked asked = QUESTION.with(Map.of());
        assertThat(asked.runnable()).isEqualTo("""
                SELECT agent, 'a:b'::text
                FROM ruvector_decisions
                WHERE decided_at > now() - CAST(? AS interval)
                """);
        assertThat(asked.values()).containsExactly("1 day");
    }

    @Test
    void shown_isWhatPsqlTakes() {
        assertThat(QUESTION.with(Map.of("agent", "O'Hara \\ $1", "most", "0.5")).shown())
                .isEqualTo("""
                SELECT agent, 'a:b'::text
                FROM ruvector_decisions
                WHERE decided_at > now() - interval '1 day'
                  AND agent = 'O''Hara \\ $1'
                  AND estimated_cost < 0.5;""");
    }

    @Test
    void figureThatIsNone_isQuoted() {
        assertThat(QUESTION.with(Map.of("most", "1; DROP TABLE x")).shown()).contains("< '1; DROP TABLE x'");
    }

    @Test
    void emptyValue_isNone() {
        assertThat(QUESTION.with(Map.of("agent", "")).runnable()).doesNotContain("agent =");
    }

    @Test
    void unknownParameter_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QUESTION.with(Map.of("colour", "red")))
                .withMessage("sample has no parameter \"colour\"; it has agent, most, within");
    }

    @Test
    void allQuestions_areOfTheForm() {
        Questions questions = Questions.load();
        for (String name : Questions.names()) {
            Question question = questions.named(name).orElseThrow();
            Map<String, String> needed =
                    question.required().stream().collect(Collectors.toMap(each -> each, each -> "1"));
            assertThat(question.with(needed).runnable())
                    .as(name)
                    .startsWith("SELECT")
                    .doesNotContain(";", "--");
        }
    }
}
