package dev.tinydancer.engine.evidence;

import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.SnapshotReading;
import dev.tinydancer.router.quality.Outcome;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import dev.tinydancer.router.quality.RecordedOutcome;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the views {@code tiny_dancer.evidence} and {@code tiny_dancer.lone_feedback}: the latest rows of a tenant, or what
 * has become visible between two snapshots of the database.
 *
 * <p>What is new, the snapshots tell: {@link SnapshotReading}. A row that came by a dump has the number of another
 * cluster's transaction; where that is beyond this cluster's, it is not new either. Outcomes without an embedding, made by
 * the fallback or without a decision, teach nothing of requests and are left out.
 */
final class EvidenceTable {

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceTable.class);

    private static final String COLUMNS =
            "tenant, decision_id, agent, embedding, category, input_tokens, difficulty, good, latency_ms, output_tokens,"
                    + " recorded_at";
    private static final String TEACHES = "agent IS NOT NULL AND embedding IS NOT NULL AND decision_id IS NOT NULL";

    /** Outcomes, and judgements of decisions that have none: the latest of each, and of these together. */
    private static final String LATEST = "SELECT " + COLUMNS + " FROM ("
            + latestOf("tiny_dancer.evidence")
            + " UNION ALL "
            + latestOf("tiny_dancer.lone_feedback")
            + ") AS known ORDER BY decided_at DESC LIMIT ?";

    /** Of a week: to look for a tenant that has none in all partitions of the log takes longer the longer it is kept. */
    private static final String BY_LATEST = """
            SELECT known.tenant
            FROM tiny_dancer.catalog_version AS known
            LEFT JOIN LATERAL (
                SELECT outcome.decided_at FROM tiny_dancer.outcome
                WHERE outcome.tenant = known.tenant AND outcome.decided_at > statement_timestamp() - interval '7 days'
                ORDER BY outcome.decided_at DESC
                LIMIT 1
            ) AS latest ON true
            ORDER BY latest.decided_at DESC NULLS LAST, known.tenant
            LIMIT ?""";

    private static final String NEW =
            "SELECT " + COLUMNS + ", is_unadopted FROM tiny_dancer.evidence_since(?::pg_snapshot) WHERE " + TEACHES
                    + " ORDER BY recorded_at";
    private static final String ADOPT = "SELECT tiny_dancer.adopt_early_outcomes(?)";

    /**
     * What a reading brought.
     *
     * @param snapshot of the database at the reading, in PostgreSQL's form
     * @param number of the evidence that it gave
     * @param unadopted decisions whose outcomes still lack their agent
     */
    record Reading(String snapshot, int number, List<UUID> unadopted) {}

    private final Database database;
    private final int dimension;

    /** Names of agents and categories, each once and not once for every outcome. */
    private final Map<String, String> names = new ConcurrentHashMap<>();

    /** @param dimension of embeddings; those of another are from another model and are passed over */
    EvidenceTable(Database database, int dimension) {
        this.database = database;
        this.dimension = dimension;
    }

    private static String latestOf(String view) {
        return "(SELECT * FROM " + view + " WHERE tenant = ? AND " + TEACHES
                + " AND good IS NOT NULL ORDER BY decided_at DESC LIMIT ?)";
    }

    /** The snapshot of this moment. */
    String now() {
        return SnapshotReading.snapshotOf(database);
    }

    /** Tenants, at most so many, the one with the latest decision that has an outcome first. */
    List<String> byLatestOutcome(int limit) {
        return database.read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(BY_LATEST)) {
                statement.setInt(1, limit);
                try (ResultSet row = statement.executeQuery()) {
                    List<String> ordered = new ArrayList<>();
                    while (row.next()) {
                        ordered.add(row.getString(1));
                    }
                    return ordered;
                }
            }
        });
    }

    /** Of the latest decisions of a tenant, at most {@code limit}, the one first that was decided first. */
    List<Evidence> latest(String tenant, int limit) {
        return database.read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LATEST)) {
                statement.setString(1, tenant);
                statement.setInt(2, limit);
                statement.setString(3, tenant);
                statement.setInt(4, limit);
                statement.setInt(5, limit);
                List<Evidence> newestFirst = new ArrayList<>();
                read(statement, row -> {}, newestFirst::add);
                Collections.reverse(newestFirst);
                return newestFirst;
            }
        });
    }

    /** Gives outcomes of these decisions their agent. */
    void adopt(List<UUID> decisions) {
        database.with(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ADOPT)) {
                statement.setArray(1, connection.createArrayOf("uuid", decisions.toArray()));
                statement.execute();
            }
            return null;
        });
    }

    /**
     * Gives what an earlier snapshot did not see, in the order of its recording, while it is read: before it is known whether
     * the reading succeeds.
     */
    Reading since(String snapshot, Consumer<Evidence> each) {
        List<UUID> unadopted = new ArrayList<>();
        SnapshotReading<Integer> reading = SnapshotReading.of(database, (connection, present) -> {
            if (snapshot.equals(present)) {
                // No transaction has ended since then: that is cheaper to know than to look at every partition.
                return 0;
            }
            try (PreparedStatement statement = connection.prepareStatement(NEW)) {
                statement.setString(1, snapshot);
                statement.setFetchSize(SnapshotReading.FETCHED_TOGETHER);
                return read(
                        statement,
                        row -> {
                            if (row.getBoolean("is_unadopted")) {
                                unadopted.add(row.getObject("decision_id", UUID.class));
                            }
                        },
                        each);
            }
        });
        return new Reading(reading.snapshot(), reading.found(), unadopted);
    }

    /** Something else to do with a row. */
    @FunctionalInterface
    private interface RowWork {
        void accept(ResultSet row) throws SQLException;
    }

    /** Returns how much evidence it gave. */
    private int read(PreparedStatement statement, RowWork work, Consumer<Evidence> each) throws SQLException {
        int number = 0;
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                work.accept(row);
                Optional<Evidence> evidence = evidence(row);
                if (evidence.isPresent()) {
                    each.accept(evidence.get());
                    number++;
                }
            }
        }
        return number;
    }

    private Optional<Evidence> evidence(ResultSet row) throws SQLException {
        UUID decisionId = row.getObject("decision_id", UUID.class);
        Optional<QuantizedEmbedding> embedding;
        try {
            embedding = QuantizedEmbedding.fromLog(row.getBytes("embedding"), dimension);
        } catch (IllegalArgumentException e) {
            LOG.warn("the embedding of decision {} cannot be read, its outcome is passed over", decisionId, e);
            return Optional.empty();
        }
        if (embedding.isEmpty()) {
            return Optional.empty();
        }
        Instant recordedAt = row.getObject("recorded_at", OffsetDateTime.class).toInstant();
        return Optional.of(new Evidence(
                row.getString("tenant"),
                decisionId,
                recordedAt,
                outcome(row, decisionId, embedding.get(), recordedAt)));
    }

    private @Nullable RecordedOutcome outcome(
            ResultSet row, UUID decisionId, QuantizedEmbedding embedding, Instant recordedAt) throws SQLException {
        double good = row.getDouble("good");
        if (row.wasNull()) {
            return null;
        }
        String category = row.getString("category");
        return new RecordedOutcome(
                decisionId,
                name(row.getString("agent")),
                embedding,
                category == null ? "" : name(category),
                row.getInt("input_tokens"),
                row.getDouble("difficulty"),
                new Outcome(good, numberOrNaN(row, "latency_ms"), numberOrNaN(row, "output_tokens")),
                recordedAt);
    }

    /** Gives the names back of those that are forgotten; those of others are there twice until they are, too. */
    void forgetNames() {
        names.clear();
    }

    private String name(String read) {
        String known = names.putIfAbsent(read, read);
        return known == null ? read : known;
    }

    private static double numberOrNaN(ResultSet row, String column) throws SQLException {
        double number = row.getDouble(column);
        return row.wasNull() ? Double.NaN : number;
    }
}
