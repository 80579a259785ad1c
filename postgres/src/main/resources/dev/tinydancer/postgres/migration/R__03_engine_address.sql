-- Where the engine is, and the secrets that the functions' owner shares with it. For the owner alone: who could change
-- the address could have every request sent to himself.

CREATE OR REPLACE FUNCTION tiny_dancer.hmac_sha256(key bytea, message bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN sha256(tiny_dancer.hmac_block(key, 92) || sha256(tiny_dancer.hmac_block(key, 54) || message));
COMMENT ON FUNCTION tiny_dancer.hmac_sha256(bytea, bytea) IS
    'HMAC-SHA256 (RFC 2104) for keys of at most 64 bytes, from the built-in sha256';

CREATE OR REPLACE FUNCTION tiny_dancer.scram_salted_password(password text, salt bytea, iterations int)
RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $function$
DECLARE
    inner_block constant bytea := tiny_dancer.hmac_block(convert_to(password, 'UTF8'), 54);
    outer_block constant bytea := tiny_dancer.hmac_block(convert_to(password, 'UTF8'), 92);
    link bytea := salt || int4send(1);
    total bit(256) := repeat('0', 256)::bit(256);
BEGIN
    FOR i IN 1..iterations LOOP
        link := sha256(outer_block || sha256(inner_block || link));
        total := total # ('x' || encode(link, 'hex'))::bit(256);
    END LOOP;
    RETURN int8send(substring(total FROM 1 FOR 64)::bigint) || int8send(substring(total FROM 65 FOR 64)::bigint)
        || int8send(substring(total FROM 129 FOR 64)::bigint) || int8send(substring(total FROM 193 FOR 64)::bigint);
END
$function$;
COMMENT ON FUNCTION tiny_dancer.scram_salted_password(text, bytea, int) IS
    'SaltedPassword of SCRAM-SHA-256 (RFC 5802, 3: Hi) for an ASCII password of at most 64 characters';

-- The earliest version of the schema whose engines understand what the functions of this one send, and can work with its
-- tables. To be raised to the version of the migration that changes either.
CREATE OR REPLACE FUNCTION tiny_dancer.oldest_engine() RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 41;
COMMENT ON FUNCTION tiny_dancer.oldest_engine() IS
    'The version of the schema for which an engine must have been made at least, to answer the functions of this one';

CREATE OR REPLACE FUNCTION tiny_dancer.schema_version() RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT max(split_part(version, '.', 1)::int) FROM tiny_dancer.schema_history WHERE success AND version IS NOT NULL
$function$;
COMMENT ON FUNCTION tiny_dancer.schema_version() IS 'The version of the newest migration in this database, its first number';

CREATE OR REPLACE FUNCTION tiny_dancer.is_copy() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT EXISTS (
        SELECT
        FROM tiny_dancer.engine_credential AS credential
        CROSS JOIN pg_control_system() AS control
        WHERE credential.system_identifier <> control.system_identifier
           OR credential.database_oid <> (SELECT oid FROM pg_database WHERE datname = current_database()))
$function$;
COMMENT ON FUNCTION tiny_dancer.is_copy() IS
    'Whether the secrets that stand here were made in another database or cluster, so that they lead to the engine of that one. A copy of the cluster''s files is not told from it';

CREATE OR REPLACE FUNCTION tiny_dancer.copy_problem() RETURNS text[]
LANGUAGE sql STABLE
RETURN CASE WHEN tiny_dancer.is_copy() THEN ARRAY[
    'TD503',
    format('database %I is a copy of one that has an engine, and has none of its own', current_database()),
    'The engine that it still names serves the original, and would answer with its agents and spend its budgets.',
    'Give it secrets of its own, then an engine: ./tiny-dancer install --url URL, ./tiny-dancer serve --url URL.'] END;
COMMENT ON FUNCTION tiny_dancer.copy_problem() IS
    'The problem TD503 in a copy of the database, with the commands that give it an engine; null in the original. To be asked before a session connects to the engine';

CREATE OR REPLACE FUNCTION tiny_dancer.leave_original() RETURNS SETOF text
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    table_name regclass;
    column_name name;
BEGIN
    IF NOT tiny_dancer.is_copy() THEN
        RETURN;
    END IF;
    PERFORM tiny_dancer.rotate_engine_credential();
    RETURN NEXT 'made new secrets: this database is a copy, and its engine must be one of its own';
    DELETE FROM tiny_dancer.engine;
    -- Logical replication brings rows, but not the numbers that the next ones take.
    FOR table_name, column_name IN
        SELECT attrelid, attname
        FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'tiny_dancer'::regnamespace AND relkind = 'r' AND attidentity <> ''
    LOOP
        EXECUTE format(
            'SELECT setval(pg_get_serial_sequence(%L, %L), greatest(max(%I), nextval(pg_get_serial_sequence(%L, %L)))) FROM %s',
            table_name, column_name, column_name, table_name, column_name, table_name);
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.leave_original() IS
    'Makes a copy of the database an installation of its own: with other secrets, without the original''s engines; does nothing in the original. Says what it did';

CREATE OR REPLACE FUNCTION tiny_dancer.leave_old_engines() RETURNS SETOF text
LANGUAGE plpgsql VOLATILE
AS $function$
BEGIN
    -- An engine looks at the credential when a call does not verify, and finds there that it must not answer.
    UPDATE tiny_dancer.engine_credential
    SET mac_key = sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
        oldest_engine = tiny_dancer.oldest_engine()
    WHERE oldest_engine < tiny_dancer.oldest_engine();
    IF found THEN
        NOTIFY tiny_dancer_credential;
        RETURN NEXT format('made a new key: engines for a schema before version %s must be restarted with a newer program',
                           tiny_dancer.oldest_engine());
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.leave_old_engines() IS
    'Makes a new key of the messages when the functions need a newer engine than before, so that no older one answers them. Says what it did';

CREATE OR REPLACE FUNCTION tiny_dancer.rotate_engine_credential() RETURNS void
LANGUAGE plpgsql VOLATILE
SET client_min_messages = warning
AS $function$
DECLARE
    user_name constant text := 'tiny_dancer';
    iterations constant int := 4096;
    -- Each UUID brings 122 bits of PostgreSQL's strong random source.
    password constant text := encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
                                            || uuid_send(gen_random_uuid())), 'hex');
    mac_key constant bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
                                     || uuid_send(gen_random_uuid()));
    salt constant bytea := uuid_send(gen_random_uuid());
    salted_password constant bytea := tiny_dancer.scram_salted_password(password, salt, iterations);
BEGIN
    DELETE FROM tiny_dancer.engine_credential;
    INSERT INTO tiny_dancer.engine_credential (
        mac_key, scram_user, scram_salt, scram_iterations, scram_stored_key, scram_server_key,
        system_identifier, database_oid, oldest_engine)
    SELECT
        mac_key, user_name, salt, iterations,
        sha256(tiny_dancer.hmac_sha256(salted_password, 'Client Key')),
        tiny_dancer.hmac_sha256(salted_password, 'Server Key'),
        control.system_identifier, pg_database.oid, tiny_dancer.oldest_engine()
    FROM pg_control_system() AS control
    CROSS JOIN pg_database
    WHERE datname = current_database();
    DROP USER MAPPING IF EXISTS FOR tiny_dancer_owner SERVER tiny_dancer_engine;
    EXECUTE format('CREATE USER MAPPING FOR tiny_dancer_owner SERVER tiny_dancer_engine OPTIONS (user %L, password %L)',
                   user_name, password);
    NOTIFY tiny_dancer_credential;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.rotate_engine_credential() IS
    'Makes new secrets: the password in the user mapping, its SCRAM verifier and the key of the messages. Tells the engines on channel tiny_dancer_credential';

CREATE OR REPLACE FUNCTION tiny_dancer.set_engine_address(host text, port text, options jsonb = '{}') RETURNS boolean
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    wanted constant jsonb := jsonb_build_object(
        'host', host,
        'port', port,
        'dbname', 'tiny_dancer',
        'application_name', 'tiny_dancer',
        'connect_timeout', '2',
        'tcp_user_timeout', '2000')
        -- Against a stranger at the address who would ask for the password in clear text.
        || CASE WHEN current_setting('server_version_num')::int >= 160000
                THEN '{"require_auth": "scram-sha-256"}'::jsonb ELSE '{}' END
        -- Else all sessions are with the first engine of several, until it is gone.
        || CASE WHEN current_setting('server_version_num')::int >= 160000 AND strpos(host, ',') > 0
                THEN '{"load_balance_hosts": "random"}'::jsonb ELSE '{}' END
        -- Against one on the way, who would read calls and send them again.
        || CASE WHEN EXISTS (SELECT FROM string_to_table(host, ',') AS one
                             WHERE one !~ '^(127[.]|localhost$|::1$|[/@])')
                THEN '{"sslmode": "require"}'::jsonb ELSE '{}' END
        || set_engine_address.options;
    present jsonb;
    changes text[];
    problem text[];
BEGIN
    problem := coalesce(
        tiny_dancer.text_problem('host', host),
        tiny_dancer.text_problem('port', port),
        CASE WHEN jsonb_typeof(set_engine_address.options) IS DISTINCT FROM 'object'
             THEN tiny_dancer.invalid('options', set_engine_address.options::text, 'must be a JSON object') END);
    ${raise_problem}

    SELECT coalesce(jsonb_object_agg(option_name, option_value), '{}') INTO present
    FROM pg_foreign_server
    CROSS JOIN LATERAL pg_options_to_table(srvoptions)
    WHERE srvname = 'tiny_dancer_engine';
    IF present = wanted THEN
        RETURN false;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_foreign_server WHERE srvname = 'tiny_dancer_engine') THEN
        CREATE SERVER tiny_dancer_engine FOREIGN DATA WRAPPER dblink_fdw;
        COMMENT ON SERVER tiny_dancer_engine IS 'Where the functions ruvector_* find the Tiny Dancer engine';
    END IF;
    changes := ARRAY(SELECT format('DROP %I', name) FROM jsonb_object_keys(present) AS name)
        || ARRAY(SELECT format('ADD %I %L', name, value) FROM jsonb_each_text(wanted) AS option (name, value));
    EXECUTE format('ALTER SERVER tiny_dancer_engine OPTIONS (%s)', array_to_string(changes, ', '));
    IF NOT EXISTS (SELECT FROM tiny_dancer.engine_credential) THEN
        PERFORM tiny_dancer.rotate_engine_credential();
    END IF;
    RETURN true;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.set_engine_address(text, text, jsonb) IS
    'Where the engine listens; makes the secrets when there are none yet. host and port may list several, separated by commas: since PostgreSQL 16 new sessions are spread over them at random, unless load_balance_hosts is among the options, which are further ones of libpq, such as {"sslmode": "verify-full"}. True when something changed; open sessions keep the connection they have';

CREATE OR REPLACE FUNCTION tiny_dancer.renew_engine_options() RETURNS SETOF text
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    present jsonb;
BEGIN
    SELECT jsonb_object_agg(option_name, option_value) INTO present
    FROM pg_foreign_server
    CROSS JOIN LATERAL pg_options_to_table(srvoptions)
    WHERE srvname = 'tiny_dancer_engine';
    IF present IS NOT NULL AND tiny_dancer.set_engine_address(present ->> 'host', present ->> 'port', present) THEN
        RETURN NEXT 'added what this version of PostgreSQL knows to the engine''s address';
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.renew_engine_options() IS
    'Adds to the engine''s address the options that an earlier version of PostgreSQL did not have: require_auth, and load_balance_hosts for several. Says what it did';
