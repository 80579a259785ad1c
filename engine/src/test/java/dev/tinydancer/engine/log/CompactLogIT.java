package dev.tinydancer.engine.log;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Java writes in a form of its own is read in SQL. */
@Timeout(120)
final class CompactLogIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    @Test
    void phrases_areThoseOfTheDatabase() throws SQLException {
        try (Connection connection = database.connect()) {
            assertThat(Rows.all(connection, "SELECT unnest(tiny_dancer.reasoning_phrases())"))
                    .isEqualTo(LoggedReasoning.PHRASES.stream().map(List::of).toList());
        }
        assertThat(LoggedReasoning.PHRASES).doesNotHaveDuplicates().hasSizeLessThan(' ');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "because",
                "best balanced of ",
                "best balanced of 6 fitting agents, 9 points less than gpt-4o, 25 times cheaper, 2.1 times faster",
                "best cost of 1 fitting agent (3 registered); excluded by circuit open: a, b; no similar request yet",
                "best balanced of 3 fitting agents (12 registered), as good as %s, for nothing; 12 similar requests, 7 good",
                "best balanced of 3 fitting agents, 1 below 0.8 of the best quality, 1 point more than \ud83e\udd8a"
                        + "; leaves a, b; c, though staying was worth 3 points and $0.01 for 12 cached tokens"
                        + "; of a long request what looks like the task was read, 9 of 99 word pieces",
                "best balanced of 2 fitting agents, as good as a\tb",
                "best balanced of 2 fitting agents, as good as \u0003",
                "best quality of 2 fitting agents, as good as b",
                "\u0001: debugging, step 1 of 2, pipeline",
                "\u0002: debugging, step 1 of 2, pipeline",
                "\n: debugging, step 1 of 2, pipeline",
            })
    void reason_isReadAsItWas(String reasoning) throws SQLException {
        assertThat(value(
                        "SELECT tiny_dancer.reasoning_of(?, ?)", LoggedReasoning.of(reasoning, "balanced"), "balanced"))
                .isEqualTo(reasoning);
    }

    @ParameterizedTest
    @ValueSource(strings = {"assignment", "%s", "our own of ", "two\nlines", "\u0001", ""})
    void reason_ofAPolicyOfOnesOwn_isReadAsItWas(String policy) throws SQLException {
        String reasoning = "best " + policy + " of 2 fitting agents, as good as b";
        assertThat(value("SELECT tiny_dancer.reasoning_of(?, ?)", LoggedReasoning.of(reasoning, policy), policy))
                .isEqualTo(reasoning);
    }

    @Test
    void usualReason_takesAFifth() {
        assertThat(LoggedReasoning.of(
                        "best balanced of 6 fitting agents, 9 points less than gpt-4o, 25 times cheaper, 2.1 times faster",
                        "balanced"))
                .hasSize(19);
    }

    @Test
    void figures_areReadInFourDigits() throws SQLException {
        List<Double> figures =
                new ArrayList<>(List.of(0.0, -0.0, 1.0, 600.0, 1e9, -30_000.0, 99_999.0, 1e18, 1e-21, 0.99995));
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            figures.add((random.nextDouble() - 0.3) * Math.pow(10, random.nextInt(-18, 18)));
        }
        StringBuilder written = new StringBuilder();
        for (double figure : figures) {
            assertThat(CompactFigure.append(written, figure)).as("%s", figure).isTrue();
        }
        assertThat(written).hasSize(3 * figures.size());
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement("""
                        SELECT tiny_dancer.figure_of(substr(written, 1 + 3 * place, 3))
                        FROM (SELECT ?::text) AS all_of_them (written)
                        CROSS JOIN generate_series(0, length(written) / 3 - 1) AS place
                        ORDER BY place""")) {
            statement.setString(1, written.toString());
            List<BigDecimal> read = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    read.add(rows.getBigDecimal(1));
                }
            }
            assertThat(read)
                    .usingElementComparator(BigDecimal::compareTo)
                    .isEqualTo(figures.stream()
                            .map(figure -> new BigDecimal(figure).round(new MathContext(4)))
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-25, 1e300, -1e300})
    void figure_thatIsTooSmallOrTooLarge_isNotWritten(double figure) {
        StringBuilder written = new StringBuilder();
        assertThat(CompactFigure.append(written, figure)).isFalse();
        assertThat(written).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "a|b c|0.01|false",
                "a|[b]|0.01|false",
                "a|\"b\\\"|0.01|false",
                "a|\u00e9\ud83e\udd8a|0.01|false",
                "a|b\u0002\tb\u007f|0.01|false",
                "a|b\u0001c|0.01|true",
                "a|b|1e-40|true",
            },
            delimiter = '|')
    void nextAgents_areReadWhateverTheirNamesAndPrices(String chosen, String next, double price, boolean isJson)
            throws SQLException {
        DecisionColumns columns = Decisions.columns(List.of(chosen, next, "last of " + next), price);
        assertThat(columns.agent()).isEqualTo(chosen);
        String nextAgents = requireNonNull(columns.nextAgents());
        assertThat(nextAgents.startsWith("[")).isEqualTo(isJson);
        assertThat(value("SELECT tiny_dancer.alternatives_of(?, NULL) -> 0 ->> 'agent_name'", nextAgents))
                .isEqualTo(next);
        assertThat(value("SELECT tiny_dancer.alternatives_of(?, NULL) -> 1 ->> 'agent_name'", nextAgents))
                .isEqualTo("last of " + next);
        // What the caller was told, in four digits.
        assertThat(value("""
                        SELECT bool_and(abs((logged.value ->> key)::float8 - told.figure::float8) <= 1e-3 * abs(told.figure::float8))
                        FROM jsonb_array_elements(tiny_dancer.alternatives_of(?, NULL)) WITH ORDINALITY AS logged (value, place)
                        JOIN jsonb_array_elements(?::jsonb) WITH ORDINALITY AS said (value, place) USING (place)
                        CROSS JOIN LATERAL jsonb_each_text(said.value - 'agent_name') AS told (key, figure)""", nextAgents, requireNonNull(columns.alternatives())))
                .isEqualTo("t");
    }

    @Test
    void nextAgents_ofTheOnlyOne_areNone() throws SQLException {
        DecisionColumns columns = Decisions.columns(List.of("a"), 0.01);
        assertThat(value("SELECT tiny_dancer.alternatives_of(?, NULL)", requireNonNull(columns.nextAgents())))
                .isEqualTo("[]");
    }

    private static String value(String sql, String... arguments) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                return rows.getString(1);
            }
        }
    }
}
