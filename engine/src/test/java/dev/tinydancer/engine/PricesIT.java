package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Prices from SQL, end to end: engines estimate by those that hold. */
@Timeout(120)
final class PricesIT {

    private static final String ESTIMATE =
            "SELECT estimated_cost FROM ruvector_explain_route('What is the capital of France?', expected_output_tokens => 1000)";

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private Connection connection;

    @BeforeEach
    void registerAgent() throws SQLException {
        connection = database.connect();
        Rows.truncate(connection, "tiny_dancer.agent, tiny_dancer.agent_price");
        Rows.execute(connection, """
                SELECT ruvector_register_agent('a', 'llm', '{chat}', cost_per_call => 0.5, avg_latency_ms => 10,
                    quality_score => 0.5)""");
    }

    @AfterEach
    void closeSession() throws SQLException {
        connection.close();
    }

    @Test
    void laterPrices_takeEffectAtTheirTime_withoutAnybodyDoingAnything() throws SQLException {
        Rows.execute(
                connection,
                "SELECT ruvector_set_prices('a', '{\"call\": 0.75}', clock_timestamp() + interval '3 seconds')");
        assertThat(estimate()).containsExactly("0.5");
        Eventually.succeeds(() -> assertThat(estimate()).containsExactly("0.75"));
        assertThat(Rows.first(connection, "SELECT cost_per_call FROM ruvector_list_agents()"))
                .containsExactly("0.75");
    }

    @Test
    void aboveATier_theEstimateIsByItsPrices() throws SQLException {
        Rows.execute(connection, """
                SELECT ruvector_set_prices('a', '{"output": 0.01, "tiers": [{"above_input_tokens": 3, "output": 0.02}]}')""");
        assertThat(estimate()).containsExactly("0.02");
        Rows.execute(connection, """
                SELECT ruvector_set_prices('a', '{"output": 0.01, "tiers": [{"above_input_tokens": 300, "output": 0.02}]}')""");
        assertThat(estimate()).containsExactly("0.01");
    }

    private List<String> estimate() throws SQLException {
        return Rows.first(connection, ESTIMATE);
    }
}
