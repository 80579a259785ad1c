package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every function in PL/pgSQL as <a href="https://github.com/okbob/plpgsql_check">plpgsql_check</a> sees it: also the
 * statements that no test comes by. Functions in SQL are checked by PostgreSQL when they are made.
 */
final class ProcedureChecksIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    @Test
    void functions_haveNoFault() throws SQLException {
        try (SqlSession sql = new SqlSession(database.connect())) {
            assumeTrue(
                    sql.text("SELECT count(*) FROM pg_available_extensions WHERE name = 'plpgsql_check'")
                            .equals("1"),
                    "needs the extension plpgsql_check in the server that the tests run on, as of Debian's package"
                            + " postgresql-15-plpgsql-check");
            sql.run("CREATE SCHEMA checking; CREATE EXTENSION plpgsql_check SCHEMA checking");

            assertThat(sql.column("""
                            SELECT concat_ws(', ', pg_proc.oid::regprocedure, 'line ' || fault.lineno, fault.level,
                                             fault.message, fault.detail)
                            FROM pg_proc
                            JOIN pg_language ON pg_language.oid = prolang AND lanname = 'plpgsql'
                            LEFT JOIN (SELECT tgfoid, min(tgrelid) AS tgrelid FROM pg_trigger GROUP BY tgfoid) AS used
                              ON used.tgfoid = pg_proc.oid
                            CROSS JOIN LATERAL checking.plpgsql_check_function_tb(
                                pg_proc.oid, coalesce(used.tgrelid, 0), fatal_errors => false, security_warnings => true,
                                oldtable => CASE WHEN prorettype = 'trigger'::regtype THEN 'old_row' END,
                                newtable => CASE WHEN prorettype = 'trigger'::regtype THEN 'new_row' END) AS fault
                            WHERE proowner = 'tiny_dancer_owner'::regrole
                              -- It does not see that a loop without an end has none.
                              AND NOT (fault.message = 'control reached end of function without RETURN'
                                       AND proname IN ('silent_engines', 'exchange'))
                              -- The names in it come from the catalog, quoted by their types.
                              AND NOT (fault.message = 'text type variable is not sanitized'
                                       AND proname = 'settle_privileges')
                            ORDER BY 1""")).isEmpty();
        }
    }
}
