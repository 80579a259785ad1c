package dev.tinydancer.router.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class CapabilitiesTest {

    @Test
    void of_trimsAndIgnoresCase() {
        assertThat(Capabilities.of(" Code ", "TESTING")).isEqualTo(Capabilities.of("testing", "code"));
    }

    @Test
    void of_keepsTheOrderGiven() {
        assertThat(Capabilities.of("zebra", "Ant").words()).containsExactly("zebra", "ant");
    }

    @Test
    void of_blankWord() {
        assertThatThrownBy(() -> Capabilities.of("code", " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a capability must not be empty");
    }

    @Test
    void of_duplicateAfterNormalising() {
        assertThatThrownBy(() -> Capabilities.of("Code", "code "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("capability \"code\" is given twice");
    }

    @Test
    void containsAll_someMissing() {
        assertThat(Capabilities.of("code").containsAll(Capabilities.of("CODE"))).isTrue();
        assertThat(Capabilities.of("code").containsAll(Capabilities.of())).isTrue();
        assertThat(Capabilities.of("code").containsAll(Capabilities.of("code", "legal")))
                .isFalse();
    }
}
