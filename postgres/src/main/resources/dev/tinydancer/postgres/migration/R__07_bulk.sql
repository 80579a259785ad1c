-- Many texts in one call.
--
-- The engine reads a message as a whole and answers it as a whole, so what it holds is bounded by what one message brings.
-- The functions cut their texts into such messages. Each has a deadline of its own, longer by a time for each text; between
-- two of them a call can be cancelled, and says from time to time how far it has come.

CREATE OR REPLACE FUNCTION tiny_dancer.texts_problem(argument text, texts text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN texts IS NULL THEN tiny_dancer.invalid(argument, NULL, NULL)
    WHEN array_ndims(texts) > 1 THEN ARRAY[
        '22023', format('%s must have one dimension, got %s', argument, array_dims(texts)), NULL,
        'Valid is an array such as ARRAY[''first text'', ''second text''].'] END;
COMMENT ON FUNCTION tiny_dancer.texts_problem(text, text[]) IS
    'The array must be given and have one dimension; what its elements are is looked at one by one';

-- Of the first versions; what called it is made anew by now.
DROP FUNCTION IF EXISTS tiny_dancer.text_slices(text[], int);

CREATE OR REPLACE FUNCTION tiny_dancer.text_slices(texts text[], most int, most_bytes int)
RETURNS TABLE (first_place int, number int, bytes int, slice json)
LANGUAGE sql IMMUTABLE
AS $function$
    -- A text that is far too long would make the whole message too long: the engine only has to see that it is. Quotes and
    -- new lines take twice their length there, and an engine with little memory has room for 10 MB: 5 MB are the most.
    SELECT min(cut.place)::int, count(*)::int, sum(cut.bytes)::int, json_agg(cut.element ORDER BY cut.place)
    FROM (
        SELECT given.place, given.element, given.bytes, (given.place - 1) / most AS by_number,
               sum(given.bytes) OVER (ORDER BY given.place) / most_bytes AS by_length
        FROM (SELECT place, left(element, 1000001) AS element, coalesce(octet_length(left(element, 1000001)), 0) AS bytes
              FROM unnest(texts) WITH ORDINALITY AS whole (element, place)) AS given
    ) AS cut
    GROUP BY cut.by_number, cut.by_length
    ORDER BY 1
$function$;
COMMENT ON FUNCTION tiny_dancer.text_slices(text[], int, int) IS
    'Cuts texts into slices of at most so many, and of about so many bytes: the place of the first, from 1, their number, their bytes, and a JSON array of them';

-- A statement that is cancelled ends at once, and the engine is to end with it: it would finish the slice, and reserve money
-- for decisions that nobody gets. What comes of the connection is not waited for; the next call opens another one.
CREATE OR REPLACE FUNCTION tiny_dancer.bulk_exchange(verb text, arguments json, log text, more_time_ms int)
RETURNS tiny_dancer.engine_answer
LANGUAGE plpgsql VOLATILE
AS $function$
BEGIN
    RETURN tiny_dancer.exchange(verb, arguments, log, more_time_ms := more_time_ms);
EXCEPTION WHEN query_canceled THEN
    IF 'tiny_dancer' = ANY (${dblink_schema}.dblink_get_connections()) THEN
        -- Where the engine's process is stopped the kernel takes the request, and libpq would wait for its end: up to 30
        -- seconds, before PostgreSQL 17 without an end. So only one that shows itself alive is asked.
        IF (SELECT max(engine.seen_at) FROM tiny_dancer.engine) > clock_timestamp() - interval '3 seconds' THEN
            PERFORM ${dblink_schema}.dblink_cancel_query('tiny_dancer');
        END IF;
        PERFORM ${dblink_schema}.dblink_disconnect('tiny_dancer');
    END IF;
    RAISE;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.bulk_exchange(text, json, text, int) IS
    'As tiny_dancer.exchange, for a call that takes long: when the statement is cancelled, the engine is told to stop';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_classify_requests(requests text[])
RETURNS SETOF tiny_dancer.request_classification
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 1000
AS $function$
DECLARE
    part record;
    answer tiny_dancer.engine_answer;
    problem text[] := tiny_dancer.texts_problem('requests', requests);
    told timestamptz := clock_timestamp();
BEGIN
    ${raise_problem}
    FOR part IN SELECT * FROM tiny_dancer.text_slices(requests, 1000, 5000000) LOOP
        answer := tiny_dancer.bulk_exchange(
            'classify_requests', json_build_object('texts', part.slice), log := NULL, more_time_ms := 2 * part.number);
        problem := answer.problem;
        ${raise_problem}
        RETURN QUERY
            SELECT part.first_place - 1 + (answered.result).request_index, (answered.result).top_category,
                   (answered.result).confidence, (answered.result).classifications, (answered.result).error
            FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
                result tiny_dancer.request_classification, log_row text);
        IF clock_timestamp() > told + interval '1 second' THEN
            RAISE NOTICE '% of % requests are classified', part.first_place - 1 + part.number, cardinality(requests);
            told := clock_timestamp();
        END IF;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_classify_requests(text[]) IS
    'As ruvector_classify_request for many requests, a row for each in their order; what fails fails in its own row. A round trip for each thousand, and a notice each second. Errors: 22004, 22023, TD500, TD503; in rows 22004, 22023';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_embed_batch(inputs text[])
RETURNS SETOF tiny_dancer.text_embedding
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 1000
AS $function$
DECLARE
    part record;
    answer tiny_dancer.engine_answer;
    problem text[] := tiny_dancer.texts_problem('inputs', inputs);
    told timestamptz := clock_timestamp();
BEGIN
    ${raise_problem}
    -- A text takes the sentence model up to 5 ms, and 0.03 ms for each byte up to its end at 512 tokens, which makes 60 ms.
    -- Whoever else embeds waits for the same thread: the time is enough for twenty sessions at once. It need not be shorter,
    -- for an engine that goes away is noticed at once, and a statement that is cancelled ends at once.
    FOR part IN SELECT * FROM tiny_dancer.text_slices(inputs, 100, 50000) LOOP
        answer := tiny_dancer.bulk_exchange(
            'embed_batch', json_build_object('texts', part.slice), log := NULL,
            more_time_ms := 100 * part.number + least(part.bytes, 100000));
        problem := answer.problem;
        ${raise_problem}
        RETURN QUERY
            SELECT part.first_place - 1 + (answered.result).input_index, (answered.result).embedding,
                   (answered.result).error
            FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
                result tiny_dancer.text_embedding, log_row text);
        IF clock_timestamp() > told + interval '1 second' THEN
            RAISE NOTICE '% of % texts are embedded', part.first_place - 1 + part.number, cardinality(inputs);
            told := clock_timestamp();
        END IF;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_embed_batch(text[]) IS
    'As ruvector_embed for many texts, a row for each in their order; what fails fails in its own row. A round trip for each hundred or 50 kB, and a notice each second. Errors: 22004, 22023, TD500, TD503; in rows 22004, 22023';
