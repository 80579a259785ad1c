package dev.tinydancer.router.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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

    /** What the collation "C" tells apart: its lower-casing knows no letters beyond ASCII. */
    @Test
    void merging_wordsThatCompareEqualAreOne() {
        assertThat(Capabilities.merging(List.of("Übersetzen", "code", "übersetzen"))
                        .words())
                .containsExactly("übersetzen", "code");
        assertThatThrownBy(() -> Capabilities.merging(List.of("code", "\t")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a capability must not be empty");
    }

    @Test
    void covers_underItsOwnNameOrAnother() {
        assertThat(Capabilities.of("coding").covers("code")).isTrue();
        assertThat(Capabilities.of("code").covers("code")).isTrue();
        assertThat(Capabilities.of("testing").covers("code")).isFalse();
        assertThat(Capabilities.of("programing").covers("code"))
                .as("a letter is missing")
                .isTrue();
        assertThat(Capabilities.of("Software Development").covers("code")).isTrue();
        assertThat(Capabilities.of("cobol-programming").covers("code"))
                .as("its last part")
                .isTrue();
        assertThat(Capabilities.of("dress-code-advice").covers("code"))
                .as("the last part that is known")
                .isTrue();
        assertThat(Capabilities.of("chat").covers("conversation")).isTrue();
        assertThat(Capabilities.of("chat").covers("general")).isTrue();
        assertThat(Capabilities.of("legal").covers("legal"))
                .as("a word of the owner's own")
                .isTrue();
    }

    @Test
    void containsAll_someMissing() {
        assertThat(Capabilities.of("code").containsAll(Capabilities.of("CODE"))).isTrue();
        assertThat(Capabilities.of("code").containsAll(Capabilities.of())).isTrue();
        assertThat(Capabilities.of("code").containsAll(Capabilities.of("code", "legal")))
                .isFalse();
    }
}
