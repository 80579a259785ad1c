-- The call of the engine; docs/protocol.md has the form of what goes over the wire.
--
-- dblink() itself would not do: it cannot be cancelled before the other side answers, and it has no deadline. So a call
-- is sent, looked for, and fetched. How to wait is decided by load. While the engine has few callers the function looks
-- again and again, for an answer comes in less time than PostgreSQL can sleep, which is a millisecond; looking takes a
-- processor, though, and where callers are more than processors the engine needs it. So the engine says with each answer
-- whether it is crowded, and a session that was told so sleeps at once, about as long as it had to the last time. So does
-- one that has just connected, for a little while.
--
-- A call costs what the database does for it, not what the engine does. PostgreSQL makes each expression ready anew in each
-- transaction, function by function, which costs as much as running it: so the ordinary way through a call is one statement
-- that composes, signs and sends, and one that fetches, and neither has a function that need not be there.
-- With tiny_dancer.deadline_ms = 0 a call fetches at once, and waits for as long as the caller's statement_timeout allows.
--
-- What the engine refuses is not an error of dblink's but a row, whose problem the public function raises: an error that
-- came through here would bring a line of context from every function on its way.

CREATE OR REPLACE FUNCTION tiny_dancer.unreachable(message text, detail text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY['TD503', message, detail,
             'Start the engine: ./tiny-dancer up, or ./tiny-dancer serve --url URL for a database of your own. '
             'SET tiny_dancer.on_engine_down = ''fallback'' routes by the registered figures meanwhile.'];
COMMENT ON FUNCTION tiny_dancer.unreachable(text, text) IS 'A problem TD503, with the commands that start the engine';

CREATE OR REPLACE FUNCTION tiny_dancer.falls_back(problem text[]) RETURNS boolean
LANGUAGE sql STABLE
RETURN problem[1] = 'TD503' AND tiny_dancer.parameter_of('on_engine_down', 'error') = 'fallback';
COMMENT ON FUNCTION tiny_dancer.falls_back(text[]) IS
    'Whether the problem is that no engine answers, and the session wants an answer without one then';

CREATE OR REPLACE FUNCTION tiny_dancer.without_engine(problem text[]) RETURNS text[]
LANGUAGE sql STABLE
RETURN CASE WHEN problem[1] = 'TD503' THEN coalesce(
    tiny_dancer.one_of_problem('tiny_dancer.on_engine_down', tiny_dancer.parameter_of('on_engine_down', 'error'),
                               ARRAY['error', 'fallback']),
    problem) ELSE problem END;
COMMENT ON FUNCTION tiny_dancer.without_engine(text[]) IS
    'The problem of an answer that is not given without an engine either: that the session''s wish for such a case is unknown, or the problem itself';

-- Where no engine shows itself alive, connecting is not tried: the kernel takes connections for a process that is stopped,
-- and dblink_connect waits for its greeting without any deadline (PostgreSQL 18 ignores connect_timeout there). A session
-- that has waited in vain wants the answer after all, or a sign of life that is newer, and gives the engine a moment for it.
-- So does one that comes when PostgreSQL has just been started: its engines need a second or two to notice.
-- Since when it waits is forgotten where the call failed and its transaction with it; then the sign has to be newer than now.
-- A snapshot that does not move says nothing of the present, and a standby nothing of an engine of its own.
CREATE OR REPLACE FUNCTION tiny_dancer.silent_engines() RETURNS text[]
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    shows_the_present constant boolean :=
        current_setting('transaction_isolation') = 'read committed' AND NOT pg_is_in_recovery();
    waits constant boolean :=
        CASE WHEN 'tiny_dancer' = ANY (${dblink_schema}.dblink_get_connections())
             THEN ${dblink_schema}.dblink_is_busy('tiny_dancer') = 1 ELSE false END;
    vain_since constant timestamptz :=
        coalesce(nullif(current_setting('tiny_dancer.vain_since', true), '')::timestamptz, statement_timestamp());
    begun constant timestamptz := pg_postmaster_start_time();
    last_seen timestamptz;
BEGIN
    IF NOT (waits OR shows_the_present) THEN
        RETURN NULL;
    END IF;
    LOOP
        SELECT max(engine.seen_at) INTO last_seen FROM tiny_dancer.engine;
        IF last_seen > vain_since
           OR NOT waits AND (last_seen IS NULL OR last_seen > statement_timestamp() - interval '5 seconds') THEN
            RETURN NULL;
        END IF;
        IF NOT shows_the_present
           OR clock_timestamp() > vain_since + interval '1.5 seconds'
           OR NOT (waits AND coalesce(last_seen >= clock_timestamp() - interval '3 seconds', true)
                   OR last_seen < begun AND begun > statement_timestamp() - interval '15 seconds') THEN
            RETURN tiny_dancer.unreachable(
                'the Tiny Dancer engine does not answer',
                'No engine has shown itself alive since ' || coalesce(last_seen, vain_since) || '.');
        END IF;
        PERFORM pg_sleep(0.05);
        IF waits AND ${dblink_schema}.dblink_is_busy('tiny_dancer') = 0 THEN
            RETURN NULL;
        END IF;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.silent_engines() IS
    'The problem that all engines of this database are silent; null where one shows itself alive, or nothing is known of any';

-- An engine that was too busy to answer in time is not helped by sessions that all connect anew, each for a handful of
-- messages and a password's proof. An answer with rows, which have columns of their own, is left to a new connection.
CREATE OR REPLACE FUNCTION tiny_dancer.late_answer_is_over() RETURNS boolean
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    -- That another call was under way is one of them.
    complaints_before constant text := ${dblink_schema}.dblink_error_message('tiny_dancer');
    came boolean := false;
BEGIN
    LOOP
        -- What has not arrived yet is not waited for.
        IF ${dblink_schema}.dblink_is_busy('tiny_dancer') = 1 THEN
            RETURN false;
        END IF;
        PERFORM FROM ${dblink_schema}.dblink_get_result('tiny_dancer', false) AS late (
            problem text[], notice text, crowded boolean, result text, log_row text, turn text);
        EXIT WHEN NOT found;
        came := true;
    END LOOP;
    IF NOT came OR ${dblink_schema}.dblink_error_message('tiny_dancer') <> complaints_before THEN
        RETURN false;
    END IF;
    PERFORM set_config('tiny_dancer.vain_since', '', false);
    RETURN true;
EXCEPTION WHEN datatype_mismatch THEN
    RETURN false;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.late_answer_is_over() IS
    'Drops the answer to a call that was given up, where it has come; whether the connection, which must be open, can be used for the next call then';

CREATE OR REPLACE FUNCTION tiny_dancer.connect_engine() RETURNS text[]
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    began constant timestamptz := clock_timestamp();
    problem text[];
    tries int := 0;
    address text;
    failure text;
    failure_detail text;
BEGIN
    IF 'tiny_dancer' = ANY (${dblink_schema}.dblink_get_connections()) THEN
        PERFORM ${dblink_schema}.dblink_disconnect('tiny_dancer');
    END IF;
    WHILE problem IS NULL LOOP
        tries := tries + 1;
        BEGIN
            PERFORM ${dblink_schema}.dblink_connect('tiny_dancer', 'tiny_dancer_engine');
            -- What a session does first takes so long that looking for the answer saves nothing, and it comes in crowds.
            PERFORM set_config('tiny_dancer.vain_since', '', false), set_config('tiny_dancer.crowded', 'on', false),
                    set_config('tiny_dancer.nap_ms', '2', false);
            RETURN NULL;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS failure = MESSAGE_TEXT, failure_detail = PG_EXCEPTION_DETAIL;
            -- The kernel still takes connections for a process that has just been killed, and breaks them a moment
            -- later. libpq does not go on to the next host then; the second time it is refused, and does. A failure
            -- that took long is not of this kind, and would take as long again.
            IF tries = 2 OR clock_timestamp() > began + interval '1 second' THEN
                SELECT string_agg(format('%s %s', option_name, option_value), ', ' ORDER BY option_name) INTO address
                FROM pg_foreign_server
                CROSS JOIN LATERAL pg_options_to_table(srvoptions)
                WHERE srvname = 'tiny_dancer_engine' AND option_name IN ('host', 'port');
                problem := tiny_dancer.unreachable(
                    'the Tiny Dancer engine cannot be reached',
                    format('Tried %s: %s', coalesce(address, 'no address, none is set'),
                           trim(E' \n' FROM coalesce(nullif(failure_detail, ''), failure))));
            END IF;
        END;
    END LOOP;
    RETURN problem;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.connect_engine() IS
    'Opens the session''s connection to the engine anew; the problem with what was tried, or null';

-- Where hundreds of sessions make their connections at once, each waits its turn of the processors at every step of that, and
-- the time may be over before the call is sent. Half of it is left for the answer all the same: who has just taken a
-- connection is alive.
CREATE OR REPLACE FUNCTION tiny_dancer.await_answer(began timestamptz, deadline_ms int) RETURNS boolean
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    deadline timestamptz;
    first_nap_ms float8 := 1;
    nap_ms float8;
BEGIN
    IF current_setting('tiny_dancer.crowded', true) = 'on' THEN
        first_nap_ms := coalesce(nullif(current_setting('tiny_dancer.nap_ms', true), ''), '1')::float8;
    ELSE
        FOR look IN 1..1500 LOOP
            IF ${dblink_schema}.dblink_is_busy('tiny_dancer') = 0 THEN
                RETURN true;
            END IF;
        END LOOP;
    END IF;
    deadline := greatest(began + deadline_ms * interval '1 millisecond',
                         clock_timestamp() + 0.5 * deadline_ms * interval '1 millisecond');
    nap_ms := first_nap_ms;
    WHILE pg_sleep(least(nap_ms / 1000, date_part('epoch', deadline - clock_timestamp()))) IS NOT NULL
          AND ${dblink_schema}.dblink_is_busy('tiny_dancer') = 1 LOOP
        IF clock_timestamp() >= deadline THEN
            PERFORM set_config('tiny_dancer.vain_since', began::text, false);
            RETURN false;
        END IF;
        nap_ms := least(2 * nap_ms, 100);
    END LOOP;
    -- With hundreds of sessions an answer takes hundreds of milliseconds, in which looks in vain would take more of the
    -- processors than calls do. So a session begins with half of the nap that it woke from last: two naps are usual.
    nap_ms := greatest(nap_ms / 2, 1);
    IF nap_ms <> first_nap_ms THEN
        PERFORM set_config('tiny_dancer.nap_ms', nap_ms::text, false);
    END IF;
    RETURN true;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.await_answer(timestamptz, int) IS
    'Looks for the engine''s answer to a call that began then, and sleeps until it is there; says whether it came within the deadline, of which half is left from now on at least';

CREATE OR REPLACE FUNCTION tiny_dancer.fetched_answer() RETURNS tiny_dancer.engine_answer
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    answer tiny_dancer.engine_answer;
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    SELECT * INTO answer
    FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answer (
        problem text[], notice text, crowded boolean, result text, log_row text, turn text);
    IF NOT found THEN
        answer.problem := tiny_dancer.unreachable('the Tiny Dancer engine went away during the call', 'It sent nothing.');
    END IF;
    RETURN answer;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
        hint = PG_EXCEPTION_HINT;
    IF state = '57014' THEN
        RAISE;
    END IF;
    answer.problem := CASE
        -- Columns of another number: an engine that speaks another version of the protocol.
        WHEN state IN ('08P01', '42804') THEN
            ARRAY['08P01', 'the engine does not understand this version of the SQL functions', message,
                  'Restart the engine from the version that was installed last.']
        WHEN state LIKE '08%' OR state = '57P01' THEN
            tiny_dancer.unreachable('the Tiny Dancer engine went away during the call', message)
        ELSE ARRAY[state, message, nullif(detail, ''), coalesce(nullif(hint, ''), 'The engine''s log may say more.')]
    END;
    RETURN answer;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.fetched_answer() IS
    'Fetches how the engine''s answer begins; what goes wrong with that is a problem of the answer';

CREATE OR REPLACE FUNCTION tiny_dancer.late_problem(waited_ms int) RETURNS text[]
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    last_seen constant timestamptz := (SELECT max(engine.seen_at) FROM tiny_dancer.engine);
BEGIN
    IF last_seen > clock_timestamp() - interval '5 seconds' THEN
        RETURN ARRAY[
            'TD503', 'the Tiny Dancer engine did not answer in time',
            format('Waited %s ms; an engine is alive, and the deadline was too short for this call.', waited_ms),
            format('SET tiny_dancer.deadline_ms = %s gives calls more time, 0 as much as statement_timeout does. '
                   'SET tiny_dancer.on_engine_down = ''fallback'' routes by the registered figures meanwhile.',
                   5 * waited_ms)];
    END IF;
    RETURN ARRAY[
        'TD503', 'the Tiny Dancer engine did not answer in time',
        format('Waited %s ms; no engine has shown itself alive since %s.', waited_ms, coalesce(last_seen::text, 'ever')),
        'If the engine runs and has much to do, SET tiny_dancer.deadline_ms to more. '
        'SET tiny_dancer.on_engine_down = ''fallback'' routes by the registered figures meanwhile.'];
END
$function$;
COMMENT ON FUNCTION tiny_dancer.late_problem(int) IS
    'The problem TD503 that an answer did not come in so many milliseconds, with what helps: more time where an engine is alive';

CREATE OR REPLACE FUNCTION tiny_dancer.exchange(
    verb text,
    arguments json,
    log text = NULL,
    document text = 'catalog',
    more_time_ms int = 0
) RETURNS tiny_dancer.engine_answer
LANGUAGE plpgsql VOLATILE
-- dblink tells the caller with a NOTICE when a connection has died, which is healed here.
SET client_min_messages = error
-- Planning the statement for the values of each call would take longer than the call.
SET plan_cache_mode = force_generic_plan
AS $function$
DECLARE
    -- All that a call does, repeated or not, happens within one deadline and under one decision.
    began constant timestamptz := clock_timestamp();
    own_document json;
    deadline text;
    crowded boolean;
    sent boolean;
    drained boolean;
    connected boolean;
    answer tiny_dancer.engine_answer;
BEGIN
    LOOP
        -- Looking first takes the end of the answer before, which says that nothing more comes.
        SELECT envelope.deadline, envelope.crowded,
               CASE WHEN 'tiny_dancer' = ANY (${dblink_schema}.dblink_get_connections())
                         AND (envelope.deadline ~ '^[0-9]{1,7}$') IS NOT FALSE
                    THEN CASE WHEN ${dblink_schema}.dblink_is_busy('tiny_dancer') = 0
                              THEN ${dblink_schema}.dblink_send_query('tiny_dancer', concat_ws(
                                  ' ',
                                  encode(sha256(envelope.mac_outer_block || sha256(
                                      envelope.mac_inner_block || convert_to(envelope.message, 'UTF8'))), 'hex'),
                                  envelope.message)) = 1 ELSE false END END
        INTO deadline, crowded, sent
        FROM (
            SELECT caller.mac_inner_block, caller.mac_outer_block,
                   nullif(current_setting('tiny_dancer.deadline_ms', true), '') AS deadline,
                   coalesce(current_setting('tiny_dancer.crowded', true) = 'on', false) AS crowded,
                   concat_ws(' ', verb, json_build_object(
                       'tenant', caller.tenant,
                       'catalog_version', CASE
                           WHEN own_document IS NOT NULL THEN (own_document ->> 'version')::bigint
                           ELSE coalesce(
                               (SELECT CASE document WHEN 'routes' THEN catalog.routes_version ELSE catalog.version END
                                FROM tiny_dancer.catalog_version AS catalog
                                WHERE catalog.tenant = caller.tenant),
                               0) END,
                       document, own_document,
                       'fixed_snapshot', current_setting('transaction_isolation') <> 'read committed',
                       'at', date_part('epoch', began),
                       'session', pg_backend_pid(),
                       'log', log,
                       'log_requests', current_setting('tiny_dancer.log_requests', true),
                       'on_engine_down', current_setting('tiny_dancer.on_engine_down', true),
                       'traceparent', current_setting('tiny_dancer.traceparent', true),
                       'arguments', arguments)) AS message
            -- In this form each of the three tables is read once. OFFSET 0 keeps PostgreSQL from asking for the tenant, and
            -- from composing the message, once for each place that uses them.
            FROM (
                SELECT credential.mac_inner_block, credential.mac_outer_block, caller.tenant
                FROM tiny_dancer.engine_credential AS credential
                CROSS JOIN tiny_dancer.caller
                OFFSET 0
            ) AS caller
            OFFSET 0
        ) AS envelope;

        IF sent THEN
            -- Without a deadline it is waited for in fetching it.
            IF ${dblink_schema}.dblink_is_busy('tiny_dancer') = 1 AND deadline IS DISTINCT FROM '0' THEN
                IF NOT tiny_dancer.await_answer(began, coalesce(deadline, '2000')::int + more_time_ms) THEN
                    -- The connection stays as it is, in the middle of an answer, which is for the next call to see to.
                    answer.problem := tiny_dancer.late_problem(coalesce(deadline, '2000')::int + more_time_ms);
                    RETURN answer;
                END IF;
            END IF;
            IF connected THEN
                answer := tiny_dancer.fetched_answer();
            ELSE
                SELECT * INTO answer
                FROM ${dblink_schema}.dblink_get_result('tiny_dancer', false) AS answer (
                    problem text[], notice text, crowded boolean, result text, log_row text, turn text);
            END IF;
            -- The ordinary way ends here; no answer at all is not crowded either.
            IF answer.problem IS NULL AND answer.crowded = crowded THEN
                RETURN answer;
            END IF;
            IF answer.problem[1] = 'TD409' AND own_document IS NULL THEN
                own_document := CASE document
                    WHEN 'routes' THEN tiny_dancer.routes_of(tiny_dancer.current_tenant())
                    ELSE tiny_dancer.catalog_of(tiny_dancer.current_tenant())
                END;
                CONTINUE;
            END IF;
            IF connected OR answer.crowded IS NOT NULL THEN
                PERFORM set_config('tiny_dancer.crowded', CASE WHEN answer.crowded THEN 'on' ELSE 'off' END, false);
                RETURN answer;
            END IF;
        END IF;

        IF deadline !~ '^[0-9]{1,7}$' THEN
            answer.problem := ARRAY[
                '22023', format('tiny_dancer.deadline_ms must be a number of milliseconds, got %s', tiny_dancer.shown(deadline)),
                NULL, 'Valid are 0 to 9999999; 0 is no deadline.'];
            RETURN answer;
        END IF;
        -- Not open yet in this session, or the connection has died, or an earlier call left its answer there.
        IF connected THEN
            answer.problem := tiny_dancer.unreachable('the Tiny Dancer engine went away during the call',
                                                      'A new connection could not be used either.');
            RETURN answer;
        END IF;
        answer.problem := coalesce(tiny_dancer.copy_problem(), tiny_dancer.silent_engines());
        IF answer.problem IS NULL AND sent IS NOT NULL AND drained IS NULL THEN
            drained := tiny_dancer.late_answer_is_over();
            CONTINUE WHEN drained;
        END IF;
        answer.problem := coalesce(answer.problem, tiny_dancer.connect_engine());
        IF answer.problem IS NOT NULL THEN
            RETURN answer;
        END IF;
        connected := true;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.exchange(text, json, text, text, int) IS
    'Asks the engine. Where its answer has rows, the caller fetches them with dblink_get_result(''tiny_dancer''). log is who writes the decision, null for a verb that decides nothing. The answer rests on a document: catalog for the agents, routes for the semantic routes. Opens or heals the session''s connection; sends the document as the caller sees it when the engine asks for it. more_time_ms is added to the session''s deadline. What goes wrong is the answer''s problem';
