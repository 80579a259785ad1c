package dev.tinydancer.postgres.install;

import static dev.tinydancer.postgres.install.SqlText.identifier;
import static dev.tinydancer.postgres.install.SqlText.literal;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps before the migrations.
 *
 * <p>Each looks first, so that a second installation finds nothing to do. An administrator is asked to grant rights to
 * the installing role, which passes them on: Tiny Dancer's own roles may not exist yet.
 *
 * @param serverVersion as {@code server_version_num} says
 * @param database where it installs, not quoted
 * @param installer the role that installs, not quoted
 * @param functionSchema for the {@code ruvector_*} functions, not quoted
 * @param dblinkSchema where dblink is or is to be, not quoted
 */
record Preparation(int serverVersion, String database, String installer, String functionSchema, String dblinkSchema) {

    static final String OWNER = "tiny_dancer_owner";
    static final String ENGINE = "tiny_dancer_engine";
    static final String USER = "tiny_dancer_user";
    static final String ADMIN = "tiny_dancer_admin";
    static final String SCHEMA = "tiny_dancer";

    /**
     * Where dblink goes unless the database has it elsewhere. A schema of its own, because an open connection of dblink
     * belongs to the session: whoever may call dblink's functions there could speak over it.
     */
    static final String OWN_DBLINK_SCHEMA = "tiny_dancer_dblink";

    /** Since this version who makes a role may grant it but is no member, and a membership has options. */
    private static final int MEMBERSHIP_OPTIONS = 160_000;

    List<PreparationStep> steps() {
        List<PreparationStep> steps = new ArrayList<>(stepsOfAnExtension());
        steps.add(extension());
        steps.add(schemaPrivilege(dblinkSchema, OWNER, "USAGE"));
        steps.add(privilege("FOREIGN DATA WRAPPER dblink_fdw", OWNER, "USAGE", """
                SELECT has_foreign_data_wrapper_privilege(to_regrole('%s'), oid, 'USAGE')
                FROM pg_foreign_data_wrapper WHERE fdwname = 'dblink_fdw'""".formatted(OWNER)));
        return steps;
    }

    /** Those without dblink, on which the extension of PostgreSQL's depends by itself. */
    List<PreparationStep> stepsOfAnExtension() {
        List<PreparationStep> steps = new ArrayList<>(List.of(
                role(OWNER, "Tiny Dancer: owns the tables and functions; its functions run with its rights"),
                role(ENGINE, "Tiny Dancer: what the engine may do when it is connected to this database"),
                role(USER, "Tiny Dancer: may route, classify, embed, record outcomes and read analytics"),
                role(ADMIN, "Tiny Dancer: may do what tiny_dancer_user may, and register agents, routes, budgets"),
                new PreparationStep(
                        "granted " + USER + " to " + ADMIN,
                        "SELECT pg_has_role(to_regrole('%s'), to_regrole('%s'), 'MEMBER')".formatted(ADMIN, USER),
                        List.of("GRANT %s TO %s".formatted(USER, ADMIN))),
                engineAsksAsUser(),
                canBecome(OWNER),
                hasRightsOf(ENGINE),
                hasRightsOf(ADMIN),
                ownership(),
                schema(SCHEMA, "Tiny Dancer: agents, settings, decisions"),
                schema(
                        functionSchema,
                        "Tiny Dancer: the functions ruvector_*",
                        "GRANT USAGE ON SCHEMA " + identifier(functionSchema) + " TO " + USER + ", " + ADMIN),
                schemaPrivilege(functionSchema, OWNER, "CREATE")));
        for (String role : List.of(OWNER, USER, ADMIN)) {
            steps.add(schemaPrivilege(functionSchema, role, "USAGE"));
        }
        return steps;
    }

    private PreparationStep role(String name, String purpose) {
        List<String> creation =
                List.of("CREATE ROLE " + name + " NOLOGIN", "COMMENT ON ROLE " + name + " IS " + literal(purpose));
        List<String> byAdministrator = new ArrayList<>(creation);
        byAdministrator.add(grantWithAdminOption(name));
        return new PreparationStep(
                "made role " + name, "SELECT to_regrole('" + name + "') IS NOT NULL", creation, byAdministrator);
    }

    /** By SET ROLE, while the installing role's other work goes on without those rights. */
    private PreparationStep canBecome(String role) {
        return serverVersion >= MEMBERSHIP_OPTIONS
                ? membership(role, "SET", " WITH SET TRUE, INHERIT FALSE")
                : membership(role, "MEMBER", "");
    }

    /** Without SET ROLE: who installs may also use what he has installed, and run the engine. */
    private PreparationStep hasRightsOf(String role) {
        return serverVersion >= MEMBERSHIP_OPTIONS
                ? membership(role, "USAGE", " WITH INHERIT TRUE")
                : membership(role, "MEMBER", "");
    }

    /** For the page, which asks as those who look at it; by SET ROLE, so that the engine has no more rights by itself. */
    private PreparationStep engineAsksAsUser() {
        String grant = "GRANT %s TO %s".formatted(USER, ENGINE);
        return new PreparationStep(
                "granted " + USER + " to " + ENGINE,
                "SELECT pg_has_role(to_regrole('%s'), to_regrole('%s'), 'MEMBER')".formatted(ENGINE, USER),
                serverVersion >= MEMBERSHIP_OPTIONS
                        ? List.of(grant + " WITH SET TRUE, INHERIT FALSE")
                        : List.of("ALTER ROLE " + ENGINE + " NOINHERIT", grant));
    }

    private PreparationStep membership(String role, String kind, String options) {
        return new PreparationStep(
                "granted " + role + " to " + installer,
                "SELECT pg_has_role(to_regrole('%s'), '%s')".formatted(role, kind),
                List.of("GRANT " + role + " TO " + identifier(installer) + options),
                List.of(grantWithAdminOption(role)));
    }

    private String grantWithAdminOption(String role) {
        return "GRANT " + role + " TO " + identifier(installer) + " WITH ADMIN OPTION";
    }

    /** @param asOwner further statements by the owner of the new schema */
    private PreparationStep schema(String name, String purpose, String... asOwner) {
        List<String> creation = new ArrayList<>(List.of(
                "CREATE SCHEMA " + identifier(name) + " AUTHORIZATION " + OWNER,
                "SET LOCAL ROLE " + OWNER,
                "COMMENT ON SCHEMA " + identifier(name) + " IS " + literal(purpose)));
        creation.addAll(List.of(asOwner));
        creation.add("RESET ROLE");
        return new PreparationStep(
                "made schema " + name,
                "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = " + literal(name) + ")",
                creation,
                List.of("GRANT CREATE ON DATABASE " + identifier(database) + " TO " + identifier(installer)));
    }

    /** A dump without owners, or restored where the roles were missing, leaves all to the role that restored it. */
    private static PreparationStep ownership() {
        return new PreparationStep(
                "gave what was restored to " + OWNER,
                "SELECT NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = '%s' AND nspowner <> to_regrole('%s'))"
                        .formatted(SCHEMA, OWNER),
                List.of("""
                        DO $ownership$
                        DECLARE
                            restorer constant oid := (SELECT nspowner FROM pg_namespace WHERE nspname = 'tiny_dancer');
                            function_schema constant oid := (
                                SELECT pronamespace FROM pg_proc
                                WHERE proname = 'ruvector_route' AND proowner = restorer AND prosrc ~ 'tiny_dancer\\.');
                            change text;
                        BEGIN
                            GRANT ALL ON SCHEMA tiny_dancer TO tiny_dancer_owner;
                            IF function_schema IS NOT NULL THEN
                                EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %s TO tiny_dancer_owner',
                                               function_schema::regnamespace);
                            END IF;
                            FOR change IN
                                SELECT format('ALTER %s %s OWNER TO tiny_dancer_owner',
                                              CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END,
                                              oid::regclass)
                                FROM pg_class
                                WHERE relowner = restorer
                                  AND (relnamespace = 'tiny_dancer'::regnamespace AND relkind IN ('r', 'p', 'v', 'c')
                                       OR relnamespace = function_schema AND relkind = 'v'
                                          AND starts_with(relname, 'ruvector_'))
                                UNION ALL
                                SELECT format('ALTER FUNCTION %s OWNER TO tiny_dancer_owner', oid::regprocedure)
                                FROM pg_proc
                                WHERE proowner = restorer
                                  AND (pronamespace = 'tiny_dancer'::regnamespace
                                       OR pronamespace = function_schema AND starts_with(proname, 'ruvector_'))
                                UNION ALL
                                SELECT 'ALTER SERVER tiny_dancer_engine OWNER TO tiny_dancer_owner'
                                FROM pg_foreign_server
                                WHERE srvname = 'tiny_dancer_engine' AND srvowner = restorer
                            LOOP
                                EXECUTE change;
                            END LOOP;
                            ALTER SCHEMA tiny_dancer OWNER TO tiny_dancer_owner;
                        END
                        $ownership$"""));
    }

    private PreparationStep extension() {
        List<String> creation = List.of(
                "CREATE SCHEMA IF NOT EXISTS " + identifier(dblinkSchema),
                "COMMENT ON SCHEMA " + identifier(dblinkSchema) + " IS "
                        + literal("Tiny Dancer: dblink, apart from all others so that nobody else may call it"),
                "CREATE EXTENSION dblink SCHEMA " + identifier(dblinkSchema));
        return new PreparationStep(
                "made extension dblink in schema " + dblinkSchema,
                "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'dblink')",
                creation);
    }

    private PreparationStep schemaPrivilege(String schema, String role, String privilege) {
        return privilege(
                "SCHEMA " + identifier(schema),
                role,
                privilege,
                "SELECT has_schema_privilege(to_regrole('%s'), oid, '%s') FROM pg_namespace WHERE nspname = %s"
                        .formatted(role, privilege, literal(schema)));
    }

    private PreparationStep privilege(String object, String role, String privilege, String satisfied) {
        String grant = "GRANT " + privilege + " ON " + object + " TO ";
        return new PreparationStep(
                "granted " + privilege + " on " + object + " to " + role,
                satisfied,
                List.of(grant + role),
                List.of(grant + identifier(installer) + " WITH GRANT OPTION"));
    }
}
