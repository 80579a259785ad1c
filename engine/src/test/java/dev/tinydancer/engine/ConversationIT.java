package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.ServerErrorMessage;

/** Requests that continue one another, by name and by what has been said. */
@Tag("once")
@Timeout(120)
final class ConversationIT {

    private static final String HARD_CODE =
            "Implement a lock-free concurrent hash map in C++ with hazard pointers and explain the memory ordering";

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private Connection session;

    @BeforeEach
    void registerAgents() throws SQLException {
        session = database.connect();
        Rows.truncate(
                session, "tiny_dancer.agent, tiny_dancer.conversation_turn, tiny_dancer.decision, tiny_dancer.outcome");
        register(session, "large", 0.03, 0.95);
        register(session, "small", 0.0003, 0.8);
    }

    @AfterEach
    void disconnect() throws SQLException {
        session.close();
    }

    @Test
    void route_nodInAnotherSession_isTheTaskBefore_atTheSameAgent() throws SQLException {
        String agent = route(session, HARD_CODE, "chat 1").getFirst();
        try (Connection other = database.connect()) {
            List<String> next = route(other, "yes, do it", "chat 1");

            assertThat(next.getFirst()).isEqualTo(agent);
            assertThat(next.get(1)).contains("; stays, which was worth 2 points");
        }
        assertThat(categories()).containsExactly(List.of("code"), List.of("code"));
        assertThat(turns("chat 1")).containsExactly(List.of("1", agent), List.of("2", agent));
        Rows.first(session, "SELECT agent_name FROM ruvector_route('yes, do it')");
        assertThat(categories()).as("without a conversation").last().isNotEqualTo(List.of("code"));
    }

    @Test
    void route_laterTurn_countsWhatWasSaidBefore() throws SQLException {
        String decision = Rows.first(
                        session,
                        "SELECT decision_id FROM ruvector_route(" + quoted(HARD_CODE) + ", conversation_id := 'chat')")
                .getFirst();
        Rows.execute(
                session,
                "SELECT ruvector_record_outcome('" + decision + "', true, input_tokens := 30, output_tokens := 5000)");

        route(session, "and now for Rust", "chat");

        assertThat(Integer.parseInt(Rows.first(
                                session,
                                "SELECT input_tokens FROM tiny_dancer.decision ORDER BY decided_at DESC, decision_id DESC LIMIT 1")
                        .getFirst()))
                .isBetween(5030, 5050);
    }

    @Test
    void route_afterAFailure_isNotHeldBack() throws SQLException {
        String decision = Rows.first(
                        session, "SELECT decision_id FROM ruvector_route('Hello', 'cost', conversation_id := 'chat')")
                .getFirst();
        Rows.execute(session, "SELECT ruvector_record_outcome('" + decision + "', false)");

        assertThat(route(session, "Hello?", "chat").get(1)).contains("fail");
    }

    @Test
    void route_rolledBack_didNotHappen() throws SQLException {
        session.setAutoCommit(false);
        route(session, HARD_CODE, "chat");
        assertThat(turns("chat")).as("seen by itself").hasSize(1);
        session.rollback();
        session.setAutoCommit(true);

        assertThat(turns("chat")).isEmpty();
        assertThat(route(session, "Hello", "chat").get(1)).doesNotContain("stays", "leaves");
    }

    @Test
    void route_twoOpenTransactions_waitForNobody() throws SQLException {
        try (Connection other = database.connect()) {
            session.setAutoCommit(false);
            other.setAutoCommit(false);
            for (Connection connection : List.of(session, other)) {
                Rows.execute(connection, "SET statement_timeout = '5s'");
            }
            route(session, HARD_CODE, "a");
            route(other, HARD_CODE, "b");
            route(session, "go on", "b");
            route(other, "go on", "a");
            route(session, "go on", "a");
            session.commit();
            other.commit();
            session.setAutoCommit(true);
        }
        route(session, "go on", "a");

        assertThat(Rows.first(
                        session,
                        "SELECT max(turn), count(*) FROM tiny_dancer.conversation_turn WHERE conversation_id = 'a'"))
                .containsExactly("3", "4");
    }

    @Test
    void route_repeatableRead_seesItsSnapshot() throws SQLException {
        try (Connection old = database.connect()) {
            Rows.execute(old, "BEGIN ISOLATION LEVEL REPEATABLE READ");
            Rows.first(old, "SELECT count(*) FROM tiny_dancer.conversation_turn");
            route(session, HARD_CODE, "chat");
            Rows.execute(session, "SELECT tiny_dancer.forget_conversations()");

            assertThat(route(old, "yes, do it", "chat").get(1)).doesNotContain("stays");
            Rows.execute(old, "COMMIT");
        }
    }

    @Test
    void route_anotherEngine_knowsTheConversation() throws Exception {
        String agent = route(session, HARD_CODE, "chat").getFirst();
        try (Engine other = Engine.start(TestEngine.config(database.engineUrl(), Map.of()))) {
            database.pointAtEngine(other.address().getPort());
            try (Connection there = database.connect()) {
                assertThat(route(there, "yes, do it", "chat").get(1)).contains("stays");
            }
        } finally {
            database.pointAtEngine(engine.engine().address().getPort());
        }
        // The other engine may already have deleted the first turn, which the second has followed.
        assertThat(turns("chat")).last().isEqualTo(List.of("2", agent));
    }

    @Test
    void route_anotherTenant_hasConversationsOfItsOwn() throws SQLException {
        route(session, HARD_CODE, "chat");
        Rows.execute(session, "CREATE ROLE other_tenant_of_chats IN ROLE tiny_dancer_admin");
        try {
            Rows.execute(session, "SELECT tiny_dancer.assign_tenant('other_tenant_of_chats', 'other')");
            Rows.execute(session, "SET ROLE other_tenant_of_chats");
            register(session, "theirs", 0.01, 0.9);
            assertThat(route(session, "yes, do it", "chat").get(1)).doesNotContain("stays", "leaves");
            assertThat(SqlFailure.of(session, "SELECT * FROM tiny_dancer.conversation_turn")
                            .getSQLState())
                    .isEqualTo("42501");
            Rows.execute(session, "RESET ROLE");
            assertThat(turns("chat")).hasSize(2);
            assertThat(Rows.all(session, "SELECT tenant, turn FROM tiny_dancer.conversation_turn ORDER BY tenant"))
                    .containsExactly(List.of("default", "1"), List.of("other", "1"));
        } finally {
            Rows.execute(session, "RESET ROLE");
            Rows.execute(session, "SELECT tiny_dancer.release_role('other_tenant_of_chats')");
            Rows.execute(session, "DROP ROLE other_tenant_of_chats");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sync", "async", "off"})
    void route_whateverTheLog_keepsTheConversation(String log) throws SQLException {
        Rows.execute(session, "SET tiny_dancer.log_decisions = " + log);
        route(session, HARD_CODE, "chat");

        assertThat(route(session, "yes, do it", "chat").get(1)).contains("stays");
        assertThat(turns("chat")).hasSize(2);
    }

    @Test
    void route_readOnly_leavesTheConversation() throws SQLException {
        route(session, HARD_CODE, "chat");
        Rows.execute(session, "SET default_transaction_read_only = on");

        assertThat(route(session, "yes, do it", "chat").get(1)).contains("stays");
        assertThat(turns("chat")).hasSize(1);
    }

    @Test
    void forgetConversations_keepsTheNewestTurn_untilItsRetentionEnds() throws SQLException {
        route(session, HARD_CODE, "chat");
        route(session, "go on", "chat");

        assertThat(Rows.first(session, "SELECT tiny_dancer.forget_conversations()"))
                .containsExactly("1");
        assertThat(turns("chat")).extracting(List::getFirst).containsExactly("2");
        Rows.execute(session, "BEGIN");
        Rows.execute(session, "SELECT ruvector_set_setting('conversation_retention', '0 seconds')");
        assertThat(Rows.first(session, "SELECT tiny_dancer.forget_conversations()"))
                .containsExactly("1");
        Rows.execute(session, "ROLLBACK");
    }

    @Test
    void messages_withoutRequest_areAnsweredByTheNewestTextOfAUser() throws SQLException {
        Rows.first(
                session,
                "SELECT agent_name FROM ruvector_route(NULL, messages := " + quoted("""
                [{"role": "system", "content": "You are the assistant of a bank."},
                 {"role": "user", "content": "%s"},
                 {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function"}]},
                 {"role": "tool", "content": "done", "tool_call_id": "1"},
                 {"role": "assistant", "content": "Shall I add tests?"},
                 {"role": "user", "name": "Ann", "content": [{"type": "text", "text": "yes, do it"},
                     {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                     {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}]}]
                """.formatted(HARD_CODE)) + ")");

        List<String> decision = Rows.first(session, "SELECT category, input_tokens FROM tiny_dancer.decision");
        assertThat(decision.getFirst()).isEqualTo("code");
        assertThat(Integer.parseInt(decision.get(1))).isBetween(765 + 600, 765 + 600 + 150);
        assertThat(turns("chat")).isEmpty();
    }

    @Test
    void messages_withRequest_areWhatWasSaidBefore() throws SQLException {
        Rows.first(
                session,
                "SELECT agent_name FROM ruvector_route('yes, do it', messages := "
                        + quoted("[{\"role\": \"user\", \"content\": \"" + HARD_CODE + "\"}]") + ")");
        Rows.first(
                session,
                "SELECT agent_name FROM ruvector_route('yes, do it', messages := "
                        + quoted("[{\"role\": \"user\", \"content\": \"" + HARD_CODE
                                + "\"}, {\"role\": \"user\", \"content\": \"yes, do it\"}]")
                        + ")");

        List<List<String>> decisions = Rows.all(session, "SELECT category, input_tokens FROM tiny_dancer.decision");
        assertThat(decisions.getFirst()).isEqualTo(decisions.getLast());
        assertThat(decisions.getFirst().getFirst()).isEqualTo("code");
    }

    @Test
    void messages_ofAMegabyte_areRouted() throws SQLException {
        Rows.execute(session, "SET tiny_dancer.deadline_ms = 30000");
        assertThat(Rows.first(session, """
                        SELECT agent_name FROM ruvector_route(NULL, conversation_id := 'long 🦊 chat', messages := (
                            SELECT jsonb_agg(jsonb_build_object(
                                'role', CASE turn % 2 WHEN 1 THEN 'user' ELSE 'assistant' END,
                                'content', repeat('Write a function that sorts numbers 🦊. ', 50)))
                            FROM generate_series(1, 501) AS turn))""")).hasSize(1);
        assertThat(Integer.parseInt(Rows.first(session, "SELECT input_tokens FROM tiny_dancer.decision")
                        .getFirst()))
                .isGreaterThan(150_000);
        assertThat(turns("long 🦊 chat")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|messages must be a JSON array, got object",
                "[]|messages must not be empty",
                "[1]|messages[0] must be a JSON object with role and content, got number",
                "[{\"content\": \"x\"}]|messages[0].role must be a text, got nothing",
                "[{\"role\": \"bot\", \"content\": \"x\"}]|messages[0].role is unknown, got \"bot\"",
                "[{\"role\": \"user\"}]|messages[0].content must be a text or an array of parts, got nothing",
                "[{\"role\": \"user\", \"content\": \"x\"}, {\"role\": \"user\", \"content\": null}]"
                        + "|messages[1].content must be a text or an array of parts, got null",
                "[{\"role\": \"user\", \"content\": [\"x\"]}]"
                        + "|messages[0].content[0] must be a JSON object with a type, got string",
                "[{\"role\": \"user\", \"content\": [{\"type\": \"video\"}]}]"
                        + "|messages[0].content[0].type is unknown, got \"video\"",
                "[{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": 5}]}]"
                        + "|messages[0].content[0].text must be a text, got number",
                "[{\"role\": \"system\", \"content\": \"x\"}]|messages must have a text of a user",
                "[{\"role\": \"user\", \"content\": \" \"}]|messages must have a text of a user"
            })
    void messages_malformed_areRefusedByTheirPlace_withAndWithoutEngine(String messages, String error)
            throws SQLException {
        String call = "SELECT * FROM ruvector_route(NULL, messages := " + quoted(messages) + ")";
        ServerErrorMessage failure = SqlFailure.of(session, call);
        assertThat(failure.getSQLState()).isEqualTo("22023");
        assertThat(failure.getMessage()).isEqualTo(error);

        assertThat(Rows.first(session, """
                        SELECT (tiny_dancer.arguments_problem(jsonb_populate_record(
                            NULL::tiny_dancer.routing_arguments, jsonb_build_object('messages', %s::jsonb))))[2]""".formatted(quoted(messages))))
                .as("without an engine")
                .containsExactly(error);
    }

    @Test
    void conversationId_invalid_isRefused() throws SQLException {
        assertThat(SqlFailure.of(session, "SELECT * FROM ruvector_route('x', conversation_id := ' ')")
                        .getMessage())
                .isEqualTo("conversation_id must not be empty");
        assertThat(SqlFailure.of(session, "SELECT * FROM ruvector_route('x', conversation_id := repeat('x', 201))")
                        .getMessage())
                .isEqualTo("conversation_id must have at most 200 characters but has 201");
        assertThat(SqlFailure.of(session, "SELECT * FROM ruvector_route(NULL, conversation_id := 'x')")
                        .getMessage())
                .isEqualTo("request must not be null");
    }

    @Test
    void explain_readsTheConversation_andKeepsNothing() throws SQLException {
        String agent = route(session, HARD_CODE, "chat").getFirst();

        assertThat(
                        Rows.first(
                                session,
                                "SELECT agent_name FROM ruvector_explain_route('yes, do it', conversation_id := 'chat') WHERE chosen"))
                .containsExactly(agent);
        assertThat(turns("chat")).hasSize(1);
    }

    /** Agent and reasoning. */
    private static List<String> route(Connection connection, String request, String conversation) throws SQLException {
        return Rows.first(
                connection,
                "SELECT agent_name, reasoning FROM ruvector_route(" + quoted(request) + ", conversation_id := "
                        + quoted(conversation) + ")");
    }

    /** Of the decisions, the latest last. */
    private List<List<String>> categories() throws SQLException {
        return Rows.all(session, "SELECT category FROM tiny_dancer.decision ORDER BY decided_at, decision_id");
    }

    /** Turn and agent of each. */
    private List<List<String>> turns(String conversation) throws SQLException {
        return Rows.all(
                session,
                "SELECT turn, agent FROM tiny_dancer.conversation_turn WHERE conversation_id = " + quoted(conversation)
                        + " ORDER BY turn");
    }

    private static void register(Connection connection, String name, double price, double quality) throws SQLException {
        Rows.execute(
                connection,
                "SELECT ruvector_register_agent('" + name + "', 'llm', '{code,reasoning,conversation}', " + price
                        + ", avg_latency_ms := 500, metadata := '{\"vision\": true, \"audio\": true}', quality_score := "
                        + quality + ")");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
