package dev.tinydancer.benchmark.languages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.benchmark.evaluation.EvaluationOptions;
import dev.tinydancer.benchmark.evaluation.EvaluationResult;
import dev.tinydancer.router.neural.RequestEncoder;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LanguageSuiteTest {

    @Test
    void run_classifierInUse_isHonestInTwelveLanguages() throws IOException {
        List<EvaluationResult> results = new LanguageSuite(RequestEncoder.standard())
                .run(EvaluationOptions.standard(), progress -> {})
                .results();

        assertThat(results).hasSize(13);
        assertThat(results.getFirst().metrics()).containsEntry("tested", 240.0);
        assertThat(results.getFirst().metrics().get("honest")).isGreaterThanOrEqualTo(0.9);
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.metrics().get("mean_difficulty")).isNotPositive());
    }
}
