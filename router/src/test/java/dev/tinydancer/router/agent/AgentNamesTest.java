package dev.tinydancer.router.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AgentNamesTest {

    private static final List<Agent> AGENTS = Stream.of("gpt-4", "gpt-4o-mini", "claude-3-haiku", "Ärztin")
            .map(AgentNamesTest::agent)
            .toList();

    @ParameterizedTest
    @CsvSource({
        "gtp-4, gpt-4",
        "GPT-4, gpt-4",
        "gpt4o mini, gpt-4o-mini",
        "claude-haiku, claude-3-haiku",
        "ärztinnen, Ärztin",
        "'', gpt-4"
    })
    void nearest_takesTheFewestChanges(String name, String nearest) {
        assertThat(AgentNames.nearest(name, AGENTS)).contains(nearest);
    }

    @Test
    void nearest_ofNone_isNone() {
        assertThat(AgentNames.nearest("gpt-4", List.of())).isEmpty();
    }

    @Test
    void nearest_longNames_areComparedByTheirBeginning() {
        assertThat(AgentNames.nearest("gpt-4".repeat(200_000), AGENTS)).isPresent();
    }

    @Test
    void folded_isWithoutCaseAndWhiteSpaceAtTheEnds() {
        assertThat(AgentNames.folded("\u2003 GPT 4\n")).isEqualTo("gpt 4");
    }

    private static Agent agent(String name) {
        return Agent.named(name)
                .capabilities("code")
                .averageLatencyMillis(100)
                .quality(0.9)
                .build();
    }
}
