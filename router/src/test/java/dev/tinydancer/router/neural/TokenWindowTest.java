package dev.tinydancer.router.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class TokenWindowTest {

    private final TokenWindow window = new TokenWindow(3, 2);

    @Test
    void cut_shortText_isKeptWhole() {
        assertThat(window.cut(new int[] {1, 2, 3, 4, 5})).containsExactly(1, 2, 3, 4, 5);
        assertThat(window.cut(new int[0])).isEmpty();
    }

    @Test
    void cut_longText_keepsBothEnds() {
        assertThat(window.cut(new int[] {1, 2, 3, 4, 5, 6})).containsExactly(1, 2, 3, 5, 6);
        assertThat(new TokenWindow(2, 0).cut(new int[] {1, 2, 3})).containsExactly(1, 2);
    }

    @Test
    void constructor_emptyWindow_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TokenWindow(0, 2))
                .withMessage("head must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TokenWindow(1, -1))
                .withMessage("tail must be at least 0, got -1");
    }
}
