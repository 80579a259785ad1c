package dev.tinydancer.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SemanticRouteTest {

    private static final Utterance UTTERANCE = Utterance.of("hello", new float[] {1, 2});

    @Test
    void utterance_isBroughtToUnitLength() {
        float[] given = {3, 4};
        Utterance utterance = Utterance.of("hello", given);
        given[0] = 100;

        assertThat(utterance.vector()[0]).isCloseTo(0.6f, within(1e-6f));
        assertThat(utterance.vector()[1]).isCloseTo(0.8f, within(1e-6f));
    }

    @Test
    void utterance_equalByTextAndVector() {
        assertThat(Utterance.of("hello", new float[] {1, 2}))
                .isEqualTo(UTTERANCE)
                .hasSameHashCodeAs(UTTERANCE)
                .isNotEqualTo(Utterance.of("hello", new float[] {2, 1}))
                .isNotEqualTo(Utterance.of("bye", new float[] {1, 2}));
    }

    @Test
    void utterance_unusableVector() {
        assertThatThrownBy(() -> Utterance.of("", new float[] {1, Float.NaN}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("embedding must be finite, got NaN at 1");
        assertThatThrownBy(() -> Utterance.of("", new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("embedding must not be all zero");
        assertThatThrownBy(() -> Utterance.of("", new float[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("embedding must not be empty");
    }

    @Test
    void constructor_invalid() {
        assertInvalid(" ", "agent", List.of(UTTERANCE), null, "name must have 1 to 200 characters, got 1");
        assertInvalid("r", "", List.of(UTTERANCE), null, "target_agent of route \"r\" must not be empty");
        assertInvalid("r", "agent", List.of(), null, "route \"r\" needs at least one utterance");
        assertInvalid(
                "r",
                "agent",
                List.of(UTTERANCE, Utterance.of("", new float[] {1})),
                null,
                "utterances of route \"r\" have different dimensions, 2 and 1");
        assertInvalid(
                "r", "agent", List.of(UTTERANCE), 1.5, "score_threshold of route \"r\" must be in [0, 1], got 1.5");
        assertInvalid(
                "r",
                "agent",
                List.of(UTTERANCE),
                Double.NaN,
                "score_threshold of route \"r\" must be in [0, 1], got NaN");
    }

    private static void assertInvalid(
            String name, String agent, List<Utterance> utterances, @Nullable Double threshold, String message) {
        assertThatThrownBy(() -> new SemanticRoute(name, "", utterances, agent, 0, RouteConditions.NONE, threshold))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
