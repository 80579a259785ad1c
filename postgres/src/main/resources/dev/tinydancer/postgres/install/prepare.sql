-- What has to stand before the migrations: roles, schemas, dblink. Run as the installing user: a superuser, or an
-- ordinary owner of the database with CREATEROLE for whom a superuser has made dblink available.
-- Every step looks first and does only what is missing, so that a second run changes nothing.
--
-- After it come the migrations, under SET ROLE tiny_dancer_owner, then as the same role
-- SELECT tiny_dancer.set_engine_address(host, port).
--
-- ${function_schema}: where the functions ruvector_* are to be, public if nothing else is wished.
-- ${dblink_schema}: where dblink is, or where it is to be. A schema of its own, because an open dblink connection
-- belongs to the session: whoever may execute dblink's functions there could speak over it.

DO $prepare$
DECLARE
    role_of constant jsonb := jsonb_build_object(
        'tiny_dancer_owner', 'Tiny Dancer: owns the tables and functions; its functions run with its rights',
        'tiny_dancer_engine', 'Tiny Dancer: what the engine may do when it is connected to this database',
        'tiny_dancer_user', 'Tiny Dancer: may route, classify, embed, record outcomes and read analytics',
        'tiny_dancer_admin', 'Tiny Dancer: may do what tiny_dancer_user may, and register agents, routes, budgets');
    role_name text;
    purpose text;
BEGIN
    IF current_setting('server_version_num')::int < 140000 THEN
        RAISE feature_not_supported USING
            MESSAGE = format('Tiny Dancer needs PostgreSQL 14 or newer, this is %s', current_setting('server_version'));
    END IF;
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE feature_not_supported USING
            MESSAGE = format('Tiny Dancer needs a database with encoding UTF8, this one has %s',
                             current_setting('server_encoding')),
            HINT = 'CREATE DATABASE name ENCODING ''UTF8'' TEMPLATE template0;';
    END IF;

    FOR role_name, purpose IN SELECT * FROM jsonb_each_text(role_of) LOOP
        IF to_regrole(role_name) IS NULL THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            EXECUTE format('COMMENT ON ROLE %I IS %L', role_name, purpose);
        END IF;
    END LOOP;
    IF NOT pg_has_role('tiny_dancer_admin', 'tiny_dancer_user', 'MEMBER') THEN
        GRANT tiny_dancer_user TO tiny_dancer_admin;
    END IF;
    -- The migrations run after SET ROLE tiny_dancer_owner. Since PostgreSQL 16 who made a role is not yet its member.
    IF NOT pg_has_role(current_user, 'tiny_dancer_owner',
                       CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
        EXECUTE format('GRANT tiny_dancer_owner TO %I', current_user);
    END IF;
END
$prepare$;

DO $dblink$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'dblink') THEN
        IF to_regnamespace('${dblink_schema}') IS NULL THEN
            CREATE SCHEMA ${dblink_schema};
            COMMENT ON SCHEMA ${dblink_schema} IS
                'Tiny Dancer: dblink, apart from all other schemas so that only tiny_dancer_owner can call it';
        END IF;
        CREATE EXTENSION dblink SCHEMA ${dblink_schema};
    END IF;
    IF NOT has_schema_privilege('tiny_dancer_owner', '${dblink_schema}', 'USAGE') THEN
        GRANT USAGE ON SCHEMA ${dblink_schema} TO tiny_dancer_owner;
    END IF;
    IF NOT has_foreign_data_wrapper_privilege('tiny_dancer_owner', 'dblink_fdw', 'USAGE') THEN
        GRANT USAGE ON FOREIGN DATA WRAPPER dblink_fdw TO tiny_dancer_owner;
    END IF;
EXCEPTION
    WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
        RAISE USING
            ERRCODE = SQLSTATE,
            MESSAGE = 'Tiny Dancer needs the contrib extension dblink, which could not be set up: ' || SQLERRM,
            HINT = 'Once, as a superuser in this database: CREATE SCHEMA IF NOT EXISTS ${dblink_schema}; '
                   'CREATE EXTENSION IF NOT EXISTS dblink SCHEMA ${dblink_schema}; '
                   'GRANT USAGE ON SCHEMA ${dblink_schema} TO tiny_dancer_owner; '
                   'GRANT USAGE ON FOREIGN DATA WRAPPER dblink_fdw TO tiny_dancer_owner; then install again.';
END
$dblink$;

DO $schemas$
BEGIN
    IF to_regnamespace('tiny_dancer') IS NULL THEN
        CREATE SCHEMA tiny_dancer AUTHORIZATION tiny_dancer_owner;
    END IF;
    IF to_regnamespace('${function_schema}') IS NULL THEN
        CREATE SCHEMA ${function_schema} AUTHORIZATION tiny_dancer_owner;
        COMMENT ON SCHEMA ${function_schema} IS 'Tiny Dancer: the functions ruvector_*';
        GRANT USAGE ON SCHEMA ${function_schema} TO tiny_dancer_user, tiny_dancer_admin;
    END IF;
    IF NOT has_schema_privilege('tiny_dancer_owner', '${function_schema}', 'USAGE')
       OR NOT has_schema_privilege('tiny_dancer_owner', '${function_schema}', 'CREATE') THEN
        GRANT USAGE, CREATE ON SCHEMA ${function_schema} TO tiny_dancer_owner;
    END IF;
END
$schemas$;
