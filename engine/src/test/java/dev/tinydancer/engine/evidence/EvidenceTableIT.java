package dev.tinydancer.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.jdbc.Connections;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What counts as new, and what a dump has brought. */
final class EvidenceTableIT {

    private static final int DIMENSION = 4;

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    @Test
    void since_passesOverRowsWithNumbersOfAnotherCluster() throws Exception {
        try (Connection connection = database.connect();
                Connections pool = Connections.open(
                        TestEngine.config(database.superuserUrl(), Map.of()).database())) {
            EvidenceTable table = new EvidenceTable(pool.keeping(), DIMENSION);
            insert(connection, "'8000000000'::xid8");
            String restored = table.now();
            assertThat(table.latest("default", 10)).hasSize(1);

            insert(connection, "DEFAULT");
            List<Evidence> first = new ArrayList<>();
            EvidenceTable.Reading reading = table.since(restored, first::add);
            insert(connection, "DEFAULT");
            List<Evidence> second = new ArrayList<>();
            assertThat(table.since(reading.snapshot(), second::add).number()).isEqualTo(1);

            assertThat(first).hasSize(1);
            assertThat(second).hasSize(1);
            assertThat(first.getFirst().decisionId())
                    .isNotEqualTo(second.getFirst().decisionId());
        }
    }

    private static void insert(Connection connection, String xid) throws Exception {
        Rows.execute(connection, """
                WITH made AS (
                    SELECT tiny_dancer.new_decision_id(date_trunc('milliseconds', clock_timestamp())) AS id
                ), decided AS (
                    INSERT INTO tiny_dancer.decision (
                        tenant, decided_at, decision_id, agent, optimize_for, input_tokens, request_hash, embedding)
                    SELECT 'default', tiny_dancer.decision_time(id), id, 'any', 'cost', 5, '', '\\x%s'
                    FROM made
                    RETURNING decided_at, decision_id
                )
                INSERT INTO tiny_dancer.outcome (tenant, decided_at, decision_id, agent, success%s)
                SELECT 'default', decided_at, decision_id, 'any', true%s FROM decided
                """.formatted(
                        HexFormat.of().formatHex(embedding()),
                        xid.equals("DEFAULT") ? "" : ", xid",
                        xid.equals("DEFAULT") ? "" : ", " + xid));
    }

    private static byte[] embedding() {
        return QuantizedEmbedding.of(new float[] {1, 0, 0, 0}).toBytes();
    }
}
