package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ServerErrorMessage;

/** Learning the thresholds of routes from labelled queries, from SQL. */
@Timeout(120)
final class FitRoutesIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private static final String EXAMPLES = """
            [{"query": "How do I reset my password?", "route": "account"},
             {"query": "I cannot log in any more", "route": "account"},
             {"query": "Please change my e-mail address", "route": "account"},
             {"query": "My account is locked, what now?", "route": "account"},
             {"query": "I forgot my login name", "route": "account"},
             {"query": "Where is my parcel?", "route": "delivery"},
             {"query": "My order has not arrived yet", "route": "delivery"},
             {"query": "When will the package be delivered?", "route": "delivery"},
             {"query": "The courier left my parcel at the wrong house", "route": "delivery"},
             {"query": "Can I track my shipment?", "route": "delivery"},
             {"query": "What is the capital of France?", "route": null},
             {"query": "Write a poem about the sea", "route": null},
             {"query": "How tall is Mount Everest?", "route": null},
             {"query": "Solve x squared equals nine", "route": null},
             {"query": "Recommend a film for tonight", "route": null}]""";

    @BeforeEach
    void createRoutesThatHardlyMatch() throws SQLException {
        database.execute("DELETE FROM tiny_dancer.route");
        try (Connection connection = database.connect()) {
            create(connection, "account", "Log in, password and account settings");
            create(connection, "delivery", "Delivery and tracking of orders");
        }
    }

    @Test
    void fit_findsThresholdsThatWork_storesThem_andReportsBoth() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            assertThat(found(admin)).isEmpty();
            List<String> report = Rows.first(admin, """
                    SELECT example_count, matched_before, abstained_before, round(accuracy_before::numeric, 3),
                           accuracy_after > 0.75, matched_after > 0.6, abstained_after > 0.6,
                           (SELECT string_agg(key, ',' ORDER BY key) FROM jsonb_each(thresholds)),
                           jsonb_array_length(misses) = round(15 * (1 - accuracy_after))
                    FROM ruvector_fit_routes('%s')""".formatted(EXAMPLES));
            assertThat(report).containsExactly("15", "0", "1", "0.333", "t", "t", "t", "account,delivery", "t");
            assertThat(Rows.first(admin, """
                            SELECT bool_and(score_threshold BETWEEN 0.3 AND 0.9) FROM ruvector_list_routes()""")).containsExactly("t");
            assertThat(found(admin)).containsExactly("account");
        }
    }

    @Test
    void fit_missesNameThePlacesOfTheExamples() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            // Nothing that is learned from the others can make the first right.
            String wrong = EXAMPLES.replace(
                    "\"How do I reset my password?\", \"route\": \"account\"",
                    "\"How do I reset my password?\", \"route\": \"delivery\"");
            assertThat(Rows.all(admin, """
                            SELECT miss ->> 'expected'
                            FROM ruvector_fit_routes('%s'), jsonb_array_elements(misses) AS miss
                            WHERE (miss ->> 'example')::int = 1""".formatted(wrong))).containsExactly(List.of("delivery"));
        }
    }

    @Test
    void explained_saysWhatTheFitWouldSay_andStoresNothing() throws SQLException {
        try (Connection user = database.connectAsUser();
                Connection admin = database.connectAsAdmin()) {
            String thresholds = "SELECT name, score_threshold FROM ruvector_list_routes() ORDER BY name";
            List<List<String>> before = Rows.all(user, thresholds);
            Rows.execute(user, "SET default_transaction_read_only = on");
            Rows.execute(user, "SET tiny_dancer.deadline_ms = '3000'");
            List<String> explained = Rows.first(user, "SELECT * FROM ruvector_explain_fit('" + EXAMPLES + "')");
            assertThat(Rows.first(user, "SHOW tiny_dancer.deadline_ms")).containsExactly("3000");
            assertThat(Rows.all(user, thresholds)).isEqualTo(before);
            assertThat(SqlFailure.of(user, "SELECT * FROM ruvector_explain_fit('[]')")
                            .getSQLState())
                    .isEqualTo("22023");
            assertThat(SqlFailure.of(user, "SELECT * FROM ruvector_explain_fit('" + EXAMPLES + "', '{\"x\": 1}')")
                            .getMessage())
                    .isEqualTo("a key of options is unknown, got \"x\"");
            assertThat(Rows.first(admin, "SELECT * FROM ruvector_fit_routes('" + EXAMPLES + "')"))
                    .isEqualTo(explained);
            assertThat(Rows.all(user, thresholds)).isNotEqualTo(before);
        }
    }

    @Test
    void fit_rolledBack_neverHappened_andLeavesTheDeadline() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            Rows.execute(admin, "SET tiny_dancer.deadline_ms = '3000'");
            admin.setAutoCommit(false);
            Rows.execute(admin, "SELECT ruvector_fit_routes('" + EXAMPLES + "')");
            assertThat(Rows.first(admin, "SHOW tiny_dancer.deadline_ms")).containsExactly("3000");
            assertThat(found(admin)).containsExactly("account");
            admin.rollback();
            assertThat(found(admin)).isEmpty();
        }
    }

    @Test
    void fit_withoutQueriesOfOneKind_reportsNoShareOfThem() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            assertThat(Rows.first(admin, """
                            SELECT matched_before, matched_after, abstained_before, accuracy_after
                            FROM ruvector_fit_routes((SELECT jsonb_agg(jsonb_build_object('query', 'text ' || i, 'route', NULL))
                                                      FROM generate_series(1, 5) AS i))""")).containsExactly("null", "null", "1", "1");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            NULL                                | 22004 | examples must not be null
            '{}'                                | 22023 | examples must be a JSON array, got {}
            '[]'                                | 22023 | examples must be at least 5, one for each fold, got 0
            '[1]'                               | 22023 | an element of examples must be a JSON object, got 1
            '[{"query": "q", "rout": "r"}]'     | 22023 | a key of an element of examples is unknown, got "rout"
            '[{"route": "account"}]'            | 22023 | query in examples must be a string, got nothing
            '[{"query": 1, "route": "r"}]'      | 22023 | query in examples must be a string, got 1
            '[{"query": " ", "route": "r"}]'    | 22023 | query in examples must not be empty
            '[{"query": "q"}]'                  | 22023 | route in examples must be the name of a route, or null where none is right, got nothing
            '[{"query": "q", "route": 1}]'      | 22023 | route in examples must be the name of a route, or null where none is right, got 1
            (SELECT jsonb_agg(jsonb_build_object('query', i::text, 'route', 'nowhere')) FROM generate_series(1, 5) AS i) | 22023 | an example names the route "nowhere", which does not exist
            """)
    void invalid_isRefusedByName(String examples, String sqlState, String message) throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            ServerErrorMessage error = SqlFailure.of(admin, "SELECT * FROM ruvector_fit_routes(" + examples + ")");
            assertThat(error.getSQLState()).isEqualTo(sqlState);
            assertThat(error.getMessage()).startsWith(message);
        }
    }

    private static void create(Connection connection, String name, String description) throws SQLException {
        Rows.execute(
                connection,
                "SELECT ruvector_create_route('%s', '%s', 'agent', score_threshold := 0.97)"
                        .formatted(name, description));
    }

    private static List<String> found(Connection connection) throws SQLException {
        return Rows.all(connection, "SELECT route_name FROM ruvector_semantic_route('I lost my password', 1)").stream()
                .map(List::getFirst)
                .toList();
    }
}
