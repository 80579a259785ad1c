package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sixty-four sessions that report, judge, correct and settle in random order, under budgets of every scope: nobody is caught
 * in a deadlock, and what the budgets count is what the log says, to the last digit.
 */
@Tag("once")
@Timeout(300)
final class MoneyUnderLoadIT {

    private static final int SESSIONS = 64;
    private static final int REQUESTS = 12;
    private static final int SEED = 20261128;

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    @Test
    void budgetsOfAllScopes_countWhatTheLogSays() throws Exception {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, """
                    SELECT ruvector_register_agent(
                        name, 'llm', '{all}', cost_per_1k_input_tokens => price, cost_per_1k_output_tokens => 3 * price,
                        avg_latency_ms => 100, quality_score => 0.8)
                    FROM (VALUES ('cheap', 0.001), ('middle', 0.0037), ('dear', 0.0211)) AS agent (name, price)""");
            Rows.execute(connection, """
                    SELECT ruvector_set_budget(scope, 1000, 'total')
                    FROM unnest('{all,agent:cheap,agent:dear,tag:even,tag:odd,user:ann,user:bob,
                                  conversation:c-1,conversation:c-2}'::text[]) AS scope""");
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> sessions = new ArrayList<>();
            for (int session = 0; session < SESSIONS; session++) {
                Random random = new Random(SEED + session);
                sessions.add(threads.submit(() -> work(random)));
            }
            int done = 0;
            for (Future<Integer> session : sessions) {
                done += session.get();
            }
            assertThat(done).isGreaterThan(SESSIONS * REQUESTS);
        }
        try (Connection connection = database.connect()) {
            Eventually.succeeds(() -> assertThat(Rows.first(connection, """
                            SELECT (SELECT count(*) FROM tiny_dancer.outcome_report)
                                   + (SELECT count(*) FROM tiny_dancer.allowance_correction)""")).containsExactly("0"));
            assertThat(Rows.all(connection, """
                            SELECT allowance.scope, allowance.spent + allowance.reserved, log.cost
                            FROM tiny_dancer.allowance
                            CROSS JOIN LATERAL (
                                SELECT sum(tiny_dancer.booked_cost(
                                           outcome.cost, outcome.computed_cost, outcome.success, outcome.kind,
                                           decision.estimated_cost)::numeric) AS cost
                                FROM tiny_dancer.decision
                                LEFT JOIN tiny_dancer.outcome USING (tenant, decided_at, decision_id)
                                WHERE allowance.scope IN ('all', 'agent:' || decision.agent,
                                                          'conversation:' || decision.conversation_id)
                                   OR allowance.scope = ANY (decision.tags)
                                   OR allowance.scope = ANY (
                                       SELECT 'tag:' || tag FROM unnest(decision.tags) AS tag)
                            ) AS log
                            WHERE allowance.kind = 'budget'
                              AND allowance.spent + allowance.reserved IS DISTINCT FROM log.cost""")).isEmpty();
            // Which agents are chosen is left to the router.
            assertThat(Rows.all(connection, """
                            SELECT split_part(scope, ':', 1) FROM tiny_dancer.allowance
                            WHERE kind = 'budget' AND spent > 0 GROUP BY 1 ORDER BY 1"""))
                    .containsExactly(
                            List.of("agent"), List.of("all"), List.of("conversation"), List.of("tag"), List.of("user"));
        }
    }

    /** Returns how many statements there were. */
    private static int work(Random random) throws SQLException {
        int statements = 0;
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "SET tiny_dancer.deadline_ms = 60000");
            List<String> open = new ArrayList<>();
            for (int request = 0; request < REQUESTS; request++) {
                open.add(route(connection, random));
                Collections.shuffle(open, random);
                // Some stay without an outcome, some are told of more than once.
                for (int report = random.nextInt(3); report > 0; report--) {
                    Rows.execute(connection, report(open.get(random.nextInt(open.size())), random));
                    statements++;
                }
                statements++;
            }
        }
        return statements;
    }

    private static String route(Connection connection, Random random) throws SQLException {
        List<String> tags = new ArrayList<>(List.of(random.nextBoolean() ? "even" : "odd"));
        if (random.nextBoolean()) {
            tags.add(random.nextBoolean() ? "user:ann" : "user:bob");
        }
        String conversation = random.nextBoolean() ? "c-1" : "c-2";
        boolean isNamed = random.nextBoolean();
        if (!isNamed && random.nextBoolean()) {
            tags.add("conversation:" + conversation);
        }
        // The tags in the order in which they come, and agents as chance will have it: no order of locks is given by
        // that.
        Collections.shuffle(tags, random);
        return Rows.first(
                        connection,
                        "SELECT decision_id FROM ruvector_route('How far is it to the moon?', tags => '{"
                                + String.join(",", tags) + "}', excluded_agents => '{"
                                + List.of("cheap", "middle", "dear").get(random.nextInt(3)) + "}', conversation_id => "
                                + (isNamed ? "'" + conversation + "'" : "NULL") + ", optimize_for => '"
                                + List.of("cost", "quality", "balanced").get(random.nextInt(3)) + "')")
                .getFirst();
    }

    private static String report(String decision, Random random) {
        String id = "'" + decision + "'";
        return switch (random.nextInt(8)) {
            case 0 ->
                "SELECT ruvector_record_outcome(" + id + ", true, cost => 0.0" + random.nextInt(1, 1_000_000) + ")";
            case 1 ->
                "SELECT ruvector_record_outcome(" + id + ", true, input_tokens => " + random.nextInt(1, 5_000)
                        + ", output_tokens => " + random.nextInt(1, 5_000) + ")";
            case 2 -> "SELECT ruvector_record_outcome(" + id + ", false, kind => 'timeout')";
            case 3 -> "SELECT ruvector_record_outcome(" + id + ", true, quality => " + random.nextDouble() + ")";
            case 4 -> "SELECT ruvector_record_outcome(" + id + ", true, replace => true)";
            case 5, 6 ->
                "SELECT ruvector_record_feedback(" + id + ", " + random.nextDouble() + ", 'user-" + random.nextInt(3)
                        + "')";
            default -> "SELECT tiny_dancer.settle_all()";
        };
    }
}
