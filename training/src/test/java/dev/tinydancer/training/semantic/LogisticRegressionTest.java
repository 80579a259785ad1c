package dev.tinydancer.training.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class LogisticRegressionTest {

    @Test
    void fit_constantIsTheLogOdds() {
        LogisticRegression regression = new LogisticRegression(1);
        for (int i = 0; i < 1000; i++) {
            regression.observe(i % 4 == 0, 1, 1);
        }

        assertThat(regression.fit()[0]).isCloseTo(Math.log(0.25 / 0.75), within(1e-4));
    }

    @Test
    void fit_weightsCountLikeRepetition() {
        LogisticRegression weighted = new LogisticRegression(1);
        weighted.observe(true, 300, 1);
        weighted.observe(false, 100, 1);

        assertThat(weighted.fit()[0]).isCloseTo(Math.log(3), within(1e-3));
    }

    @Test
    void fit_findsTheCoefficientsThatMadeTheData() {
        Random random = new Random(4);
        LogisticRegression regression = new LogisticRegression(3);
        for (int i = 0; i < 50_000; i++) {
            double x = random.nextGaussian();
            double y = random.nextGaussian();
            double probability = 1 / (1 + Math.exp(-(0.5 + 2 * x - y)));
            regression.observe(random.nextDouble() < probability, 1, 1, x, y);
        }

        double[] coefficients = regression.fit();

        assertThat(coefficients[0]).isCloseTo(0.5, within(0.1));
        assertThat(coefficients[1]).isCloseTo(2, within(0.1));
        assertThat(coefficients[2]).isCloseTo(-1, within(0.1));
    }

    @Test
    void observe_wrongNumberOfFeatures() {
        assertThatThrownBy(() -> new LogisticRegression(2).observe(true, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("input must have 2 features, got 1");
    }
}
