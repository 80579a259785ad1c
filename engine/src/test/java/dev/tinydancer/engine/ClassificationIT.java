package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
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

    /** In slices of a thousand. */
    @Test
    void classifyRequests_saysOfEachWhatTheOneFunctionSays() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.first(connection, """
                            WITH request AS (
                                SELECT n, 'Write question ' || n || ' in Python' AS text FROM generate_series(1, 2100) AS n
                            ), answer AS (
                                SELECT * FROM ruvector_classify_requests((SELECT array_agg(text ORDER BY n) FROM request))
                            )
                            SELECT count(*), count(error), array_agg(request_index) = ARRAY(SELECT generate_series(1, 2100)),
                                   (SELECT bool_and(classifications = one -> 'classifications'
                                                    AND top_category = one ->> 'top_category'
                                                    AND confidence = (one ->> 'confidence')::float8)
                                    FROM answer
                                    JOIN request ON n = request_index
                                    CROSS JOIN LATERAL ruvector_classify_request(text) AS one
                                    WHERE n IN (1, 1000, 1001, 2100))
                            FROM answer""")).containsExactly("2100", "0", "t", "t");
        }
    }

    /** In slices of a hundred, for which alone the deadline would be too short. */
    @Test
    void embedBatch_saysOfEachWhatTheOneFunctionSays_howeverManyThereAre() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            Rows.execute(connection, "SELECT ruvector_embed('loads the model')");
            Rows.execute(connection, "SET tiny_dancer.deadline_ms = 50");
            assertThat(Rows.first(connection, """
                            WITH answer AS (
                                SELECT * FROM ruvector_embed_batch(
                                    (SELECT array_agg('A sentence of some length, the number ' || n || ' of many')
                                     FROM generate_series(1, 150) AS n))
                            )
                            SELECT count(embedding), array_agg(input_index) = ARRAY(SELECT generate_series(1, 150))
                            FROM answer""")).containsExactly("150", "t");
            assertThat(Rows.first(connection, "SELECT current_setting('tiny_dancer.deadline_ms')"))
                    .containsExactly("50");
            Rows.execute(connection, "RESET tiny_dancer.deadline_ms");
            assertThat(Rows.first(connection, """
                            SELECT embedding = ruvector_embed('one'), input_index
                            FROM ruvector_embed_batch('{other,one}') WHERE input_index = 2""")).containsExactly("t", "2");
        }
    }

    @Test
    void oneOfMany_failsByItself() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(
                            Rows.all(
                                    connection,
                                    "SELECT request_index, top_category IS NULL, error FROM ruvector_classify_requests('{x,NULL,\"\"}')"))
                    .containsExactly(
                            List.of("1", "f", "null"),
                            List.of("2", "t", "22004: request must not be null"),
                            List.of("3", "t", "22023: request must not be empty"));
            assertThat(Rows.all(
                            connection,
                            "SELECT input_index, cardinality(embedding), error FROM ruvector_embed_batch('{x,NULL}')"))
                    .containsExactly(
                            List.of("1", "384", "null"), List.of("2", "null", "22004: input must not be null"));
            assertThat(Rows.all(connection, "SELECT * FROM ruvector_embed_batch('{}')"))
                    .isEmpty();
            for (String function : List.of("ruvector_classify_requests", "ruvector_embed_batch")) {
                assertThat(SqlFailure.of(connection, "SELECT * FROM " + function + "(NULL)")
                                .getSQLState())
                        .isEqualTo("22004");
                assertThat(SqlFailure.of(connection, "SELECT * FROM " + function + "('{{a},{b}}')")
                                .getSQLState())
                        .isEqualTo("22023");
            }
        }
    }

    @Test
    void slices_areBoundedByTheirBytesAsWell() throws SQLException {
        try (Connection connection = database.connect()) {
            assertThat(Rows.all(connection, """
                            SELECT first_place, number, bytes FROM tiny_dancer.text_slices(
                                array_fill(repeat('word ', 500), ARRAY[50]), 100, 50000)"""))
                    .containsExactly(
                            List.of("1", "19", "47500"), List.of("20", "20", "50000"), List.of("40", "11", "27500"));
        }
    }

    @Test
    void cancelledBatch_leavesTheSessionAsItWas() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            Rows.execute(connection, "SET statement_timeout = '500ms'");
            assertThat(SqlFailure.of(
                                    connection,
                                    "SELECT count(*) FROM ruvector_embed_batch(array_fill('Some text'::text, ARRAY[50000]))")
                            .getSQLState())
                    .isEqualTo("57014");
            Rows.execute(connection, "RESET statement_timeout");
            assertThat(Rows.first(connection, "SELECT cardinality(ruvector_embed('again'))"))
                    .containsExactly("384");
            assertThat(Rows.first(connection, "SELECT current_setting('tiny_dancer.deadline_ms', true)"))
                    .isSubsetOf("", "null");
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
