-- Semantic routes: making them, finding the one for a query, and learning their thresholds. docs/semantic-routes.md tells
-- how a query finds its route.

CREATE OR REPLACE FUNCTION tiny_dancer.routes_of(tenant text) RETURNS json
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    RETURN json_build_object(
        'version', coalesce((SELECT routes_version FROM tiny_dancer.catalog_version AS catalog
                             WHERE catalog.tenant = routes_of.tenant), 0),
        'routes', coalesce((
            SELECT json_agg(json_build_object(
                       'name', route.name,
                       'description', route.description,
                       'target_agent', route.target_agent,
                       'priority', route.priority,
                       'conditions', route.conditions,
                       'score_threshold', route.score_threshold,
                       'utterances', known.utterances)
                   ORDER BY route.name)
            FROM tiny_dancer.route
            JOIN (
                SELECT spoken.route,
                       -- PostgreSQL's binary form, of which it makes thousands in the time of a hundred texts.
                       json_agg(json_build_object(
                           'text', spoken.utterance,
                           'embedding', encode(array_send(spoken.embedding), 'base64')) ORDER BY spoken.place)
                       AS utterances
                FROM tiny_dancer.route_utterance AS spoken
                WHERE spoken.tenant = routes_of.tenant
                GROUP BY spoken.route
            ) AS known ON known.route = route.name
            WHERE route.tenant = routes_of.tenant), '[]'));
END
$function$;
COMMENT ON FUNCTION tiny_dancer.routes_of(text) IS
    'The semantic routes of a tenant as the engine has to know them, as the caller''s snapshot sees them; the form is in docs/protocol.md';

CREATE OR REPLACE FUNCTION tiny_dancer.check_utterances(utterances text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    utterance text;
    twice text;
BEGIN
    IF array_ndims(utterances) > 1 THEN
        PERFORM tiny_dancer.reject('utterances', utterances::text, 'must have one dimension');
    END IF;
    FOREACH utterance IN ARRAY coalesce(utterances, '{}') LOOP
        PERFORM tiny_dancer.check_text('an element of utterances', utterance, 8000);
    END LOOP;
    SELECT tiny_dancer.trimmed(spoken) AS words INTO twice
    FROM unnest(utterances) AS spoken
    GROUP BY words
    HAVING count(*) > 1
    LIMIT 1;
    IF found THEN
        PERFORM tiny_dancer.reject('an element of utterances', twice, 'must not be given twice');
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_utterances(text[]) IS
    'The utterances, if any, must be different texts of at most 8,000 characters that are not blank';

CREATE OR REPLACE FUNCTION tiny_dancer.check_embedding(embedding real[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    place int;
    number real;
BEGIN
    IF embedding IS NULL THEN
        RETURN;
    END IF;
    IF array_ndims(embedding) IS DISTINCT FROM 1 OR cardinality(embedding) <> 384 THEN
        PERFORM tiny_dancer.reject('embedding', cardinality(embedding)::text,
            'must have 384 numbers in one dimension, as ruvector_embed returns them');
    END IF;
    SELECT given.place, given.number INTO place, number
    FROM unnest(embedding) WITH ORDINALITY AS given (number, place)
    WHERE given.number IS NULL OR given.number IN ('NaN', 'Infinity', '-Infinity')
    ORDER BY given.place
    LIMIT 1;
    IF found THEN
        PERFORM tiny_dancer.reject('embedding', format('%s at %s', coalesce(number::text, 'NULL'), place),
            'must have finite numbers');
    END IF;
    IF 0::real = ALL (embedding) THEN
        PERFORM tiny_dancer.reject('embedding', '384 zeros', 'must not be all zero');
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_embedding(real[]) IS
    'The embedding, if any, must have 384 finite numbers, not all zero';

CREATE OR REPLACE FUNCTION tiny_dancer.check_keys(argument text, object jsonb, valid text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    key text;
BEGIN
    IF jsonb_typeof(object) <> 'object' THEN
        PERFORM tiny_dancer.reject(argument, object::text, 'must be a JSON object');
    END IF;
    FOR key IN SELECT jsonb_object_keys(object) LOOP
        IF key <> ALL (valid) THEN
            PERFORM tiny_dancer.reject('a key of ' || argument, key, 'is unknown', valid);
        END IF;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_keys(text, jsonb, text[]) IS 'It must be a JSON object without other keys than the valid ones';

-- What the times and the zone mean is the engine's to judge, because the engine reads the clock.
CREATE OR REPLACE FUNCTION tiny_dancer.check_conditions(conditions jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    tier jsonb;
BEGIN
    PERFORM tiny_dancer.check_keys('conditions', conditions, ARRAY['time_range', 'time_zone', 'user_tier', 'rate_limit']);
    IF conditions ? 'time_range' AND NOT (
        jsonb_typeof(conditions -> 'time_range') = 'array'
        AND jsonb_array_length(conditions -> 'time_range') = 2
        AND jsonb_typeof(conditions -> 'time_range' -> 0) = 'string'
        AND jsonb_typeof(conditions -> 'time_range' -> 1) = 'string') THEN
        PERFORM tiny_dancer.reject('time_range', (conditions -> 'time_range')::text,
            'must be two times such as ["09:00", "17:30"]');
    END IF;
    IF conditions ? 'time_zone' THEN
        IF jsonb_typeof(conditions -> 'time_zone') <> 'string' THEN
            PERFORM tiny_dancer.reject('time_zone', (conditions -> 'time_zone')::text, 'must be a string');
        ELSIF NOT conditions ? 'time_range' THEN
            PERFORM tiny_dancer.reject('time_zone', conditions ->> 'time_zone', 'must have a time_range beside it');
        END IF;
    END IF;
    IF conditions ? 'user_tier' THEN
        IF jsonb_typeof(conditions -> 'user_tier') <> 'array' OR conditions -> 'user_tier' = '[]' THEN
            PERFORM tiny_dancer.reject('user_tier', (conditions -> 'user_tier')::text,
                'must be an array of at least one tier');
        END IF;
        FOR tier IN SELECT * FROM jsonb_array_elements(conditions -> 'user_tier') LOOP
            IF jsonb_typeof(tier) <> 'string' THEN
                PERFORM tiny_dancer.reject('an element of user_tier', tier::text, 'must be a string');
            END IF;
            PERFORM tiny_dancer.check_text('an element of user_tier', tier #>> '{}', 200);
        END LOOP;
    END IF;
    IF conditions ? 'rate_limit' AND NOT (
        CASE WHEN jsonb_typeof(conditions -> 'rate_limit') = 'number'
             THEN (conditions ->> 'rate_limit')::numeric BETWEEN 1 AND 1000000000
                  AND (conditions ->> 'rate_limit')::numeric % 1 = 0
             ELSE false END) THEN
        PERFORM tiny_dancer.reject('rate_limit', (conditions -> 'rate_limit')::text,
            'must be a whole number of uses per minute from 1 to 1000000000');
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_conditions(jsonb) IS 'The conditions of a route must have known keys and values of the right form';

CREATE OR REPLACE FUNCTION tiny_dancer.prepared_utterances(conditions jsonb, texts text[])
RETURNS TABLE (place int, embedding real[])
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    -- A text of 510 tokens takes a tenth of a second; so many stay below any sensible deadline of a call.
    texts_per_call constant int := 16;
BEGIN
    FOR before IN 0..greatest(cardinality(texts) - 1, 0) BY texts_per_call LOOP
        PERFORM tiny_dancer.exchange('prepare_route', json_build_object(
            'conditions', conditions,
            'texts', texts[before + 1:before + texts_per_call]));
        RETURN QUERY
            SELECT before + row.place, row.embedding
            FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS row (place int, embedding real[])
            UNION ALL
            SELECT *
            FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS end_of_answer (place int, embedding real[]);
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.prepared_utterances(jsonb, text[]) IS
    'Has the engine check the conditions of a route and embed its texts, numbered from 1. Errors: 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_create_route(
    name text,
    description text,
    target_agent text,
    priority int = 0,
    embedding real[] = NULL,
    conditions jsonb = NULL,
    utterances text[] = NULL,
    score_threshold float8 = NULL
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    given_conditions constant jsonb := coalesce(jsonb_strip_nulls(ruvector_create_route.conditions), '{}');
    texts text[];
    vectors real[];
    is_new boolean;
BEGIN
    PERFORM tiny_dancer.check_text('name', ruvector_create_route.name, 200);
    PERFORM tiny_dancer.check_text('description', ruvector_create_route.description, 8000);
    PERFORM tiny_dancer.check_text('target_agent', ruvector_create_route.target_agent, 200);
    PERFORM tiny_dancer.check_embedding(ruvector_create_route.embedding);
    PERFORM tiny_dancer.check_conditions(given_conditions);
    PERFORM tiny_dancer.check_utterances(ruvector_create_route.utterances);
    PERFORM tiny_dancer.check_figure('score_threshold', ruvector_create_route.score_threshold, 1);

    texts := CASE
        WHEN cardinality(ruvector_create_route.utterances) > 0 THEN ruvector_create_route.utterances
        WHEN ruvector_create_route.embedding IS NULL THEN ARRAY[ruvector_create_route.description]
        ELSE '{}'
    END;
    IF cardinality(texts) > 0 OR given_conditions ? 'time_range' THEN
        SELECT array_agg(prepared.embedding ORDER BY prepared.place) INTO vectors
        FROM tiny_dancer.prepared_utterances(given_conditions, texts) AS prepared;
    END IF;
    IF ruvector_create_route.embedding IS NOT NULL THEN
        texts := array_prepend('', texts);
        vectors := ARRAY[ruvector_create_route.embedding] || vectors;
    END IF;

    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    INSERT INTO tiny_dancer.route AS present (
        tenant, name, description, target_agent, priority, conditions, score_threshold)
    VALUES (
        caller_tenant, ruvector_create_route.name, ruvector_create_route.description,
        ruvector_create_route.target_agent, coalesce(ruvector_create_route.priority, 0), given_conditions,
        ruvector_create_route.score_threshold)
    ON CONFLICT (tenant, name) DO UPDATE SET (
        description, target_agent, priority, conditions, score_threshold, created_at
    ) = (
        excluded.description, excluded.target_agent, excluded.priority, excluded.conditions,
        excluded.score_threshold, excluded.created_at)
    -- A row that was inserted has never been deleted or locked.
    RETURNING present.xmax = 0 INTO is_new;
    DELETE FROM tiny_dancer.route_utterance AS spoken
    WHERE spoken.tenant = caller_tenant AND spoken.route = ruvector_create_route.name;
    INSERT INTO tiny_dancer.route_utterance (tenant, route, place, utterance, embedding)
    SELECT caller_tenant, ruvector_create_route.name, spoken.place, spoken.words,
           ARRAY(SELECT unnest(vectors[spoken.place:spoken.place]))
    FROM unnest(texts) WITH ORDINALITY AS spoken (words, place);

    IF NOT EXISTS (SELECT FROM tiny_dancer.agent
                   WHERE agent.tenant = caller_tenant AND agent.name = ruvector_create_route.target_agent) THEN
        RAISE NOTICE 'agent "%" is not registered', ruvector_create_route.target_agent;
    END IF;
    RETURN is_new;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_create_route(
    text, text, text, int, real[], jsonb, text[], float8) IS
    'Creates a semantic route, or replaces the one of that name; true means new. Queries are compared with its embedding and its utterances, without either with its description. Conditions: time_range, time_zone, user_tier, rate_limit. A NOTICE when the target agent is not registered. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_list_routes()
RETURNS TABLE (
    name text,
    description text,
    target_agent text,
    priority int,
    conditions jsonb,
    utterances text[],
    score_threshold float8,
    created_at timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 20
AS $function$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT route.name, route.description, route.target_agent, route.priority, route.conditions,
               ARRAY(SELECT spoken.utterance
                     FROM tiny_dancer.route_utterance AS spoken
                     WHERE spoken.tenant = route.tenant AND spoken.route = route.name AND spoken.utterance <> ''
                     ORDER BY spoken.place),
               route.score_threshold, route.created_at
        FROM tiny_dancer.route
        WHERE route.tenant = tiny_dancer.current_tenant()
        ORDER BY route.name;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_list_routes() IS
    'All semantic routes by name, as created or fitted; utterances are the texts that queries are compared with, score_threshold is null where the default holds';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_drop_route(name text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
BEGIN
    PERFORM tiny_dancer.check_text('name', name);
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    DELETE FROM tiny_dancer.route
    WHERE route.tenant = caller_tenant AND route.name = ruvector_drop_route.name;
    RETURN found;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_drop_route(text) IS
    'Drops a semantic route; whether there was such a route. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION tiny_dancer.context_time(context jsonb) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    moment timestamptz;
BEGIN
    IF jsonb_typeof(context -> 'now') <> 'string' THEN
        PERFORM tiny_dancer.reject('now', (context -> 'now')::text, 'must be a string');
    END IF;
    BEGIN
        moment := context ->> 'now';
    EXCEPTION WHEN data_exception THEN
        PERFORM tiny_dancer.reject('now', to_json(context ->> 'now')::text,
            'must be a time such as "2026-01-31 09:00:00+01"');
    END;
    IF moment IN ('infinity', '-infinity') THEN
        PERFORM tiny_dancer.reject('now', to_json(context ->> 'now')::text, 'must be finite');
    END IF;
    RETURN moment;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.context_time(jsonb) IS
    'The time in the context of a query; without a zone it is in the session''s. Errors: 22023';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_semantic_route(
    query text,
    top_k int = 3,
    context jsonb = '{}'
) RETURNS TABLE (
    route_name text,
    similarity float8,
    target_agent text,
    confidence float8
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 3
AS $function$
DECLARE
    most constant int := coalesce(top_k, 3);
    circumstances constant jsonb := coalesce(jsonb_strip_nulls(context), '{}');
    moment timestamptz := clock_timestamp();
    notice text;
BEGIN
    PERFORM tiny_dancer.check_text('query', query);
    IF most < 1 THEN
        PERFORM tiny_dancer.reject('top_k', most::text, 'must be at least 1');
    END IF;
    PERFORM tiny_dancer.check_keys('context', circumstances, ARRAY['user_tier', 'now']);
    IF jsonb_typeof(circumstances -> 'user_tier') <> 'string' THEN
        PERFORM tiny_dancer.reject('user_tier', (circumstances -> 'user_tier')::text, 'must be a string');
    END IF;
    IF circumstances ? 'now' THEN
        moment := tiny_dancer.context_time(circumstances);
    END IF;
    notice := tiny_dancer.exchange(
        'semantic_route',
        json_build_object(
            'query', query,
            'top_k', most,
            'user_tier', circumstances ->> 'user_tier',
            'now_ms', floor(extract(epoch FROM moment) * 1000)::bigint),
        document => 'routes');
    RETURN QUERY
        SELECT *
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS row (
            route_name text, similarity float8, target_agent text, confidence float8)
        UNION ALL
        SELECT *
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS end_of_answer (
            route_name text, similarity float8, target_agent text, confidence float8);
    IF notice IS NOT NULL THEN
        RAISE NOTICE '%', notice;
    END IF;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_semantic_route(text, int, jsonb) IS
    'The routes that fit the query best, at most top_k, the best first; no row when none fits. Of each route: how similar, which agent, and the probability that it is the right one. The context may bring user_tier and, for tests, now. The first row counts against its route''s rate limit. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION tiny_dancer.check_examples(examples jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    example jsonb;
BEGIN
    PERFORM tiny_dancer.check_given('examples', examples);
    IF jsonb_typeof(examples) <> 'array' THEN
        PERFORM tiny_dancer.reject('examples', examples::text, 'must be a JSON array');
    END IF;
    FOR example IN SELECT * FROM jsonb_array_elements(examples) LOOP
        PERFORM tiny_dancer.check_keys('an element of examples', example, ARRAY['query', 'route']);
        IF jsonb_typeof(example -> 'query') IS DISTINCT FROM 'string' THEN
            PERFORM tiny_dancer.reject('query in examples', coalesce((example -> 'query')::text, 'nothing'),
                'must be a string');
        END IF;
        PERFORM tiny_dancer.check_text('query in examples', example ->> 'query');
        IF coalesce(jsonb_typeof(example -> 'route'), 'missing') NOT IN ('string', 'null') THEN
            PERFORM tiny_dancer.reject('route in examples', coalesce((example -> 'route')::text, 'nothing'),
                'must be the name of a route, or null where none is right');
        END IF;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_examples(jsonb) IS
    'The examples must be a JSON array of {"query": text, "route": name or null}';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_fit_routes(examples jsonb)
RETURNS TABLE (
    example_count int,
    accuracy_before float8,
    accuracy_after float8,
    matched_before float8,
    matched_after float8,
    abstained_before float8,
    abstained_after float8,
    thresholds jsonb,
    misses jsonb
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 1
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    deadline constant text := tiny_dancer.parameter_of('deadline_ms', '');
BEGIN
    PERFORM tiny_dancer.check_examples(examples);
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    -- Each example takes milliseconds to embed, and the fit up to seconds: another kind of call than those that the
    -- session's deadline is meant for. statement_timeout and a cancel still end it.
    PERFORM set_config('tiny_dancer.deadline_ms', '600000', true);
    PERFORM tiny_dancer.exchange('fit_routes', json_build_object('examples', examples), document => 'routes');
    PERFORM set_config('tiny_dancer.deadline_ms', deadline, true);
    SELECT jsonb_array_length(examples), answer.*
    INTO STRICT example_count, accuracy_before, accuracy_after, matched_before, matched_after, abstained_before,
        abstained_after, thresholds, misses
    FROM (
        SELECT *
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS row (
            accuracy_before float8, accuracy_after float8, matched_before float8, matched_after float8,
            abstained_before float8, abstained_after float8, thresholds jsonb, misses jsonb)
        UNION ALL
        SELECT *
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS end_of_answer (
            accuracy_before float8, accuracy_after float8, matched_before float8, matched_after float8,
            abstained_before float8, abstained_after float8, thresholds jsonb, misses jsonb)
    ) AS answer;
    UPDATE tiny_dancer.route AS fitted SET score_threshold = learned.threshold::float8
    FROM jsonb_each_text(thresholds) AS learned (name, threshold)
    WHERE fitted.tenant = caller_tenant AND fitted.name = learned.name;
    RETURN NEXT;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_fit_routes(jsonb) IS
    'Learns the routes'' thresholds from labelled queries, [{"query": text, "route": name or null}, …], at least 5, and stores them as score_threshold. One row: shares of queries answered rightly, of those with a route that were given it (matched), of those without one that were given none (abstained), before and after, the latter by fits that did not see the query; the thresholds that changed; and the places of the examples that would still be missed. Errors: 22004, 22023, TD500, TD503';
