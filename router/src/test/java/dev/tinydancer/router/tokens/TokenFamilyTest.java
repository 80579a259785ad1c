package dev.tinydancer.router.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenFamilyTest {

    @ParameterizedTest
    @CsvSource({
        "gpt-4, cl100k",
        "openai/gpt-4-turbo, cl100k",
        "gpt-4-1106-preview, cl100k",
        "azure/gpt-35-turbo, cl100k",
        "GPT-3.5-Turbo-0125, cl100k",
        "gpt-4o-mini, o200k",
        "gpt-4.1, o200k",
        "gpt-5, o200k",
        "o3-mini, o200k",
        "o1, o200k",
        "claude-3-haiku, claude",
        "anthropic.claude-sonnet-4-20250514-v1:0, claude",
        "google/gemini-2.5-pro, gemini",
        "meta-llama/Llama-3.3-70B-Instruct, llama",
        "mixtral-8x7b, mistral",
        "qwen2.5-72b, qwen",
        "deepseek-chat, deepseek",
        "code-specialist, o200k",
        "foo1, o200k",
    })
    void ofModel_nameOfAModel_isItsFamily(String model, String family) {
        assertThat(TokenFamily.ofModel(model).name()).isEqualTo(family);
    }

    @Test
    void named_family_isFoundWhateverItsCase() {
        assertThat(TokenFamily.named(" Claude ")).contains(TokenFamily.ofModel("claude"));
        assertThat(TokenFamily.named("abacus")).isEmpty();
    }

    @Test
    void by_family_countsByItsVocabularyTimesItsFactor() {
        TextTokens tokens = TextTokens.of("สวัสดีครับ ยินดีที่ได้รู้จัก");

        double o200k = tokens.by(TokenFamily.O200K);
        assertThat(tokens.by(TokenFamily.CL100K)).isGreaterThan(1.5 * o200k);
        assertThat(tokens.by(TokenFamily.ofModel("claude"))).isEqualTo(1.2 * o200k);
        assertThat(tokens.by(TokenFamily.O200K.withFactor(2))).isEqualTo(2 * o200k);
        assertThat(tokens.withContext((int) (10 * o200k)).by(TokenFamily.CL100K))
                .isEqualTo(10 * tokens.by(TokenFamily.CL100K));
        assertThat(TextTokens.ofUnknownText(7).by(TokenFamily.CL100K)).isEqualTo(7);
    }

    @Test
    void withFactor_notBetweenATenthAndTen_isRefused() {
        assertThatThrownBy(() -> TokenFamily.O200K.withFactor(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got 0.0");
        assertThatThrownBy(() -> TokenFamily.O200K.withFactor(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
