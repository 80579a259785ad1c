package dev.tinydancer.postgres.install;

import static dev.tinydancer.postgres.install.Statements.execute;
import static dev.tinydancer.postgres.install.Statements.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A database that an earlier version has filled, brought up to date, is as one that was installed today. */
final class UpgradeIT {

    @RegisterExtension
    static final TestDatabase fresh = TestDatabase.migrated();

    /**
     * For each table a query of what an upgrade must leave as it is. Sums are made anew in another form; settings have
     * their descriptions from the program.
     */
    private static final String DATA = """
            SELECT format('SELECT ROW(%s)::text AS row FROM tiny_dancer.%I ORDER BY row',
                          string_agg(quote_ident(attname), ', ' ORDER BY attnum), relname)
            FROM pg_class
            JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
            WHERE relnamespace = 'tiny_dancer'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
              AND relname NOT IN ('schema_history', 'decision_hourly', 'setting')
              -- Made anew, so that engines that are too old do not answer.
              AND attname NOT IN ('mac_key', 'mac_inner_block', 'mac_outer_block')
              -- A snapshot says it now.
              AND attname <> 'transactions_before'
            GROUP BY relname
            """;

    private DataSource upgraded;

    @BeforeEach
    void makeDatabase() throws SQLException {
        fresh.execute("CREATE DATABASE upgraded");
        upgraded = fresh.server().superuser("upgraded");
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        fresh.execute("DROP DATABASE upgraded WITH (FORCE)");
    }

    @ParameterizedTest
    @EnumSource
    void install_overAnEarlierSchema_equalsAFreshInstallation(EarlierSchema earlier, @TempDir Path directory)
            throws IOException, SQLException {
        earlier.install(upgraded, directory);
        earlier.fill(upgraded);
        Map<String, List<String>> before = new TreeMap<>();
        for (String query : strings(upgraded, DATA)) {
            before.put(query, strings(upgraded, query));
        }
        // As if somebody had made and lost rights meanwhile.
        execute(upgraded, "GRANT EXECUTE ON FUNCTION tiny_dancer.new_decision_id(timestamptz) TO PUBLIC");
        execute(upgraded, "REVOKE SELECT ON tiny_dancer.decision FROM tiny_dancer_engine");

        InstallReport report = new Installer(upgraded, InstallOptions.defaults()).install();

        assertThat(report.schemaVersion().split("\\.")[0]).isEqualTo(Integer.toString(SchemaVersion.NEWEST));
        for (Map.Entry<String, List<String>> table : before.entrySet()) {
            assertThat(strings(upgraded, table.getKey())).as(table.getKey()).isEqualTo(table.getValue());
        }
        assertThat(strings(upgraded, Catalogs.SUMS))
                .isNotEmpty()
                .isEqualTo(strings(upgraded, Catalogs.SUMS_OF_THE_LOG));
        assertThat(new Installer(upgraded, InstallOptions.defaults()).install().changes())
                .isEmpty();
        assertRoutingGoesOn(earlier);
        // Settings keep what was chosen; all else is as in a fresh installation.
        execute(upgraded, "UPDATE tiny_dancer.setting SET value = '90 days' WHERE value = '120 days'");
        assertThat(Catalogs.differences(upgraded, fresh.superuser())).isEmpty();
    }

    private void assertRoutingGoesOn(EarlierSchema earlier) throws SQLException {
        try (Connection connection = upgraded.getConnection();
                Statement statement = connection.createStatement()) {
            if (earlier.hasBudgets()) {
                assertThat(only(statement, "SELECT spent FROM ruvector_budget_status() WHERE scope = 'all'"))
                        .isEqualTo("12.5");
                // Without an engine nobody could reserve.
                statement.execute("SELECT ruvector_remove_budget(scope) FROM ruvector_budget_status()");
            }
            statement.execute("SET tiny_dancer.on_engine_down = 'fallback'");
            String decision = only(statement, """
                    SELECT decision_id
                    FROM ruvector_route('how do I sort a list', optimize_for => 'cost', excluded_agents => ARRAY(
                        SELECT name FROM ruvector_list_agents() WHERE name <> 'quick'))
                    WHERE agent_name = 'quick'""");
            assertThat(only(statement, "SELECT ruvector_record_outcome('" + decision + "', true, 200)"))
                    .isEqualTo("t");
            assertThat(only(statement, "SELECT total_requests FROM ruvector_list_agents() WHERE name = 'quick'"))
                    .isEqualTo(only(statement, """
                            SELECT (SELECT count(*) FROM tiny_dancer.decision WHERE agent = 'quick')
                                + (SELECT count(*) FROM tiny_dancer.outcome WHERE agent = 'quick' AND decision_id IS NULL)
                            """));
        }
    }

    @Test
    void install_whereGrantsWereLost_givesThemBack() throws IOException, SQLException {
        new Installer(upgraded, InstallOptions.defaults()).install();
        List<String> before = Catalogs.facts(upgraded);
        execute(upgraded, """
                REVOKE EXECUTE ON FUNCTION ruvector_set_setting(text, text) FROM tiny_dancer_admin;
                GRANT SELECT ON tiny_dancer.engine_credential TO PUBLIC;
                ALTER TABLE tiny_dancer.agent DISABLE ROW LEVEL SECURITY;
                DROP POLICY engine ON tiny_dancer.budget;
                """);

        assertThat(new Installer(upgraded, InstallOptions.defaults()).install().changes())
                .containsExactly(
                        "granted 1 privileges to the roles of Tiny Dancer",
                        "revoked 1 privileges that nobody needs",
                        "protected the rows of 2 tables");

        assertThat(Catalogs.differences(Catalogs.facts(upgraded), before)).isEmpty();
    }

    private static String only(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).as(query).isTrue();
            return row.getString(1);
        }
    }

    @Test
    void install_whereAViewRestsOnAFormThatIsGone_changesNothing_andSaysWhatToDo(@TempDir Path directory)
            throws IOException, SQLException {
        EarlierSchema.BEFORE_IDENTITY.install(upgraded, directory);
        execute(upgraded, "CREATE VIEW report AS SELECT * FROM ruvector_routing_analytics()");

        assertThatExceptionOfType(InstallException.class)
                .isThrownBy(() -> new Installer(upgraded, InstallOptions.defaults()).install())
                .withMessageContainingAll("view report", "Drop them, install, and create them again");

        execute(upgraded, "DROP VIEW report");
        new Installer(upgraded, InstallOptions.defaults()).install();
        execute(upgraded, "CREATE VIEW report AS SELECT * FROM ruvector_routing_analytics()");
    }
}
