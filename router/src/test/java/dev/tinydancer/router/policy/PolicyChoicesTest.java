package dev.tinydancer.router.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.router.vector.Logistic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the standard policies choose among models at list prices, for requests from easy to hard. */
final class PolicyChoicesTest {

    private static final double INPUT_TOKENS = 30;

    private static final List<Model> SIX = List.of(
            new Model("gpt-4o", 2.5, 10, 1_800, 0.92),
            new Model("gpt-4o-mini", 0.15, 0.6, 900, 0.82),
            new Model("claude-sonnet", 3, 15, 2_200, 0.94),
            new Model("claude-haiku", 0.25, 1.25, 600, 0.80),
            new Model("gemini-flash", 0.075, 0.3, 500, 0.79),
            new Model("llama-3-70b", 0.6, 0.8, 1_200, 0.81));

    private static final List<Model> MORE = List.of(
            new Model("deepseek-chat", 0.27, 1.1, 1_500, 0.85),
            new Model("llama-3-8b", 0.05, 0.08, 350, 0.66),
            new Model("mistral-large", 2, 6, 1_600, 0.86),
            new Model("claude-opus", 15, 75, 4_000, 0.95),
            new Model("gemini-pro", 1.25, 5, 1_500, 0.89),
            new Model("gpt-3.5-turbo", 0.5, 1.5, 700, 0.72));

    /** Prices in US dollars for a million tokens. */
    private record Model(String name, double input, double output, double latencyMillis, double quality) {

        Prospect prospect(double difficulty, double outputTokens) {
            return new Prospect(
                    Logistic.probability(Logistic.logit(quality) - difficulty),
                    (input * INPUT_TOKENS + output * outputTokens) / 1e6,
                    latencyMillis);
        }
    }

    /** Difficulties as demand has them: -2 where anybody can, 0 for ordinary requests, 1 for demanding ones. */
    @ParameterizedTest
    @CsvSource({
        "cost,               -2, gemini-flash",
        "cost,                0, gemini-flash",
        "cost,                1, gpt-4o",
        "latency,            -2, gemini-flash",
        "latency,             0, gemini-flash",
        "latency,             1, gpt-4o-mini",
        "latency,           1.5, gpt-4o",
        "quality,            -2, gpt-4o",
        "quality,             0, claude-sonnet",
        "quality,             1, claude-sonnet",
        "balanced,           -1, gpt-4o-mini",
        "balanced,            0, gpt-4o-mini",
        "balanced,          0.6, gpt-4o",
        "balanced,            1, gpt-4o",
        "quality_per_dollar, -2, gemini-flash",
        "quality_per_dollar,  0, gpt-4o-mini",
        "quality_per_dollar,  1, gpt-4o-mini",
    })
    void sixModels(String policy, double difficulty, String model) {
        assertThat(choice(Policy.standard(policy).orElseThrow(), SIX, difficulty, 250))
                .isEqualTo(model);
    }

    @Test
    void eightModels_eachTwoPoliciesDifferInAFifthOfSixtyRequests() {
        Random random = new Random(1);
        double[] difficulties = IntStream.range(0, 60)
                .mapToDouble(i -> (i % 3 == 0 ? -1.8 : i % 3 == 1 ? 0 : 0.9) + 0.45 * random.nextGaussian())
                .toArray();
        double[] lengths =
                random.doubles(60).map(share -> 50 * Math.pow(30, share)).toArray();
        for (int more = 0; more + 1 < MORE.size(); more++) {
            List<Model> models = new ArrayList<>(SIX);
            models.addAll(MORE.subList(more, more + 2));
            for (Policy a : Policy.standard()) {
                for (Policy b : Policy.standard()) {
                    long different = IntStream.range(0, 60)
                            .filter(i -> !choice(a, models, difficulties[i], lengths[i])
                                    .equals(choice(b, models, difficulties[i], lengths[i])))
                            .count();
                    if (!a.equals(b)) {
                        assertThat(different)
                                .as("%s and %s among %s", a.name(), b.name(), models)
                                .isGreaterThanOrEqualTo(12);
                    }
                }
            }
        }
    }

    private static String choice(Policy policy, List<Model> models, double difficulty, double outputTokens) {
        Baseline baseline = Baseline.of(models.stream()
                .map(model -> model.prospect(difficulty, outputTokens))
                .toList());
        return models.stream()
                .max(Comparator.comparingDouble(model ->
                        policy.utility(model.prospect(difficulty, outputTokens), baseline, Double.POSITIVE_INFINITY)))
                .orElseThrow()
                .name();
    }
}
