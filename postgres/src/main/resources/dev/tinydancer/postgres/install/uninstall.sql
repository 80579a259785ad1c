-- Takes away everything that prepare.sql and the migrations have made in this database, data included, and the roles
-- unless another database of the same server still uses them. Run as the user who installed, or as a superuser.
-- Running it where nothing is installed does nothing. Where an object of somebody else's, a view for example, uses one
-- of these, nothing is dropped: the error names it.

DO $uninstall$
DECLARE
    role_name text;
BEGIN
    DROP SERVER IF EXISTS tiny_dancer_engine CASCADE;
    FOREACH role_name IN ARRAY ARRAY[
        'tiny_dancer_owner', 'tiny_dancer_engine', 'tiny_dancer_user', 'tiny_dancer_admin']
    LOOP
        CONTINUE WHEN to_regrole(role_name) IS NULL;
        IF NOT pg_has_role(current_user, role_name, 'USAGE') THEN
            EXECUTE format('GRANT %I TO %I', role_name, current_user);
        END IF;
        EXECUTE format('DROP OWNED BY %I', role_name);
    END LOOP;

    -- Only where it has the schema that prepare.sql makes; elsewhere it was there before.
    IF EXISTS (SELECT
               FROM pg_extension AS extension
               JOIN pg_namespace AS namespace ON namespace.oid = extension.extnamespace
               WHERE extension.extname = 'dblink' AND namespace.nspname = 'tiny_dancer_dblink') THEN
        BEGIN
            DROP EXTENSION dblink;
            DROP SCHEMA tiny_dancer_dblink;
        EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN
            RAISE NOTICE 'extension dblink stays: %', SQLERRM;
        END;
    END IF;

    FOREACH role_name IN ARRAY ARRAY[
        'tiny_dancer_admin', 'tiny_dancer_user', 'tiny_dancer_engine', 'tiny_dancer_owner']
    LOOP
        BEGIN
            EXECUTE format('DROP ROLE IF EXISTS %I', role_name);
        EXCEPTION WHEN dependent_objects_still_exist THEN
            RAISE NOTICE 'role % stays, other databases of this server use it', role_name;
        END;
    END LOOP;
END
$uninstall$;
