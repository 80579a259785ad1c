-- The call of the engine; docs/protocol.md has the form of what goes over the wire.
--
-- dblink() itself would not do: it cannot be cancelled before the other side answers, and it has no deadline. So a call
-- is sent, looked for, and fetched. PostgreSQL's own pg_sleep cannot wait less than a millisecond, which is far longer
-- than an ordinary answer takes; so the function looks 1,500 times at once, which is about as long as one sleep, and sleeps
-- only between later looks. An engine that has just started takes half a millisecond: its code is not compiled yet.
-- Where processors are scarce, looking takes time from the engine: with tiny_dancer.deadline_ms = 0 it fetches at once,
-- and waits for as long as the caller's statement_timeout allows.

CREATE OR REPLACE FUNCTION tiny_dancer.connect_engine() RETURNS void
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    began constant timestamptz := clock_timestamp();
    tries int := 0;
    address text;
    failure text;
    failure_detail text;
BEGIN
    IF 'tiny_dancer' = ANY (${dblink_schema}.dblink_get_connections()) THEN
        PERFORM ${dblink_schema}.dblink_disconnect('tiny_dancer');
    END IF;
    PERFORM tiny_dancer.check_original();
    LOOP
        tries := tries + 1;
        BEGIN
            PERFORM ${dblink_schema}.dblink_connect('tiny_dancer', 'tiny_dancer_engine');
            RETURN;
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
                PERFORM tiny_dancer.report_unreachable(
                    'the Tiny Dancer engine cannot be reached',
                    format('Tried %s: %s', coalesce(address, 'no address, none is set'),
                           trim(E' \n' FROM coalesce(nullif(failure_detail, ''), failure))));
            END IF;
        END;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.connect_engine() IS
    'Opens the session''s connection to the engine anew; when that fails, raises TD503 with what was tried';

CREATE OR REPLACE FUNCTION tiny_dancer.report_unreachable(message text, detail text) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $function$
BEGIN
    RAISE SQLSTATE 'TD503' USING
        MESSAGE = message,
        DETAIL = detail,
        HINT = 'Start the engine: ./tiny-dancer up, or ./tiny-dancer serve --url URL for a database of your own. '
               'SET tiny_dancer.on_engine_down = ''fallback'' routes by the registered figures meanwhile.';
END
$function$;
COMMENT ON FUNCTION tiny_dancer.report_unreachable(text, text) IS 'Raises TD503 with the commands that start the engine';

CREATE OR REPLACE FUNCTION tiny_dancer.await_answer(deadline_ms int) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    deadline constant timestamptz := clock_timestamp() + deadline_ms * interval '1 millisecond';
BEGIN
    WHILE deadline_ms > 0 AND ${dblink_schema}.dblink_is_busy('tiny_dancer') = 1 LOOP
        IF clock_timestamp() > deadline THEN
            -- The connection stays as it is, in the middle of an answer: a new one to an engine that is stuck would be
            -- accepted by its kernel and never answered, without any deadline.
            PERFORM tiny_dancer.report_unreachable(
                'the Tiny Dancer engine did not answer in time',
                format('Waited %s ms, the value of tiny_dancer.deadline_ms.', deadline_ms));
        END IF;
        PERFORM pg_sleep(0.001);
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.await_answer(int) IS
    'Sleeps until the engine''s answer is there; raises TD503 when it does not come within the deadline. 0 is no deadline, and no sleep';

-- PostgreSQL prepares every expression of a function anew in each transaction, which costs as much as running it; so
-- the ordinary way through the next function has few and does much in one statement.
CREATE OR REPLACE FUNCTION tiny_dancer.exchange(
    verb text,
    arguments json,
    decision_id uuid = NULL,
    log text = 'off',
    document text = 'catalog'
) RETURNS text
LANGUAGE plpgsql VOLATILE
-- dblink tells the caller with a NOTICE when a connection has died, which is healed here.
SET client_min_messages = error
AS $function$
DECLARE
    own_document json;
    message text;
    sent boolean;
    connected boolean;
BEGIN
    IF tiny_dancer.parameter_of('deadline_ms', '2000') !~ '^[0-9]{1,7}$' THEN
        PERFORM tiny_dancer.reject('tiny_dancer.deadline_ms', tiny_dancer.parameter_of('deadline_ms', NULL),
                                   'must be from 0 to 9999999 milliseconds');
    END IF;
    LOOP
        SELECT signed.verb_and_payload INTO message
        FROM tiny_dancer.engine_credential AS credential
        CROSS JOIN tiny_dancer.caller
        CROSS JOIN LATERAL (
            SELECT json_build_object(
                'tenant', caller.tenant,
                'catalog_version', coalesce(
                    (own_document ->> 'version')::bigint,
                    (SELECT CASE document WHEN 'routes' THEN routes_version ELSE version END
                     FROM tiny_dancer.catalog_version WHERE catalog_version.tenant = caller.tenant),
                    0),
                document, own_document,
                'decision_id', decision_id,
                'log', log,
                'log_requests', tiny_dancer.parameter_of('log_requests', 'off') = 'on',
                'arguments', arguments)::text AS payload
            OFFSET 0
        ) AS envelope
        CROSS JOIN LATERAL (
            SELECT verb || ' '
                || encode(sha256(credential.mac_outer_block || sha256(
                       credential.mac_inner_block || convert_to(verb || ' ' || envelope.payload, 'UTF8'))), 'hex')
                || ' ' || envelope.payload AS verb_and_payload
        ) AS signed;
        BEGIN
            sent := ${dblink_schema}.dblink_send_query('tiny_dancer', message) = 1;
            <<answered>>
            BEGIN
                FOR quick_look IN 1..CASE tiny_dancer.parameter_of('deadline_ms', '2000') WHEN '0' THEN 0 ELSE 1500 END LOOP
                    EXIT answered WHEN ${dblink_schema}.dblink_is_busy('tiny_dancer') = 0;
                END LOOP;
                PERFORM tiny_dancer.await_answer(tiny_dancer.parameter_of('deadline_ms', '2000')::int);
            END;
            IF sent THEN
                RETURN (SELECT answer.notice
                        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answer (notice text));
            END IF;
            -- Not sent: the connection has died, or an earlier call was cancelled and its answer has come now.
        EXCEPTION
            WHEN connection_exception OR admin_shutdown THEN
                -- Not open yet in this session, or the engine went away in the middle.
                IF connected THEN
                    PERFORM tiny_dancer.report_unreachable(
                        'the Tiny Dancer engine went away during the call', SQLERRM);
                END IF;
                sent := false;
            WHEN SQLSTATE 'TD409' THEN
                PERFORM FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS rest (nothing text);
                IF own_document IS NOT NULL THEN
                    RAISE;
                END IF;
                own_document := CASE document
                    WHEN 'routes' THEN tiny_dancer.routes_of(tiny_dancer.current_tenant())
                    ELSE tiny_dancer.catalog_of(tiny_dancer.current_tenant())
                END;
            WHEN SQLSTATE 'TD503' THEN
                RAISE;
            WHEN OTHERS THEN
                PERFORM FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS rest (nothing text);
                RAISE;
        END;
        IF NOT sent THEN
            PERFORM tiny_dancer.connect_engine();
            connected := true;
        END IF;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.exchange(text, json, uuid, text, text) IS
    'Asks the engine and returns its notice, null for none; the caller then fetches the rows of the answer, and once more, with dblink_get_result(''tiny_dancer''). The answer rests on a document: catalog for the agents, routes for the semantic routes. Opens or heals the session''s connection; sends the document as the caller sees it when the engine asks for it. Errors: those of the engine, TD503';
