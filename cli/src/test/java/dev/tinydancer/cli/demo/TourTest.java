package dev.tinydancer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class TourTest {

    @Test
    void parse_keepsRemarksInsideAStatement() {
        Tour tour = Tour.parse("""
                -- First
                SELECT f(
                    a := 1  -- one; or two
                );

                SELECT 2;

                -- Second
                SELECT 3;
                """);

        assertThat(tour.stations())
                .containsExactly(
                        new Tour.Station("First", "SELECT f(\n    a := 1  -- one; or two\n)"),
                        new Tour.Station("First", "SELECT 2"),
                        new Tour.Station("Second", "SELECT 3"));
    }

    @Test
    void parse_whatDoesNotEnd_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Tour.parse("SELECT 1"));
    }
}
