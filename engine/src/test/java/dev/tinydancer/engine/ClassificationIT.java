package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Classifying and embedding from SQL, end to end, with the models that come with the program. */
final class ClassificationIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    @ParameterizedTest
    @CsvSource({
        "code, Write a Python function to calculate Fibonacci numbers",
        "translation, Translate this sentence into French: good morning",
        "math, What is 17 times 23 minus 12?",
    })
    void classifyRequest_findsTheKind(String category, String request) throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.first(connection, """
                            WITH answer AS (SELECT ruvector_classify_request('%s') AS c)
                            SELECT c ->> 'top_category', c -> 'classifications' -> 0 ->> 'category',
                                   c -> 'confidence' = c -> 'classifications' -> 0 -> 'probability',
                                   (SELECT round(sum((x ->> 'probability')::numeric), 3)
                                    FROM jsonb_array_elements(c -> 'classifications') AS x)
                            FROM answer""".formatted(request)))
                    .containsExactly(category, category, "t", "1.000");
        }
    }

    @Test
    void classifyCapabilities_returnsTheLikelyOnes() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.first(connection, """
                            SELECT 'code' = ANY (array_agg(capability)), bool_and(probability BETWEEN 0.5 AND 1)
                            FROM ruvector_classify_capabilities('Write a Python function that sorts a list')""")).containsExactly("t", "t");
        }
    }

    @Test
    void embed_isOfUnitLengthAndCloserToWhatMeansTheSame() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.first(connection, """
                            WITH text AS (
                                SELECT ruvector_embed('How do I reset my password?') AS a,
                                       ruvector_embed('I forgot my password, what now?') AS b,
                                       ruvector_embed('The weather is fine today') AS c
                            ), similarity AS (
                                SELECT (SELECT sum(x * y) FROM unnest(a, b) AS u (x, y)) AS same,
                                       (SELECT sum(x * y) FROM unnest(a, c) AS u (x, y)) AS other,
                                       (SELECT sum(x * x) FROM unnest(a) AS x) AS length, cardinality(a) AS dimension
                                FROM text
                            )
                            SELECT dimension, abs(length - 1) < 1e-3, same > other + 0.1 FROM similarity""")).containsExactly("384", "t", "t");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ruvector_classify_request", "ruvector_classify_capabilities", "ruvector_embed"})
    void everyFunction_refusesNothing(String function) throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThatThrownBy(() -> Rows.execute(connection, "SELECT " + function + "(NULL)"))
                    .isInstanceOf(SQLException.class)
                    .hasFieldOrPropertyWithValue("SQLState", "22004");
            assertThatThrownBy(() -> Rows.execute(connection, "SELECT " + function + "('  ')"))
                    .isInstanceOf(SQLException.class)
                    .hasFieldOrPropertyWithValue("SQLState", "22023");
        }
    }
}
