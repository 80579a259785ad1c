package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ServerErrorMessage;

/** Semantic routes from SQL, end to end, with the sentence model that comes with the program. */
@Timeout(180)
final class SemanticRoutesIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    /** All numbers 0.1; of no length in particular, which is the engine's to bring to 1. */
    private static final String VECTOR = "array_fill(0.1::real, '{384}')";

    @BeforeEach
    void forgetRoutes() throws SQLException {
        database.execute("DELETE FROM tiny_dancer.agent");
        database.execute("DELETE FROM tiny_dancer.route");
        database.execute("DELETE FROM tiny_dancer.route_use");
    }

    @Test
    void thePlansStatements_findCustomerSupportFirst() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            assertThat(Rows.first(admin, """
                            SELECT ruvector_create_route(
                                name := 'customer_support',
                                description := 'Handle customer support inquiries, complaints, and feedback',
                                embedding := ruvector_embed('Customer support and help requests'),
                                target_agent := 'support-agent',
                                priority := 1
                            );""")).containsExactly("t");
            assertThat(Rows.first(admin, """
                            SELECT ruvector_create_route(
                                name := 'technical_docs',
                                description := 'Answer questions about technical documentation and APIs',
                                embedding := ruvector_embed('Technical documentation and API reference'),
                                target_agent := 'docs-agent',
                                priority := 2
                            );""")).containsExactly("t");
            List<String> best = Rows.first(admin, """
                    SELECT *
                    FROM ruvector_semantic_route(
                        query := 'How do I reset my password?',
                        top_k := 3
                    );""");
            assertThat(best.get(0)).isEqualTo("customer_support");
            assertThat(Double.parseDouble(best.get(1))).isBetween(0.55, 0.7);
            assertThat(best.get(2)).isEqualTo("support-agent");
            assertThat(Double.parseDouble(best.get(3))).isBetween(0.1, 0.9);
        }
    }

    /** Of a query the routes that it reaches or just misses, and its place beside the utterances of the nearest. */
    @Test
    void map_putsAQueryBesideTheUtterancesThatItIsLike() throws SQLException {
        try (Connection admin = database.connectAsAdmin();
                Connection user = database.connectAsUser()) {
            assertThat(Rows.all(user, "SELECT * FROM ruvector_route_map()")).isEmpty();
            Rows.execute(admin, """
                    SELECT ruvector_create_route('orders', 'orders', 'a', conditions := '{"rate_limit": 1}',
                        utterances := ARRAY['where is my order', 'when will my parcel arrive', 'track my package'])""");
            Rows.execute(admin, """
                    SELECT ruvector_create_route('code', 'programming', 'b',
                        utterances := ARRAY['fix this bug', 'write a unit test', 'why does this not compile'])""");
            for (int repetition = 0; repetition < 2; repetition++) {
                assertThat(Rows.all(user, """
                                SELECT route_name, similarity >= threshold
                                FROM ruvector_route_map('{where has my parcel gone}')
                                WHERE kind = 'query' ORDER BY similarity DESC""")).containsExactly(List.of("orders", "t"), List.of("code", "f"));
            }
            assertThat(Rows.first(user, """
                            WITH place AS MATERIALIZED (SELECT * FROM ruvector_route_map('{where has my parcel gone}'))
                            SELECT nearest.route_name, (SELECT count(*) FROM place WHERE kind = 'utterance')
                            FROM place AS query, place AS nearest
                            WHERE query.kind = 'query' AND nearest.kind = 'utterance'
                            ORDER BY (query.x - nearest.x) ^ 2 + (query.y - nearest.y) ^ 2
                            LIMIT 1""")).containsExactly("orders", "6");
            assertThat(SqlFailure.of(user, "SELECT * FROM ruvector_route_map(array_fill('x'::text, '{51}'))")
                            .getMessage())
                    .isEqualTo("queries must have at most 50 elements, got 51");
        }
    }

    @Test
    void create_replacesByName_andListShowsWhatWasGiven() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            assertThat(Rows.first(admin, "SELECT ruvector_create_route('r', 'old', 'a', 1, utterances := '{x,y}')"))
                    .containsExactly("t");
            assertThat(Rows.first(admin, """
                            SELECT ruvector_create_route('r', 'new', 'b', -2, %s,
                                '{"time_range": ["22:00", "24:00"], "time_zone": "Europe/Berlin",
                                  "user_tier": ["Gold"], "rate_limit": 5}',
                                ARRAY['say ü', 'and this'], 0.7)""".formatted(VECTOR))).containsExactly("f");
            assertThat(Rows.all(admin, """
                            SELECT name, description, target_agent, priority, utterances, score_threshold,
                                   conditions = '{"time_range": ["22:00", "24:00"], "time_zone": "Europe/Berlin",
                                                  "user_tier": ["Gold"], "rate_limit": 5}',
                                   created_at = now()
                            FROM ruvector_list_routes()"""))
                    .containsExactly(List.of("r", "new", "b", "-2", "{\"say ü\",\"and this\"}", "0.7", "t", "f"));
        }
        try (Connection superuser = database.connect()) {
            assertThat(Rows.all(superuser, """
                            SELECT place, utterance, cardinality(embedding), embedding[384] = 0.1::real
                            FROM tiny_dancer.route_utterance ORDER BY place"""))
                    .containsExactly(
                            List.of("1", "", "384", "t"),
                            List.of("2", "say ü", "384", "f"),
                            List.of("3", "and this", "384", "f"));
        }
    }

    @Test
    void create_optionalArgumentsNull_isLikeLeavingThemOut() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            Rows.execute(admin, "SELECT ruvector_create_route('r', 'about cats', 'a', NULL, NULL, NULL, NULL, NULL)");
            Rows.execute(admin, "SELECT ruvector_create_route('s', 'd', 'a', conditions := '{\"rate_limit\": null}')");
            assertThat(Rows.all(admin, """
                            SELECT name, priority, conditions, utterances, score_threshold
                            FROM ruvector_list_routes()"""))
                    .containsExactly(
                            List.of("r", "0", "{}", "{\"about cats\"}", "null"),
                            List.of("s", "0", "{}", "{d}", "null"));
            assertThat(found(admin, "'about cats', NULL, NULL")).containsExactly("r");
        }
    }

    @Test
    void create_manyUtterances_embedsEachLikeRuvectorEmbed() throws SQLException {
        try (Connection superuser = database.connect()) {
            Rows.execute(superuser, """
                    SELECT ruvector_create_route('r', 'd', 'a',
                        utterances := ARRAY(SELECT 'text number ' || i FROM generate_series(1, 35) AS i))""");
            assertThat(Rows.first(superuser, """
                            SELECT count(*), min(place), max(place),
                                   bool_and(embedding = ruvector_embed('text number ' || place)),
                                   bool_and(utterance = 'text number ' || place)
                            FROM tiny_dancer.route_utterance""")).containsExactly("35", "1", "35", "t", "t");
        }
    }

    @Test
    void create_unknownTargetAgent_isToldInANotice() throws SQLException {
        try (Connection admin = database.connectAsAdmin();
                Statement statement = admin.createStatement()) {
            Rows.execute(admin, """
                    SELECT ruvector_register_agent('known', 'llm', '{x}', avg_latency_ms := 1, quality_score := 1)""");
            statement.execute("SELECT ruvector_create_route('r', 'd', 'unknown')");
            assertThat(notices(statement)).containsExactly("agent \"unknown\" is not registered");
            statement.clearWarnings();
            statement.execute("SELECT ruvector_create_route('r', 'd', 'known')");
            assertThat(notices(statement)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            NULL, 'd', 'a'                                             | 22004 | name must not be null
            ' ', 'd', 'a'                                              | 22023 | name must not be empty
            repeat('n', 201), 'd', 'a'                                 | 22023 | name must have at most 200 characters
            'r', NULL, 'a'                                             | 22004 | description must not be null
            'r', '', 'a'                                               | 22023 | description must not be empty
            'r', 'd', NULL                                             | 22004 | target_agent must not be null
            'r', 'd', E'\\t'                                          | 22023 | target_agent must not be empty
            'r', 'd', 'a', embedding := '{1,2}'                        | 22023 | embedding must have 384 numbers in one dimension, as ruvector_embed returns them, got 2
            'r', 'd', 'a', embedding := '{}'                           | 22023 | embedding must have 384 numbers in one dimension, as ruvector_embed returns them, got 0
            'r', 'd', 'a', embedding := array_fill(1::real, '{2,192}') | 22023 | embedding must have 384 numbers in one dimension
            'r', 'd', 'a', embedding := array_fill(0::real, '{384}')   | 22023 | embedding must not be all zero
            'r', 'd', 'a', embedding := array_append(array_fill(1::real, '{383}'), 'NaN') | 22023 | embedding must have finite numbers, got NaN at 384
            'r', 'd', 'a', embedding := array_prepend('-Infinity', array_fill(1::real, '{383}')) | 22023 | embedding must have finite numbers, got -Infinity at 1
            'r', 'd', 'a', embedding := array_prepend(NULL, array_fill(1::real, '{383}')) | 22023 | embedding must have finite numbers, got NULL at 1
            'r', 'd', 'a', conditions := '[1]'                         | 22023 | conditions must be a JSON object, got [1]
            'r', 'd', 'a', conditions := '{"zone": "UTC"}'             | 22023 | a key of conditions is unknown, got "zone"
            'r', 'd', 'a', conditions := '{"time_range": "09:00"}'     | 22023 | time_range must be two times such as ["09:00", "17:30"], got "09:00"
            'r', 'd', 'a', conditions := '{"time_range": ["09:00"]}'   | 22023 | time_range must be two times such as
            'r', 'd', 'a', conditions := '{"time_range": ["09:00", "25:00"]}' | 22023 | time_range must be two times such as "09:00" or "17:30", got "25:00"
            'r', 'd', 'a', conditions := '{"time_range": ["9 am", "17:00"]}'  | 22023 | time_range must be two times such as "09:00" or "17:30", got "9 am"
            'r', 'd', 'a', conditions := '{"time_range": ["09:00", "09:00"]}' | 22023 | time_range must have two different ends, got 09:00 twice
            'r', 'd', 'a', conditions := '{"time_range": ["09:00", "17:00"], "time_zone": "Berlin"}' | 22023 | time_zone must be a zone such as "Europe/Berlin" or "+02:00", got "Berlin"
            'r', 'd', 'a', conditions := '{"time_range": ["09:00", "17:00"], "time_zone": 2}'        | 22023 | time_zone must be a string, got 2
            'r', 'd', 'a', conditions := '{"time_zone": "UTC"}'        | 22023 | time_zone must have a time_range beside it, got UTC
            'r', 'd', 'a', conditions := '{"user_tier": "gold"}'       | 22023 | user_tier must be an array of at least one tier, got "gold"
            'r', 'd', 'a', conditions := '{"user_tier": []}'           | 22023 | user_tier must be an array of at least one tier, got []
            'r', 'd', 'a', conditions := '{"user_tier": [1]}'          | 22023 | an element of user_tier must be a string, got 1
            'r', 'd', 'a', conditions := '{"user_tier": [" "]}'        | 22023 | an element of user_tier must not be empty
            'r', 'd', 'a', conditions := '{"rate_limit": 0}'           | 22023 | rate_limit must be a whole number of uses per minute from 1 to 1000000000, got 0
            'r', 'd', 'a', conditions := '{"rate_limit": 1.5}'         | 22023 | rate_limit must be a whole number of uses per minute
            'r', 'd', 'a', conditions := '{"rate_limit": "5"}'         | 22023 | rate_limit must be a whole number of uses per minute from 1 to 1000000000, got "5"
            'r', 'd', 'a', conditions := '{"rate_limit": 1e12}'        | 22023 | rate_limit must be a whole number of uses per minute
            'r', 'd', 'a', utterances := '{a,NULL}'                    | 22004 | an element of utterances must not be null
            'r', 'd', 'a', utterances := '{a," "}'                     | 22023 | an element of utterances must not be empty
            'r', 'd', 'a', utterances := '{a,b,"a "}'                  | 22023 | an element of utterances must not be given twice, got a
            'r', 'd', 'a', utterances := '{{a},{b}}'                   | 22023 | utterances must have one dimension, got {{a},{b}}
            'r', 'd', 'a', score_threshold := 1.01                     | 22023 | score_threshold must be between 0 and 1, got 1.01
            'r', 'd', 'a', score_threshold := -0.1                     | 22023 | score_threshold must be between 0 and 1, got -0.1
            'r', 'd', 'a', score_threshold := 'NaN'                    | 22023 | score_threshold must be between 0 and 1, got NaN
            """)
    void create_invalid_isRefusedByName(String arguments, String sqlState, String message) throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            ServerErrorMessage error = SqlFailure.of(admin, "SELECT ruvector_create_route(" + arguments + ")");
            assertThat(error.getSQLState()).isEqualTo(sqlState);
            assertThat(error.getMessage()).startsWith(message);
            assertThat(Rows.all(admin, "SELECT * FROM ruvector_list_routes()")).isEmpty();
        }
    }

    @Test
    void create_unknownConditionKey_hintListsTheValidOnes() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            assertThat(SqlFailure.of(admin, "SELECT ruvector_create_route('r', 'd', 'a', conditions := '{\"x\": 1}')")
                            .getHint())
                    .isEqualTo("Valid are: time_range, time_zone, user_tier, rate_limit.");
        }
    }

    @Test
    void update_changesWhatItNames_andKeepsWhatQueriesAreComparedWith() throws SQLException {
        try (Connection admin = database.connectAsAdmin();
                Connection user = database.connectAsUser()) {
            Rows.execute(admin, "SELECT ruvector_create_route('r', 'd', 'a', 3, " + VECTOR + ", utterances := '{x}')");
            assertThat(Rows.first(admin, "SELECT ruvector_update_route('r', '{\"score_threshold\": 0}')"))
                    .containsExactly("t");
            assertThat(Rows.all(user, "SELECT route_name FROM ruvector_semantic_route('something else', 1)"))
                    .containsExactly(List.of("r"));
            assertThat(Rows.first(admin, """
                            SELECT ruvector_update_route('r', '{"score_threshold": 1, "priority": -1,
                                "conditions": {"time_range": ["00:00", "23:59"], "user_tier": null}}')""")).containsExactly("t");
            assertThat(Rows.all(user, "SELECT route_name FROM ruvector_semantic_route('something else', 1)"))
                    .isEmpty();
            String shown = """
                    SELECT target_agent, priority, conditions, utterances, score_threshold FROM ruvector_list_routes()""";
            assertThat(Rows.first(user, shown))
                    .containsExactly("a", "-1", "{\"time_range\": [\"00:00\", \"23:59\"]}", "{x}", "1");
            assertThat(Rows.first(admin, """
                            SELECT ruvector_update_route('r', '{"target_agent": "b", "priority": null, "conditions": null,
                                                                "score_threshold": null}')""")).containsExactly("t");
            assertThat(Rows.first(user, shown)).containsExactly("b", "0", "{}", "{x}", "null");
            assertThat(Rows.first(admin, "SELECT ruvector_update_route('other', '{}')"))
                    .containsExactly("f");
        }
        try (Connection superuser = database.connect()) {
            assertThat(
                            Rows.first(
                                    superuser,
                                    "SELECT count(*), min(embedding[1]) = 0.1::real FROM tiny_dancer.route_utterance WHERE utterance = ''"))
                    .containsExactly("1", "t");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL                                    | 22004 | changes must not be null
            '[]'                                    | 22023 | changes must be a JSON object, got []
            '{"utterances": ["x"]}'                 | 22023 | a key of changes is unknown, got "utterances"
            '{"target_agent": null}'                | 22004 | target_agent must not be null
            '{"target_agent": " "}'                 | 22023 | target_agent must not be empty
            '{"priority": 1.5}'                     | 22023 | priority must be a whole number of 32 bits, got 1.5
            '{"priority": 1e300}'                   | 22023 | priority must be a whole number of 32 bits
            '{"score_threshold": "high"}'           | 22023 | score_threshold must be a number in JSON
            '{"score_threshold": 1.01}'             | 22023 | score_threshold must be between 0 and 1, got 1.01
            '{"conditions": {"weekday": 1}}'        | 22023 | a key of conditions is unknown, got "weekday"
            '{"conditions": {"time_range": ["9", "99:00"]}}' | 22023 | time_range
            """)
    void update_invalid_isRefusedByName_andChangesNothing(String changes, String sqlState, String message)
            throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            Rows.execute(admin, "SELECT ruvector_create_route('r', 'd', 'a', 3, " + VECTOR + ")");
            List<String> before = Rows.first(admin, "SELECT * FROM ruvector_list_routes()");
            ServerErrorMessage failure = SqlFailure.of(admin, "SELECT ruvector_update_route('r', " + changes + ")");
            assertThat(failure.getSQLState()).isEqualTo(sqlState);
            assertThat(failure.getMessage()).startsWith(message);
            assertThat(Rows.first(admin, "SELECT * FROM ruvector_list_routes()"))
                    .isEqualTo(before);
        }
    }

    @Test
    void drop_saysWhetherThereWasOne_andRefusesNothing() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            Rows.execute(admin, "SELECT ruvector_create_route('cats', 'Questions about cats', 'a')");
            assertThat(found(admin, "'a question about my cat'")).containsExactly("cats");
            assertThat(Rows.first(admin, "SELECT ruvector_drop_route('cats')")).containsExactly("t");
            assertThat(Rows.first(admin, "SELECT ruvector_drop_route('cats')")).containsExactly("f");
            assertThat(found(admin, "'a question about my cat'")).isEmpty();
            assertThat(SqlFailure.of(admin, "SELECT ruvector_drop_route(NULL)").getSQLState())
                    .isEqualTo("22004");
            assertThat(SqlFailure.of(admin, "SELECT ruvector_drop_route('')").getSQLState())
                    .isEqualTo("22023");
        }
    }

    @Test
    void semanticRoute_topK_andNoRowWhereNothingFits() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            assertThat(found(admin, "'anything'")).isEmpty();
            Rows.execute(admin, "SELECT ruvector_create_route('cats', 'Feeding and caring for cats', 'a')");
            Rows.execute(admin, "SELECT ruvector_create_route('dogs', 'Feeding and caring for dogs', 'a')");
            Rows.execute(admin, "SELECT ruvector_create_route('law', 'Tax law', 'a', score_threshold := 0.99)");
            assertThat(found(admin, "'How do I feed my cat?'"))
                    .startsWith("cats")
                    .doesNotContain("law");
            assertThat(found(admin, "'How do I feed my cat?', 1")).containsExactly("cats");
            assertThat(found(admin, "'The train to Berlin is late again'")).isEmpty();
            Rows.execute(
                    admin,
                    "SELECT ruvector_create_route(name, description, 'a', score_threshold := 0)"
                            + " FROM ruvector_list_routes()");
            assertThat(found(admin, "'The train to Berlin is late again', 2")).hasSize(2);
            assertThat(found(admin, "'How do I feed my cat?', 3"))
                    .startsWith("cats")
                    .endsWith("law")
                    .hasSize(3);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            NULL                                          | 22004 | query must not be null
            '  '                                          | 22023 | query must not be empty
            'q', 0                                        | 22023 | top_k must be at least 1, got 0
            'q', 3, '[]'                                  | 22023 | context must be a JSON object, got []
            'q', 3, '{"tier": "gold"}'                    | 22023 | a key of context is unknown, got "tier"
            'q', 3, '{"user_tier": 1}'                    | 22023 | user_tier must be a string, got 1
            'q', 3, '{"now": 5}'                          | 22023 | now must be a string, got 5
            'q', 3, '{"now": "soonish"}'                  | 22023 | now must be a time such as "2026-01-31 09:00:00+01", got "soonish"
            'q', 3, '{"now": "2026-13-01"}'               | 22023 | now must be a time such as
            'q', 3, '{"now": "2026-01-01 00:00 Atlantis"}' | 22023 | now must be a time such as
            'q', 3, '{"now": "infinity"}'                 | 22023 | now must be finite, got "infinity"
            """)
    void semanticRoute_invalid_isRefusedByName(String arguments, String sqlState, String message) throws SQLException {
        try (Connection user = database.connectAsUser()) {
            ServerErrorMessage error = SqlFailure.of(user, "SELECT * FROM ruvector_semantic_route(" + arguments + ")");
            assertThat(error.getSQLState()).isEqualTo(sqlState);
            assertThat(error.getMessage()).startsWith(message);
        }
    }

    @Test
    void conditions_decideBeforeTheRanking() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            create(admin, "always", null);
            create(admin, "night", "{\"time_range\": [\"22:00\", \"06:00\"], \"time_zone\": \"Europe/Berlin\"}");
            create(admin, "morning", "{\"time_range\": [\"06:00\", \"12:00\"]}");
            create(admin, "gold", "{\"user_tier\": [\"Gold\", \"platinum\"]}");

            assertThat(at(admin, "{\"now\": \"2026-01-15 23:00+01\"}")).containsExactlyInAnyOrder("always", "night");
            assertThat(at(admin, "{\"now\": \"2026-01-15 05:00 UTC\"}")).containsExactly("always");
            assertThat(at(admin, "{\"now\": \"2026-07-15 04:30 UTC\"}")).containsExactly("always");
            assertThat(at(admin, "{\"now\": \"2026-07-15 06:00 UTC\"}")).containsExactlyInAnyOrder("always", "morning");
            assertThat(at(admin, "{\"now\": \"2026-01-15 12:00 UTC\", \"user_tier\": \" GOLD\"}"))
                    .containsExactlyInAnyOrder("always", "gold");
            assertThat(at(admin, "{\"now\": \"2026-01-15 12:00 UTC\", \"user_tier\": \"silver\"}"))
                    .containsExactly("always");
            // Three are asked for, three are open, and the closed one does not take a place.
            assertThat(Rows.all(admin, """
                            SELECT route_name FROM ruvector_semantic_route('Our only subject', 3,
                                '{"now": "2026-01-15 23:00 UTC", "user_tier": "platinum"}')""")).hasSize(3);
        }
    }

    @Test
    void priority_decidesAmongEquals_andNeverAgainstABetterMatch() throws SQLException {
        try (Connection admin = database.connectAsAdmin()) {
            Rows.execute(admin, "SELECT ruvector_create_route('a', 'Feeding cats', 'x', 1)");
            Rows.execute(admin, "SELECT ruvector_create_route('b', 'Feeding cats', 'x', 2)");
            Rows.execute(admin, "SELECT ruvector_create_route('c', 'Feeding horses', 'x', 3, score_threshold := 0)");
            assertThat(found(admin, "'Feeding cats'")).containsExactly("b", "a", "c");
        }
    }

    @Test
    void uncommittedRoutes_areSeenByTheirSessionOnly_andRollbackUndoesThem() throws SQLException {
        try (Connection writer = database.connect();
                Connection reader = database.connect()) {
            Rows.execute(writer, "SELECT ruvector_create_route('cats', 'Questions about cats', 'old')");
            writer.setAutoCommit(false);
            Rows.execute(writer, "SELECT ruvector_create_route('cats', 'Questions about cats', 'new')");
            Rows.execute(writer, "SELECT ruvector_create_route('dogs', 'Questions about dogs', 'new')");
            assertThat(targets(writer, "a question about cats")).startsWith("new");
            assertThat(targets(reader, "a question about cats")).containsExactly("old");
            assertThat(found(writer, "'a question about dogs', 1")).containsExactly("dogs");
            assertThat(found(reader, "'a question about dogs', 1")).doesNotContain("dogs");
            writer.rollback();
            assertThat(targets(writer, "a question about cats")).containsExactly("old");
            Rows.execute(writer, "SELECT ruvector_drop_route('cats')");
            assertThat(found(writer, "'a question about cats'")).isEmpty();
            assertThat(found(reader, "'a question about cats'")).containsExactly("cats");
            writer.commit();
            assertThat(found(reader, "'a question about cats'")).isEmpty();
        }
    }

    @Test
    void routesOfAnotherTenant_areNotSeen() throws SQLException {
        try (Connection superuser = database.connect();
                Connection acme = database.connectAsAdmin()) {
            String role = Rows.first(acme, "SELECT session_user").getFirst();
            Rows.execute(superuser, "INSERT INTO tiny_dancer.tenant_role VALUES ('" + role + "', 'acme')");
            Rows.execute(superuser, "SELECT ruvector_create_route('cats', 'Questions about cats', 'ours')");
            Rows.execute(acme, "SELECT ruvector_create_route('cats', 'Questions about cats', 'theirs')");
            assertThat(targets(superuser, "a question about cats")).containsExactly("ours");
            assertThat(targets(acme, "a question about cats")).containsExactly("theirs");
            assertThat(Rows.first(acme, "SELECT ruvector_drop_route('cats')")).containsExactly("t");
            assertThat(targets(superuser, "a question about cats")).containsExactly("ours");
            assertThat(targets(acme, "a question about cats")).isEmpty();
        }
    }

    @Test
    void routes_doNotRaiseTheVersionOfTheAgents() throws SQLException {
        try (Connection superuser = database.connect()) {
            String before = versions(superuser).getFirst();
            Rows.execute(superuser, "SELECT ruvector_create_route('r', 'd', 'a')");
            List<String> created = versions(superuser);
            assertThat(created.getFirst()).isEqualTo(before);
            Rows.execute(superuser, "UPDATE tiny_dancer.route_utterance SET utterance = 'e'");
            List<String> changed = versions(superuser);
            assertThat(Long.parseLong(changed.getLast())).isGreaterThan(Long.parseLong(created.getLast()));
            Rows.execute(superuser, "TRUNCATE tiny_dancer.route CASCADE");
            assertThat(Long.parseLong(versions(superuser).getLast())).isGreaterThan(Long.parseLong(changed.getLast()));
        }
    }

    @Test
    void users_matchAndList_butDoNotChange() throws SQLException {
        try (Connection user = database.connectAsUser()) {
            assertThat(Rows.all(user, "SELECT * FROM ruvector_list_routes()")).isEmpty();
            assertThat(found(user, "'anything'")).isEmpty();
            for (String change : List.of(
                    "ruvector_create_route('r', 'd', 'a')", "ruvector_drop_route('r')", "ruvector_fit_routes('[]')")) {
                assertThat(SqlFailure.of(user, "SELECT " + change).getSQLState())
                        .isEqualTo("42501");
            }
        }
    }

    private static void create(Connection connection, String name, @Nullable String conditions) throws SQLException {
        Rows.execute(
                connection,
                "SELECT ruvector_create_route('%s', 'Our only subject', 'a', conditions := %s)"
                        .formatted(name, conditions == null ? "NULL" : "'" + conditions + "'"));
    }

    private static List<String> at(Connection connection, String context) throws SQLException {
        return found(connection, "'Our only subject', 10, '" + context + "'");
    }

    private static List<String> found(Connection connection, String arguments) throws SQLException {
        return column(connection, "SELECT route_name FROM ruvector_semantic_route(" + arguments + ")");
    }

    private static List<String> targets(Connection connection, String query) throws SQLException {
        return column(connection, "SELECT target_agent FROM ruvector_semantic_route('" + query + "')");
    }

    private static List<String> versions(Connection superuser) throws SQLException {
        return Rows.first(
                superuser, "SELECT version, routes_version FROM tiny_dancer.catalog_version WHERE tenant = 'default'");
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        return Rows.all(connection, sql).stream().map(List::getFirst).toList();
    }

    private static List<String> notices(Statement statement) throws SQLException {
        List<String> notices = new ArrayList<>();
        for (SQLWarning notice = statement.getWarnings(); notice != null; notice = notice.getNextWarning()) {
            notices.add(String.valueOf(notice.getMessage()));
        }
        return notices;
    }
}
