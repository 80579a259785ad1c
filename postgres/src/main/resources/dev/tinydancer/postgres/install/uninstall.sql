-- Takes away everything that the installer and the migrations have made in this database, data included, and the roles
-- unless another database of the same server still uses them. Run as the user who installed, or as a superuser.
-- Running it where nothing is installed does nothing. Where an object of somebody else's, a view for example, uses one
-- of these, nothing is dropped: the error names it.

SET LOCAL client_min_messages = warning;

DO $uninstall$
DECLARE
    present constant text[] := ARRAY(
        SELECT rolname
        FROM pg_roles
        WHERE rolname IN ('tiny_dancer_admin', 'tiny_dancer_user', 'tiny_dancer_engine', 'tiny_dancer_owner')
        ORDER BY rolname);
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY present LOOP
        IF NOT pg_has_role(role_name, 'USAGE') THEN
            EXECUTE format('GRANT %I TO %I', role_name, current_user)
                || CASE WHEN current_setting('server_version_num')::int >= 160000 THEN ' WITH INHERIT TRUE' ELSE '' END;
        END IF;
    END LOOP;
    -- With its user mapping, which would keep DROP OWNED from dropping it.
    DROP SERVER IF EXISTS tiny_dancer_engine CASCADE;
    FOREACH role_name IN ARRAY present LOOP
        EXECUTE format('DROP OWNED BY %I', role_name);
    END LOOP;

    -- Only where it has the schema that the installer makes; elsewhere it was there before.
    IF EXISTS (SELECT
               FROM pg_extension AS extension
               JOIN pg_namespace AS namespace ON namespace.oid = extension.extnamespace
               WHERE extension.extname = 'dblink' AND namespace.nspname = 'tiny_dancer_dblink') THEN
        BEGIN
            DROP EXTENSION dblink;
            DROP SCHEMA tiny_dancer_dblink;
        EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN
            RAISE WARNING 'extension dblink stays: %', SQLERRM;
        END;
    END IF;

    FOREACH role_name IN ARRAY present LOOP
        BEGIN
            EXECUTE format('DROP ROLE %I', role_name);
        EXCEPTION WHEN dependent_objects_still_exist THEN
            RAISE WARNING 'role % stays, other databases of this server use it', role_name;
        END;
    END LOOP;
END
$uninstall$;
