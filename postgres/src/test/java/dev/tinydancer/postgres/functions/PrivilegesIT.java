package dev.tinydancer.postgres.functions;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what, and what a hostile session cannot do. */
final class PrivilegesIT {

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession superuser;

    @BeforeEach
    void openSession() throws SQLException {
        superuser = new SqlSession(database.connect());
        superuser.run(
                "SELECT ruvector_register_agent('a', 'llm', '{x}', 0.1, avg_latency_ms => 1, quality_score => 1)");
    }

    @AfterEach
    void closeSession() throws SQLException {
        superuser.close();
    }

    @Test
    void public_mayNothing() throws SQLException {
        assertThat(superuser.column("""
                SELECT oid::regprocedure::text
                FROM pg_proc, LATERAL aclexplode(coalesce(proacl, acldefault('f', proowner))) AS granted
                WHERE proowner = 'tiny_dancer_owner'::regrole AND granted.grantee = 0
                UNION ALL
                SELECT oid::regclass::text
                FROM pg_class, LATERAL aclexplode(relacl) AS granted
                WHERE relowner = 'tiny_dancer_owner'::regrole AND granted.grantee = 0
                UNION ALL
                SELECT nspname::text
                FROM pg_namespace, LATERAL aclexplode(nspacl) AS granted
                WHERE nspname IN ('tiny_dancer', 'tiny_dancer_dblink') AND granted.grantee = 0
                """)).isEmpty();
    }

    /**
     * What each role may do with each object stands in {@code privileges.txt}, for somebody to read it. After a change that is
     * meant, {@code -Dtinydancer.updatePrivileges=true} writes it anew.
     */
    @Test
    void everybody_mayWhatIsWritten_andNothingElse() throws SQLException, IOException {
        String present = superuser.column("""
                        SELECT owned.object || ': ' || granted.grantee || ' ' || string_agg(granted.privilege, ', ' ORDER BY granted.privilege)
                        FROM (
                            SELECT 'function ' || oid::regprocedure, proowner, proacl FROM pg_proc
                            WHERE proowner = 'tiny_dancer_owner'::regrole
                            UNION ALL
                            SELECT 'relation ' || oid::regclass, relowner, relacl FROM pg_class
                            WHERE relowner = 'tiny_dancer_owner'::regrole AND NOT relispartition AND relkind <> 'c'
                            UNION ALL
                            SELECT 'type ' || oid::regtype, typowner, typacl FROM pg_type
                            WHERE typowner = 'tiny_dancer_owner'::regrole
                            UNION ALL
                            SELECT 'schema ' || nspname, nspowner, nspacl FROM pg_namespace WHERE nspname LIKE 'tiny_dancer%'
                            UNION ALL
                            SELECT 'server ' || srvname, srvowner, srvacl FROM pg_foreign_server
                        ) AS owned (object, owner, acl)
                        CROSS JOIN LATERAL aclexplode(acl) AS entry
                        CROSS JOIN LATERAL (
                            SELECT CASE entry.grantee WHEN 0 THEN 'PUBLIC' ELSE entry.grantee::regrole::text END,
                                   entry.privilege_type) AS granted (grantee, privilege)
                        WHERE entry.grantee <> owned.owner
                        GROUP BY owned.object, granted.grantee
                        ORDER BY owned.object COLLATE "C", granted.grantee COLLATE "C"
                        """).stream().map(line -> line + "\n").collect(joining());
        Path file = Path.of("src/test/resources/dev/tinydancer/postgres/functions/privileges.txt");
        if (Boolean.getBoolean("tinydancer.updatePrivileges")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, present);
        }
        assertThat(present).isEqualTo(Files.readString(file));
    }

    @Test
    void owner_isAnOrdinaryRole() throws SQLException {
        assertThat(superuser.rows("SELECT rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolbypassrls FROM pg_roles"
                        + " WHERE rolname = 'tiny_dancer_owner'"))
                .containsExactly(List.of("f", "f", "f", "f", "f"));
        assertThat(superuser.column("""
                SELECT oid::regprocedure::text FROM pg_proc
                WHERE (pronamespace = 'tiny_dancer'::regnamespace OR proname LIKE 'ruvector%')
                  AND proowner <> 'tiny_dancer_owner'::regrole
                """)).isEmpty();
    }

    @Test
    void functionsForOthers_runAsTheOwner_withASafeSearchPath() throws SQLException {
        assertThat(superuser.column("""
                SELECT oid::regprocedure::text FROM pg_proc
                WHERE proname LIKE 'ruvector%'
                  AND NOT (prosecdef AND 'search_path=pg_catalog, pg_temp' = ANY (proconfig))
                """)).isEmpty();
        assertThat(superuser.column("""
                SELECT oid::regprocedure::text FROM pg_proc
                WHERE proowner = 'tiny_dancer_owner'::regrole AND prosecdef
                  AND ('search_path=pg_catalog, pg_temp' = ANY (proconfig)) IS NOT TRUE
                """)).isEmpty();
    }

    @Test
    void everyObject_hasAComment() throws SQLException {
        assertThat(superuser.column("""
                SELECT object.name
                FROM (
                    SELECT 'function ' || oid::regprocedure, obj_description(oid, 'pg_proc') FROM pg_proc
                    WHERE proowner = 'tiny_dancer_owner'::regrole
                    UNION ALL
                    SELECT 'relation ' || oid::regclass, obj_description(oid, 'pg_class') FROM pg_class
                    WHERE relowner = 'tiny_dancer_owner'::regrole AND relkind IN ('r', 'p', 'v')
                      AND relname <> 'schema_history' AND (NOT relispartition OR relname LIKE '%default')
                    UNION ALL
                    SELECT 'column ' || attrelid::regclass || '.' || attname, col_description(attrelid, attnum)
                    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
                    WHERE relowner = 'tiny_dancer_owner'::regrole AND relkind IN ('r', 'p', 'v', 'c')
                      AND relname <> 'schema_history' AND NOT relispartition AND attnum > 0
                      AND NOT attisdropped
                    UNION ALL
                    SELECT 'type ' || oid::regtype, obj_description(oid, 'pg_type') FROM pg_type
                    WHERE typnamespace = 'tiny_dancer'::regnamespace AND typrelid IN (
                        SELECT oid FROM pg_class WHERE relkind = 'c')
                    UNION ALL
                    SELECT 'trigger ' || tgname, obj_description(oid, 'pg_trigger') FROM pg_trigger
                    WHERE tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'tiny_dancer'::regnamespace)
                      AND NOT tgisinternal AND tgparentid = 0
                    UNION ALL
                    SELECT 'schema ' || nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace
                    WHERE nspname LIKE 'tiny_dancer%'
                    UNION ALL
                    SELECT 'role ' || rolname, shobj_description(oid, 'pg_authid') FROM pg_roles
                    WHERE rolname LIKE 'tiny_dancer%'
                    UNION ALL
                    SELECT 'server ' || srvname, obj_description(oid, 'pg_foreign_server') FROM pg_foreign_server
                ) AS object (name, comment)
                WHERE object.comment IS NULL OR length(object.comment) < 5
                """)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ruvector_register_agent('b', 'llm', '{x}', avg_latency_ms => 1, quality_score => 1)",
                "SELECT ruvector_remove_agent('a')",
                "SELECT ruvector_set_agent_active('a', false)",
                "SELECT * FROM tiny_dancer.engine_credential",
                "SELECT * FROM tiny_dancer.agent",
                "SELECT * FROM tiny_dancer.decision",
                "INSERT INTO ruvector_decisions (agent) VALUES ('a')",
                "DELETE FROM ruvector_outcomes",
                "SELECT tiny_dancer.create_page_token('tiny_dancer_owner')",
                "SELECT * FROM tiny_dancer.page_token",
                "INSERT INTO tiny_dancer.tenant_role VALUES (session_user, 'acme')",
                "SELECT tiny_dancer.exchange('status', '{}')",
                "SELECT tiny_dancer.catalog_of('default')",
                "SELECT tiny_dancer.set_engine_address('evil.example', '1')",
                "SELECT tiny_dancer.rotate_engine_credential()",
                "SELECT tiny_dancer.maintain_log()",
                "SELECT tiny_dancer_dblink.dblink_send_query('tiny_dancer', 'x')",
                "SELECT * FROM tiny_dancer_dblink.dblink('tiny_dancer', 'x') AS t (x text)",
                "SELECT tiny_dancer_dblink.dblink_disconnect('tiny_dancer')",
                "SELECT tiny_dancer_dblink.dblink_connect('tiny_dancer_engine')",
                "CREATE USER MAPPING FOR PUBLIC SERVER tiny_dancer_engine",
                "SET ROLE tiny_dancer_owner"
            })
    void user_isRefused(String statement) throws SQLException, IOException {
        try (ScriptedEngine engine = new ScriptedEngine(call -> RouteAnswers.choosing("a", call));
                SqlSession user = new SqlSession(database.connectAsUser())) {
            RouteAnswers.pointAt(engine.port(), superuser);
            // Now the session has an open connection that could be misused.
            assertThat(user.value("SELECT agent_name FROM ruvector_route('hello')"))
                    .isEqualTo("a");

            assertThat(user.failure(statement).getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE);
            assertThat(engine.calls()).hasSize(1);
        }
    }

    @Test
    void user_mayLookAndRecord() throws SQLException {
        try (SqlSession user = new SqlSession(database.connectAsUser())) {
            assertThat(user.column("SELECT name FROM ruvector_list_agents()")).contains("a");
            assertThat(user.value("SELECT ruvector_update_agent_metrics('a', 1, true)"))
                    .isEqualTo("t");
            assertThat(user.column("SELECT umoptions FROM pg_user_mappings")).containsOnlyNulls();
        }
    }

    @Test
    void admin_mayDoWhatAUserMay_andRegister() throws SQLException {
        try (SqlSession admin = new SqlSession(database.connectAsAdmin())) {
            assertThat(admin.value("SELECT ruvector_register_agent('c', 'llm', '{x}', avg_latency_ms => 1,"
                            + " quality_score => 1)"))
                    .isEqualTo("t");
            assertThat(admin.column("SELECT name FROM ruvector_list_agents()")).contains("c");
            assertThat(admin.value("SELECT ruvector_remove_agent('c')")).isEqualTo("t");
            assertThat(admin.failure("SELECT * FROM tiny_dancer.engine_credential")
                            .getSQLState())
                    .isEqualTo(INSUFFICIENT_PRIVILEGE);
        }
    }

    @Test
    void engine_readsWhatItNeeds_andNoMore() throws SQLException {
        try (SqlSession engine = new SqlSession(database.engine().getConnection())) {
            assertThat(engine.value("SELECT length(mac_key) FROM tiny_dancer.engine_credential"))
                    .isEqualTo("32");
            assertThat(engine.value("SELECT tiny_dancer.catalog_of('default') ->> 'version'"))
                    .isNotNull();
            engine.run("SELECT tiny_dancer.maintain_log()");
            assertThat(engine.value("SELECT tiny_dancer.roll_up()")).isNotNull();
            assertThat(engine.failure("UPDATE tiny_dancer.agent SET active = false")
                            .getSQLState())
                    .isEqualTo(INSUFFICIENT_PRIVILEGE);
            assertThat(engine.failure("DELETE FROM tiny_dancer.decision").getSQLState())
                    .isEqualTo(INSUFFICIENT_PRIVILEGE);
            assertThat(engine.failure("SELECT ruvector_list_agents()").getSQLState())
                    .isEqualTo(INSUFFICIENT_PRIVILEGE);
        }
    }

    /** Inside the functions, names must not mean what a session says they mean. */
    @Test
    void hostileSession_cannotPutItsOwnObjectsInTheWay() throws SQLException, IOException {
        superuser.run("CREATE SCHEMA trap; GRANT ALL ON SCHEMA trap TO tiny_dancer_user");
        try (ScriptedEngine engine = new ScriptedEngine(PrivilegesIT::choosingA);
                SqlSession user = new SqlSession(database.connectAsUser())) {
            RouteAnswers.pointAt(engine.port(), superuser);
            user.run("CREATE FUNCTION trap.sprung() RETURNS boolean LANGUAGE plpgsql AS"
                    + " $$ BEGIN RAISE 'sprung as %', current_user; END $$");
            user.run("CREATE FUNCTION trap.equal(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT trap.sprung()'");
            user.run("CREATE OPERATOR trap.= (FUNCTION = trap.equal, LEFTARG = text, RIGHTARG = text)");
            user.run("CREATE FUNCTION trap.lower(text) RETURNS text LANGUAGE sql AS 'SELECT trap.sprung()::text'");
            user.run(
                    "CREATE FUNCTION trap.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT trap.sprung()::text::bytea'");
            user.run("CREATE TEMP TABLE pg_foreign_server (srvname name, srvoptions text[])");
            user.run("CREATE TEMP TABLE agent (tenant text, name text)");
            user.run("SET search_path = trap, pg_temp, pg_catalog, public, tiny_dancer");
            user.run("SET standard_conforming_strings = off; SET bytea_output = escape; SET transform_null_equals = on;"
                    + " SET extra_float_digits = -15; SET TimeZone = 'Asia/Kathmandu'");

            assertThat(user.value("SELECT (public.ruvector_route('hello', 'cost', '{X}')).agent_name"))
                    .isEqualTo("a");
            assertThat(user.value("SELECT name FROM public.ruvector_get_agent('a')"))
                    .isEqualTo("a");
            assertThat(user.value("SELECT name FROM public.ruvector_find_agents_by_capability('X')"))
                    .isEqualTo("a");
            assertThat(user.value("SELECT public.ruvector_update_agent_metrics('a', 1, true)"))
                    .isEqualTo("t");
        } finally {
            superuser.run("DROP SCHEMA trap CASCADE");
        }
    }

    @Test
    void tenant_cannotBeChosenByTheSession() throws SQLException {
        superuser.run("CREATE ROLE acme_reader IN ROLE tiny_dancer_user");
        superuser.run("INSERT INTO tiny_dancer.tenant_role VALUES ('acme_reader', 'acme')");
        try (SqlSession user = new SqlSession(database.connectAsUser())) {
            assertThat(user.failure("SET ROLE acme_reader").getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE);
            assertThat(user.failure("SET role = 'acme_reader'").getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE);
            assertThat(user.failure("SET SESSION AUTHORIZATION acme_reader").getSQLState())
                    .isEqualTo(INSUFFICIENT_PRIVILEGE);
            assertThat(user.column("SELECT name FROM ruvector_list_agents()")).contains("a");
        } finally {
            superuser.run("DROP ROLE acme_reader");
        }
    }

    private static ScriptedEngine.Answer choosingA(ScriptedEngine.Call call) {
        return call.verb().equals("find_agents_by_capability")
                ? new ScriptedEngine.Rows(null, List.of("(a,x,1,,,,)"))
                : RouteAnswers.choosing("a", call);
    }
}
