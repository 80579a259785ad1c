package dev.tinydancer.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {

    private static final Table TABLE = new Table(
            List.of("agent", "cost"),
            List.of(false, true),
            List.of(List.of("gpt-4", "0.03"), List.of("a much longer name", "7")));

    @Test
    void lines_whereThereIsRoom_areAGrid() {
        assertThat(TABLE.lines(80))
                .containsExactly(
                        "agent               cost",
                        "──────────────────  ────",
                        "gpt-4               0.03",
                        "a much longer name     7");
    }

    @Test
    void lines_whereThereIsNoRoom_areRecordsWithNothingCutOff() {
        assertThat(TABLE.lines(18))
                .containsExactly("agent  gpt-4", "cost   0.03", "", "agent  a much", "       longer name", "cost   7");
    }

    @Test
    void lines_withoutRows_areTheHeaders() {
        assertThat(new Table(List.of("agent"), List.of(false), List.of()).lines(80))
                .containsExactly("agent", "─────");
    }

    @Test
    void constructor_withRaggedRows_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Table(List.of("a", "b"), List.of(false, false), List.of(List.of("1"))));
    }
}
