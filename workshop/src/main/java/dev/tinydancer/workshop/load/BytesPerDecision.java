package dev.tinydancer.workshop.load;

import java.sql.SQLException;
import java.util.List;

/** What a decision takes on disk, table and indexes, without the request's text. */
final class BytesPerDecision {

    private static final String COUNTED = """
            SELECT count(*) FROM tiny_dancer.decision""";

    /** Partitions of other days have pages, too, but no decisions. */
    private static final String BYTES = """
            SELECT sum(%s(relid)) / (SELECT count(*) FROM tiny_dancer.decision)
            FROM pg_partition_tree('tiny_dancer.decision')
            WHERE isleaf AND pg_relation_size(relid) > 0""";

    private BytesPerDecision() {}

    /** Routes until the log has at least so many decisions, for in a small one half-empty pages count. */
    static Section measure(Site site, int decisions) throws SQLException {
        try (Session session = site.session()) {
            // The disk's time is not what is measured.
            session.execute("SET synchronous_commit = off");
            for (int logged = Integer.parseInt(session.value(COUNTED)); logged < decisions; logged++) {
                session.micros(Site.ROUTE.get(logged % Site.ROUTE.size()));
            }
            double table = Double.parseDouble(session.value(BYTES.formatted("pg_relation_size")));
            double indexes = Double.parseDouble(session.value(BYTES.formatted("pg_indexes_size")));
            Series series = new Series();
            series.add("decision_bytes", table + indexes, "bytes");
            series.add("decision_table_bytes", table, "bytes");
            series.add("decision_index_bytes", indexes, "bytes");
            return new Section("A decision on disk, text off", List.of(), series.amounts());
        }
    }
}
