package dev.tinydancer.benchmark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class LogFillTest {

    @Test
    void statements_ofAScript_leaveOutWhatOnlyPsqlUnderstands() {
        assertThat(LogFill.statements("""
                        -- Says why; at length.
                        \\set ON_ERROR_STOP on
                        SET jit = off;

                        SELECT 1,
                               2;
                        """)).containsExactly("SET jit = off;", "SELECT 1,\n       2;");
    }

    @Test
    void statements_withABody_keepItWhole() {
        String block = """
                DO $$
                BEGIN
                    PERFORM 1;
                END
                $$;""";

        assertThat(LogFill.statements(block + "\nRESET ROLE;\n")).containsExactly(block, "RESET ROLE;");
    }

    @Test
    void statements_withoutAnEnd_areRefused() {
        assertThatThrownBy(() -> LogFill.statements("SELECT 1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no end");
    }
}
