package dev.tinydancer.router.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GeneralModelsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt-4o",
                "openai/gpt-4o-mini",
                "Claude-Sonnet",
                "gemini-flash",
                "llama-3-70b",
                "o3-mini",
                "deepseek-v2-chat",
                "mistralai/Mixtral-8x7B-Instruct-v0.1"
            })
    void include_modelOfAGreatFamily(String name) {
        assertThat(GeneralModels.include(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "code-specialist",
                "deepseek-v2-coder",
                "llama-guard-3",
                "our-gpt",
                "regex-tool",
                "o1ympus",
                "",
                "mathstral-7b"
            })
    void include_specialistsAndOthers_doesNot(String name) {
        assertThat(GeneralModels.include(name)).isFalse();
    }
}
