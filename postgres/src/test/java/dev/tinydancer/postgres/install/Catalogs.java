package dev.tinydancer.postgres.install;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Compares what PostgreSQL knows of two installations, and the sums of one with its log. */
final class Catalogs {

    /** The hourly sums by agent. */
    static final String SUMS = """
            SELECT ROW(tenant, group_key, sum(total_requests), sum(completed_requests), sum(successes))::text
            FROM tiny_dancer.decision_hourly
            WHERE group_by = 'agent'
            GROUP BY tenant, group_key
            ORDER BY tenant, group_key
            """;

    /** What they should be, where every hour of the log has been added up. */
    static final String SUMS_OF_THE_LOG = """
            SELECT ROW(tenant, agent, count(*), count(success), count(*) FILTER (WHERE success))::text
            FROM (SELECT decision.tenant, decision.agent, outcome.success, decided_at
                  FROM tiny_dancer.decision
                  LEFT JOIN tiny_dancer.outcome USING (tenant, decided_at, decision_id)
                  UNION ALL
                  SELECT tenant, agent, success, decided_at FROM tiny_dancer.outcome WHERE decision_id IS NULL) AS request
            WHERE decided_at < (SELECT hours_before FROM tiny_dancer.rollup_progress)
            GROUP BY tenant, agent
            ORDER BY tenant, agent
            """;

    private Catalogs() {}

    /** Each fact about the one that is not one about the other. */
    static List<String> differences(DataSource actual, DataSource expected) throws IOException, SQLException {
        return differences(facts(actual), facts(expected));
    }

    /** Each line of the one that is not in the other. */
    static List<String> differences(List<String> actual, List<String> expected) {
        Set<String> present = new HashSet<>(actual);
        Set<String> wanted = new HashSet<>(expected);
        return Stream.concat(
                        actual.stream().filter(line -> !wanted.contains(line)).map(line -> "surplus: " + line),
                        expected.stream()
                                .filter(line -> !present.contains(line))
                                .map(line -> "missing: " + line))
                .toList();
    }

    /** Everything that the catalog says of an installation. */
    static List<String> facts(DataSource database) throws IOException, SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(EarlierSchema.resource("catalog.sql"))) {
            List<String> facts = new ArrayList<>();
            while (rows.next()) {
                facts.add(rows.getString(1));
            }
            return facts;
        }
    }
}
