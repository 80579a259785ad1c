package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ServerErrorMessage;

/** An engine all of whose parts are off but for routing itself. */
final class FeaturesIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database, Map.of("features", "routing"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SELECT ruvector_classify_request('x')                | classify_request      | routing-fastgrnn
                    SELECT * FROM ruvector_classify_capabilities('x')    | classify_capabilities | routing-fastgrnn
                    SELECT ruvector_embed('x')                           | embed                 | routing-semantic
                    SELECT * FROM ruvector_semantic_route('x')           | semantic_route        | routing-semantic
                    SELECT * FROM ruvector_route_multi('x')              | route_multi           | routing-optimizer
                    SELECT * FROM ruvector_batch_route('{x}')            | batch_route           | routing-optimizer
                    SELECT * FROM ruvector_optimize_budget(1)            | optimize_budget       | routing-optimizer
                    """)
    void partThatIsOff_saysSo_andWhichSettingTurnsItOn(String call, String verb, String feature) throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            ServerErrorMessage error = SqlFailure.of(connection, call);
            assertThat(error.getSQLState()).isEqualTo("0A000");
            assertThat(error.getMessage())
                    .isEqualTo("this engine does not answer " + verb + ": its part " + feature + " is off");
            assertThat(error.getHint()).isEqualTo("Add " + feature + " to the engine's setting features.");
        }
    }

    @Test
    void routing_worksWithoutTheClassifier() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, """
                    SELECT ruvector_register_agent('a', 'llm', '{code}', 0.01, avg_latency_ms := 100, quality_score := 0.9)""");
            String id = Rows.first(connection, "SELECT decision_id FROM ruvector_route('Write a function')")
                    .getFirst();
            assertThat(Rows.first(
                            connection,
                            "SELECT agent, category FROM tiny_dancer.decision WHERE decision_id = '" + id + "'"))
                    .containsExactly("a", "null");
            assertThat(Rows.first(connection, "SELECT ruvector_record_outcome('" + id + "', true)"))
                    .containsExactly("t");
            assertThat(Rows.first(connection, "SELECT models ->> 'classifier' FROM ruvector_engine_status()"))
                    .containsExactly("off");
        }
    }
}
