package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.install.NewerVersion;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;

/** That a later version can add columns and arguments to public functions without breaking what users built on them. */
final class GrowthIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    /** What a call with nulls for arguments, and without an engine, may be answered with. */
    private static final Set<String> REFUSALS = Set.of("22004", "22023", "TD503");

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void functions_withOptionalArguments_endInOptions_andAreNotOverloaded() throws SQLException {
        assertThat(sql.column("""
                SELECT oid::regprocedure FROM pg_proc
                WHERE proowner = 'tiny_dancer_owner'::regrole AND starts_with(proname, 'ruvector_')
                  AND pronargdefaults > 0
                  AND NOT (proargnames[pronargs] = 'options' AND proargtypes[pronargs - 1] = 'jsonb'::regtype)
                """)).isEmpty();
        assertThat(sql.column("""
                SELECT proname FROM pg_proc
                WHERE proowner = 'tiny_dancer_owner'::regrole AND starts_with(proname, 'ruvector_')
                GROUP BY proname HAVING count(*) FILTER (WHERE pronargdefaults > 0) > 0 AND count(*) > 1
                """)).isEmpty();
    }

    @Test
    void functions_thatReturnRows_returnNamedTypes() throws SQLException {
        assertThat(sql.column("""
                SELECT oid::regprocedure FROM pg_proc
                WHERE proowner = 'tiny_dancer_owner'::regrole AND starts_with(proname, 'ruvector_')
                  AND (prorettype = 'record'::regtype OR proargmodes && '{o,b,t}'::"char"[])
                """)).isEmpty();
    }

    @Test
    void options_unknown_areRefusedByName() throws SQLException {
        assertThat(sql.failure("SELECT * FROM ruvector_routing_analytics(options => '{\"colour\": 1}')")
                        .getMessage())
                .isEqualTo("a key of options is unknown, got \"colour\"");
        assertThat(sql.failure("SELECT ruvector_set_budget('all', 1, options => '[]')")
                        .getMessage())
                .isEqualTo("options must be a JSON object, got []");
    }

    @Test
    void views_andStatements_surviveAVersionWithMoreColumnsAndArguments(@TempDir Path directory)
            throws IOException, SQLException {
        sql.run(
                "SELECT ruvector_register_agent('a', 'llm', '{code}', 0.01, avg_latency_ms => 100, quality_score => 0.9)");
        List<String> views = viewOverEachFunction();
        try (SqlSession open = new SqlSession(database.connect())) {
            open.run("SET tiny_dancer.on_engine_down = fallback");
            open.run("PREPARE choose AS SELECT agent_name FROM ruvector_route('hello', optimize_for => 'cost')");
            open.run("PREPARE list AS SELECT * FROM ruvector_list_agents()");
            open.run("PREPARE figures AS SELECT * FROM ruvector_routing_analytics()");
            assertThat(open.value("EXECUTE choose")).isEqualTo("a");
            assertThat(open.rows("EXECUTE list")).hasSize(1);
            assertThat(open.rows("EXECUTE figures")).hasSize(1);

            nextVersion(directory);
            sql.run("SELECT ruvector_update_agent_metrics('a', 100, true)");

            assertThat(open.value("EXECUTE choose")).isEqualTo("a");
            // Where it asks for all columns: with those that it knows, or one clean error, which drivers answer by
            // preparing
            // anew.
            assertThat(open.rows("EXECUTE list")).hasSize(1);
            assertThat(open.failure("EXECUTE figures").getSQLState()).isEqualTo("0A000");
            open.run("DEALLOCATE figures; PREPARE figures AS SELECT * FROM ruvector_routing_analytics()");
            assertThat(open.rows("EXECUTE figures").getFirst()).hasSize(13);
        }
        for (String view : views) {
            assertThat(columns(view)).as(view).doesNotContain("added");
            assertSelectable(view);
        }
        assertThat(sql.value("SELECT added FROM ruvector_routing_analytics(options => '{\"with\": \"more\"}') LIMIT 1"))
                .isEqualTo("more");
    }

    /** Installs a version that adds a column to each type, and an argument to one function. */
    private void nextVersion(Path directory) throws IOException, SQLException {
        StringBuilder migration = new StringBuilder();
        for (String type : sql.column("""
                SELECT DISTINCT prorettype::regtype::text
                FROM pg_proc JOIN pg_type ON pg_type.oid = prorettype JOIN pg_class ON pg_class.oid = typrelid
                WHERE proowner = 'tiny_dancer_owner'::regrole AND starts_with(proname, 'ruvector_') AND relkind = 'c'
                  AND typname <> 'setting'
                """)) {
            migration.append("ALTER TYPE ").append(type).append(" ADD ATTRIBUTE added text CASCADE;\n");
        }
        // What returns rows of a view has the columns that the view has.
        migration.append(sql.text("""
                SELECT string_agg(DISTINCT format(
                    'CREATE OR REPLACE VIEW %s AS SELECT old.*, NULL::text AS added FROM (%s) AS old;',
                    typrelid::regclass, rtrim(pg_get_viewdef(typrelid), ';')), '')
                FROM pg_proc JOIN pg_type ON pg_type.oid = prorettype JOIN pg_class ON pg_class.oid = typrelid
                WHERE proowner = 'tiny_dancer_owner'::regrole AND starts_with(proname, 'ruvector_') AND relkind = 'v'
                """));
        migration.append(sql.text("""
                SELECT string_agg(pg_get_functiondef(oid), ';') FROM pg_proc
                WHERE proname IN ('ruvector_routing_analytics', 'agents_of', 'policies_of', 'ruvector_list_routes',
                                  'budgets_now', 'ruvector_budget_alerts', 'ruvector_budget_holders',
                                  'ruvector_find_agents_by_capability',
                                  'log_history', 'ruvector_whoami', 'ruvector_list_models', 'ruvector_list_prices')
                """)
                .replace("summary.cost_of_dearest\n", "summary.cost_of_dearest, options ->> 'with'\n")
                .replace("options_problem(options)", "keys_problem('options', options, '{with}')")
                .replace("own.name IS NOT NULL\n", "own.name IS NOT NULL, NULL::text\n")
                .replace("agent.active, agent.metadata\n", "agent.active, agent.metadata, NULL::text\n")
                .replace("route.created_at\n", "route.created_at, NULL::text\n")
                .replace("budget.period, present.period_end\n", "budget.period, present.period_end, NULL::text\n")
                .replace("max(held.lease_until)\n", "max(held.lease_until), NULL::text\n")
                .replace("alert.spent\n", "alert.spent, NULL::text\n")
                .replace("known.as_of\n", "known.as_of, NULL::text\n")
                .replace("price.set_at\n", "price.set_at, NULL::text\n")
                .replace("agent.avg_latency_ms\n", "agent.avg_latency_ms, NULL::text\n")
                .replace("total.mean_quality\n", "total.mean_quality, NULL::text\n")
                .replace("tiny_dancer.schema_version();", "tiny_dancer.schema_version(), NULL::text;"));
        NewerVersion.install(database.superuser(), directory, "V99__growth.sql", migration.toString());
    }

    /** The names of the views. */
    private List<String> viewOverEachFunction() throws SQLException {
        List<String> views = new ArrayList<>();
        for (List<@Nullable String> function : sql.rows("""
                SELECT 'view_of_' || proname,
                       format('SELECT %s FROM %s(%s) AS answer',
                              CASE WHEN (SELECT typtype FROM pg_type WHERE pg_type.oid = prorettype) = 'c'
                                   THEN 'answer.*' ELSE 'answer AS value' END,
                              oid::regproc,
                              (SELECT string_agg('NULL::' || argument::regtype, ', ' ORDER BY place)
                               FROM unnest(proargtypes) WITH ORDINALITY AS given (argument, place)))
                FROM pg_proc
                WHERE proowner = 'tiny_dancer_owner'::regrole AND starts_with(proname, 'ruvector_')
                """)) {
            sql.run("CREATE VIEW " + function.get(0) + " AS " + function.get(1));
            views.add(String.valueOf(function.get(0)));
        }
        return views;
    }

    private List<@Nullable String> columns(String view) throws SQLException {
        return sql.column("SELECT attname FROM pg_attribute WHERE attrelid = '" + view + "'::regclass AND attnum > 0");
    }

    private void assertSelectable(String view) throws SQLException {
        try {
            sql.rows("SELECT * FROM " + view);
        } catch (PSQLException e) {
            assertThat(REFUSALS).as(view + ": " + e.getMessage()).contains(e.getSQLState());
        }
    }
}
