package dev.tinydancer.router.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CostModelTest {

    @Test
    void cost_addsAllPriceKinds() {
        CostModel model = new CostModel(0.01, 0.03, 0.002, 0.5);

        // 0.01 * 0.2 + 0.03 * 0.4 + 0.002 + 0.5 * 1.5
        assertThat(model.cost(200, 400, 1_500)).isCloseTo(0.766, within(1e-12));
    }

    @Test
    void cost_aboveATier_isByItsPricesForAllTokens() {
        CostModel model = new CostModel(
                1, 10, 0.5, 0, 1, List.of(new CostModel.Tier(500_000, 3, 12), new CostModel.Tier(200_000, 2, 11)));

        assertThat(model.cost(200_000, 1_000, 0)).isEqualTo(210.5);
        assertThat(model.cost(300_000, 1_000, 0)).isEqualTo(611.5);
        assertThat(model.cost(600_000, 1_000, 0)).isEqualTo(1_812.5);
    }

    @Test
    void cost_free() {
        assertThat(new CostModel(0, 0, 0, 0).cost(1_000, 1_000, 1_000)).isZero();
    }

    @Test
    void cost_absurdPrices_isFinite() {
        CostModel model = new CostModel(1e308, 1e308, 1e308, 1e308);

        assertThat(model.cost(200_000, 400, 1e9)).isFinite().isGreaterThan(1e12);
        assertThat(model.cost(0, 0, 0)).isFinite();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, Double.NaN, Double.POSITIVE_INFINITY})
    void constructor_unusablePrice(double price) {
        assertThatThrownBy(() -> new CostModel(0, 0, price, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("perCall must be a finite number of at least 0, got " + price);
    }
}
