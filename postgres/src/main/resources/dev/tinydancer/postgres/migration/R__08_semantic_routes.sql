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

CREATE OR REPLACE FUNCTION tiny_dancer.utterances_problem(utterances text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(
    tiny_dancer.elements_problem('utterances', utterances, 8000),
    (SELECT tiny_dancer.invalid('an element of utterances', spoken.words, 'must not be given twice')
     FROM (SELECT tiny_dancer.trimmed(utterance) AS words FROM unnest(utterances) AS utterance) AS spoken
     GROUP BY spoken.words
     HAVING count(*) > 1
     LIMIT 1));
COMMENT ON FUNCTION tiny_dancer.utterances_problem(text[]) IS
    'The utterances, if any, must be different texts of at most 8,000 characters that are not blank';

CREATE OR REPLACE FUNCTION tiny_dancer.embedding_problem(embedding real[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN embedding IS NULL THEN NULL
    WHEN array_ndims(embedding) IS DISTINCT FROM 1 OR cardinality(embedding) <> 384 THEN
        tiny_dancer.invalid('embedding', cardinality(embedding)::text,
            'must have 384 numbers in one dimension, as ruvector_embed returns them')
    WHEN 0::real = ALL (embedding) THEN tiny_dancer.invalid('embedding', '384 zeros', 'must not be all zero')
    ELSE (SELECT tiny_dancer.invalid('embedding', format('%s at %s', coalesce(given.number::text, 'NULL'), given.place),
                                     'must have finite numbers')
          FROM unnest(embedding) WITH ORDINALITY AS given (number, place)
          WHERE given.number IS NULL OR given.number IN ('NaN', 'Infinity', '-Infinity')
          ORDER BY given.place
          LIMIT 1) END;
COMMENT ON FUNCTION tiny_dancer.embedding_problem(real[]) IS
    'The embedding, if any, must have 384 finite numbers, not all zero';

-- What the times and the zone mean is the engine's to judge, because the engine reads the clock.
CREATE OR REPLACE FUNCTION tiny_dancer.conditions_problem(conditions jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    problem constant text[] :=
        tiny_dancer.keys_problem('conditions', conditions, ARRAY['time_range', 'time_zone', 'user_tier', 'rate_limit']);
BEGIN
    IF problem IS NOT NULL THEN
        RETURN problem;
    END IF;
    IF conditions ? 'time_range' AND NOT (
        jsonb_typeof(conditions -> 'time_range') = 'array'
        AND jsonb_array_length(conditions -> 'time_range') = 2
        AND jsonb_typeof(conditions -> 'time_range' -> 0) = 'string'
        AND jsonb_typeof(conditions -> 'time_range' -> 1) = 'string') THEN
        RETURN tiny_dancer.invalid('time_range', (conditions -> 'time_range')::text,
            'must be two times such as ["09:00", "17:30"]');
    END IF;
    IF conditions ? 'time_zone' THEN
        IF jsonb_typeof(conditions -> 'time_zone') <> 'string' THEN
            RETURN tiny_dancer.invalid('time_zone', (conditions -> 'time_zone')::text, 'must be a string');
        ELSIF NOT conditions ? 'time_range' THEN
            RETURN tiny_dancer.invalid('time_zone', conditions ->> 'time_zone', 'must have a time_range beside it');
        END IF;
    END IF;
    IF conditions ? 'rate_limit' AND NOT (
        CASE WHEN jsonb_typeof(conditions -> 'rate_limit') = 'number'
             THEN (conditions ->> 'rate_limit')::numeric BETWEEN 1 AND 1000000000
                  AND (conditions ->> 'rate_limit')::numeric % 1 = 0
             ELSE false END) THEN
        RETURN tiny_dancer.invalid('rate_limit', (conditions -> 'rate_limit')::text,
            'must be a whole number of uses per minute from 1 to 1000000000');
    END IF;
    IF conditions ? 'user_tier' THEN
        IF jsonb_typeof(conditions -> 'user_tier') <> 'array' OR conditions -> 'user_tier' = '[]' THEN
            RETURN tiny_dancer.invalid('user_tier', (conditions -> 'user_tier')::text,
                'must be an array of at least one tier');
        END IF;
        RETURN (SELECT CASE WHEN jsonb_typeof(tier) <> 'string'
                            THEN tiny_dancer.invalid('an element of user_tier', tier::text, 'must be a string')
                            ELSE tiny_dancer.text_problem('an element of user_tier', tier #>> '{}', 200) END
                FROM jsonb_array_elements(conditions -> 'user_tier') AS tier
                WHERE jsonb_typeof(tier) <> 'string'
                   OR tiny_dancer.text_problem('an element of user_tier', tier #>> '{}', 200) IS NOT NULL
                LIMIT 1);
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.conditions_problem(jsonb) IS 'The conditions of a route must have known keys and values of the right form';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_create_route(
    name text,
    description text,
    target_agent text,
    priority int = 0,
    embedding real[] = NULL,
    conditions jsonb = NULL,
    utterances text[] = NULL,
    score_threshold float8 = NULL,
    options jsonb = '{}'
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    given_conditions constant jsonb := coalesce(jsonb_strip_nulls(ruvector_create_route.conditions), '{}');
    -- A text of 510 tokens takes a tenth of a second; so many stay below any sensible deadline of a call.
    texts_per_call constant int := 16;
    texts text[];
    vectors real[];
    is_new boolean;
    problem text[];
BEGIN
    problem := coalesce(
        tiny_dancer.text_problem('name', ruvector_create_route.name, 200),
        tiny_dancer.text_problem('description', ruvector_create_route.description, 8000),
        tiny_dancer.text_problem('target_agent', ruvector_create_route.target_agent, 200),
        tiny_dancer.embedding_problem(ruvector_create_route.embedding),
        tiny_dancer.conditions_problem(given_conditions),
        tiny_dancer.utterances_problem(ruvector_create_route.utterances),
        tiny_dancer.figure_problem('score_threshold', ruvector_create_route.score_threshold, 1),
        tiny_dancer.options_problem(ruvector_create_route.options));
    ${raise_problem}

    texts := CASE
        WHEN cardinality(ruvector_create_route.utterances) > 0 THEN ruvector_create_route.utterances
        WHEN ruvector_create_route.embedding IS NULL THEN ARRAY[ruvector_create_route.description]
        ELSE '{}'
    END;
    IF cardinality(texts) > 0 OR given_conditions ? 'time_range' THEN
        FOR before IN 0..greatest(cardinality(texts) - 1, 0) BY texts_per_call LOOP
            problem := (tiny_dancer.exchange('prepare_route', json_build_object(
                'conditions', given_conditions,
                'texts', texts[before + 1:before + texts_per_call]))).problem;
            ${raise_problem}
            SELECT array_cat(vectors, array_agg(answered.embedding)) INTO vectors
            FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (embedding real[], log_row text);
        END LOOP;
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
    text, text, text, int, real[], jsonb, text[], float8, jsonb) IS
    'Creates a semantic route, or replaces the one of that name; true means new. Queries are compared with its embedding and its utterances, without either with its description. Conditions: time_range, time_zone, user_tier, rate_limit. A NOTICE when the target agent is not registered. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION tiny_dancer.route_changes_problem(changes jsonb) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(
    tiny_dancer.given_problem('changes', changes),
    tiny_dancer.keys_problem('changes', changes, ARRAY['target_agent', 'priority', 'conditions', 'score_threshold']),
    (SELECT tiny_dancer.invalid(change.key, change.value::text, 'must be a ' || wanted.type || ' in JSON')
     FROM jsonb_each(changes) AS change
     CROSS JOIN LATERAL (
         SELECT CASE change.key WHEN 'target_agent' THEN 'string' WHEN 'conditions' THEN 'object' ELSE 'number' END AS type
     ) AS wanted
     WHERE jsonb_typeof(change.value) NOT IN (wanted.type, 'null')
     ORDER BY change.key
     LIMIT 1),
    CASE WHEN changes ? 'target_agent' THEN tiny_dancer.text_problem('target_agent', changes ->> 'target_agent', 200) END,
    (SELECT CASE change.key
                WHEN 'priority' THEN tiny_dancer.invalid(change.key, change.value::text, 'must be a whole number of 32 bits')
                ELSE tiny_dancer.invalid(change.key, change.value::text, 'must be between 0 and 1') END
     FROM jsonb_each(changes) AS change
     WHERE jsonb_typeof(change.value) = 'number'
       AND CASE change.key
               WHEN 'priority' THEN change.value::numeric % 1 <> 0
                                    OR change.value::numeric NOT BETWEEN -2147483648 AND 2147483647
               ELSE change.value::numeric NOT BETWEEN 0 AND 1 END
     ORDER BY change.key
     LIMIT 1),
    CASE WHEN jsonb_typeof(changes -> 'conditions') = 'object'
         THEN tiny_dancer.conditions_problem(jsonb_strip_nulls(changes -> 'conditions')) END);
COMMENT ON FUNCTION tiny_dancer.route_changes_problem(jsonb) IS
    'Changes of a route must be an object of what it was created with, but for what queries are compared with, each value of its type in JSON or null';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_update_route(name text, changes jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    given_conditions jsonb;
    problem text[] := coalesce(
        tiny_dancer.text_problem('name', ruvector_update_route.name),
        tiny_dancer.route_changes_problem(ruvector_update_route.changes));
BEGIN
    ${raise_problem}
    IF changes ? 'conditions' THEN
        given_conditions := coalesce(jsonb_strip_nulls(nullif(changes -> 'conditions', 'null')), '{}');
    END IF;
    IF given_conditions ? 'time_range' THEN
        problem := (tiny_dancer.exchange('prepare_route', json_build_object(
            'conditions', given_conditions, 'texts', '{}'::text[]))).problem;
        ${raise_problem}
        PERFORM FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (embedding real[], log_row text);
    END IF;
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    UPDATE tiny_dancer.route
    SET target_agent = coalesce(changes ->> 'target_agent', target_agent),
        priority = CASE WHEN changes ? 'priority' THEN coalesce((changes ->> 'priority')::int, 0) ELSE priority END,
        conditions = coalesce(given_conditions, conditions),
        score_threshold = CASE WHEN changes ? 'score_threshold' THEN (changes ->> 'score_threshold')::float8
                               ELSE score_threshold END
    WHERE route.tenant = caller_tenant AND route.name = ruvector_update_route.name;
    IF NOT found THEN
        RETURN false;
    END IF;
    IF changes ? 'target_agent'
       AND NOT EXISTS (SELECT FROM tiny_dancer.agent
                       WHERE agent.tenant = caller_tenant AND agent.name = changes ->> 'target_agent') THEN
        RAISE NOTICE 'agent "%" is not registered', changes ->> 'target_agent';
    END IF;
    RETURN true;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_update_route(text, jsonb) IS
    'Changes of a semantic route what the JSON object names, of target_agent, priority, conditions and score_threshold, and nothing else: {"score_threshold": 0.4} sets one figure, null the default. What queries are compared with stays; ruvector_create_route replaces it. Whether there is such a route. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_list_routes() RETURNS SETOF tiny_dancer.route_overview
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
    problem constant text[] := tiny_dancer.text_problem('name', name);
BEGIN
    ${raise_problem}
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    DELETE FROM tiny_dancer.route
    WHERE route.tenant = caller_tenant AND route.name = ruvector_drop_route.name;
    RETURN found;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_drop_route(text) IS
    'Drops a semantic route; whether there was such a route. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION tiny_dancer.context_problem(context jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $function$
DECLARE
    problem constant text[] := coalesce(
        tiny_dancer.keys_problem('context', context, ARRAY['user_tier', 'now']),
        CASE WHEN jsonb_typeof(context -> 'user_tier') <> 'string'
             THEN tiny_dancer.invalid('user_tier', (context -> 'user_tier')::text, 'must be a string') END,
        CASE WHEN jsonb_typeof(context -> 'now') <> 'string'
             THEN tiny_dancer.invalid('now', (context -> 'now')::text, 'must be a string') END);
BEGIN
    IF problem IS NULL AND (context ->> 'now')::timestamptz IN ('infinity', '-infinity') THEN
        RETURN tiny_dancer.invalid('now', to_json(context ->> 'now')::text, 'must be finite');
    END IF;
    RETURN problem;
EXCEPTION WHEN data_exception THEN
    RETURN tiny_dancer.invalid('now', to_json(context ->> 'now')::text, 'must be a time such as "2026-01-31 09:00:00+01"');
END
$function$;
COMMENT ON FUNCTION tiny_dancer.context_problem(jsonb) IS
    'The context of a query may have a user_tier and a time, now; without a zone the time is in the session''s';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_semantic_route(
    query text,
    top_k int = 3,
    context jsonb = '{}',
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.route_match
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 3
AS $function$
DECLARE
    circumstances constant jsonb := coalesce(jsonb_strip_nulls(context), '{}');
    answer tiny_dancer.engine_answer;
    problem text[];
BEGIN
    problem := coalesce(tiny_dancer.context_problem(circumstances), tiny_dancer.options_problem(options));
    ${raise_problem}
    answer := tiny_dancer.exchange(
        'semantic_route',
        json_build_object(
            'query', query,
            'top_k', top_k,
            'user_tier', circumstances ->> 'user_tier',
            'now_ms', floor(extract(epoch FROM coalesce((circumstances ->> 'now')::timestamptz, clock_timestamp())) * 1000)::bigint,
            'options', options),
        document => 'routes');
    problem := answer.problem;
    ${raise_problem}
    RETURN QUERY
        SELECT (answered.result).*
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
            result tiny_dancer.route_match, log_row text);
    IF answer.notice IS NOT NULL THEN
        RAISE NOTICE '%', answer.notice;
    END IF;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_semantic_route(text, int, jsonb, jsonb) IS
    'The routes that fit the query best, at most top_k, the best first; no row when none fits. Of each route: how similar, which agent, and the probability that it is the right one. The context may bring user_tier and, for tests, now. The first row counts against its route''s rate limit. Errors: 22004, 22023, 54000 for more routes than the engine has memory for, TD500, TD503';

CREATE OR REPLACE FUNCTION tiny_dancer.example_problem(example jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(
    tiny_dancer.keys_problem('an element of examples', example, ARRAY['query', 'route']),
    CASE WHEN jsonb_typeof(example -> 'query') IS DISTINCT FROM 'string'
         THEN tiny_dancer.invalid('query in examples', coalesce((example -> 'query')::text, 'nothing'),
             'must be a string') END,
    tiny_dancer.text_problem('query in examples', example ->> 'query'),
    CASE WHEN coalesce(jsonb_typeof(example -> 'route'), 'missing') NOT IN ('string', 'null')
         THEN tiny_dancer.invalid('route in examples', coalesce((example -> 'route')::text, 'nothing'),
             'must be the name of a route, or null where none is right') END);
COMMENT ON FUNCTION tiny_dancer.example_problem(jsonb) IS 'It must be {"query": text, "route": name or null}';

CREATE OR REPLACE FUNCTION tiny_dancer.examples_problem(examples jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN examples IS NULL THEN tiny_dancer.given_problem('examples', examples)
    WHEN jsonb_typeof(examples) <> 'array' THEN tiny_dancer.invalid('examples', examples::text, 'must be a JSON array')
    ELSE (SELECT tiny_dancer.example_problem(example)
          FROM jsonb_array_elements(examples) AS example
          WHERE tiny_dancer.example_problem(example) IS NOT NULL
          LIMIT 1) END;
COMMENT ON FUNCTION tiny_dancer.examples_problem(jsonb) IS
    'The examples must be a JSON array of {"query": text, "route": name or null}';

CREATE OR REPLACE FUNCTION tiny_dancer.fit_of_routes(examples jsonb) RETURNS tiny_dancer.engine_answer
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    deadline constant text := tiny_dancer.parameter_of('deadline_ms', '');
    answer tiny_dancer.engine_answer;
BEGIN
    -- Each example takes milliseconds to embed, and the fit up to seconds: another kind of call than those that the
    -- session's deadline is meant for. statement_timeout and a cancel still end it.
    PERFORM set_config('tiny_dancer.deadline_ms', '600000', true);
    answer := tiny_dancer.exchange('fit_routes', json_build_object('examples', examples), document => 'routes');
    PERFORM set_config('tiny_dancer.deadline_ms', deadline, true);
    RETURN answer;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.fit_of_routes(jsonb) IS
    'What the engine learns of the caller''s routes from labelled queries: a tiny_dancer.route_fit, or a problem';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_fit_routes(examples jsonb) RETURNS SETOF tiny_dancer.route_fit
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 1
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    answer tiny_dancer.engine_answer;
    problem text[];
    fit tiny_dancer.route_fit;
BEGIN
    problem := tiny_dancer.examples_problem(examples);
    ${raise_problem}
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    answer := tiny_dancer.fit_of_routes(examples);
    problem := answer.problem;
    ${raise_problem}
    fit := answer.result::tiny_dancer.route_fit;
    UPDATE tiny_dancer.route AS fitted SET score_threshold = learned.threshold::float8
    FROM jsonb_each_text(fit.thresholds) AS learned (name, threshold)
    WHERE fitted.tenant = caller_tenant AND fitted.name = learned.name;
    RETURN NEXT fit;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_fit_routes(jsonb) IS
    'Learns the routes'' thresholds from labelled queries, [{"query": text, "route": name or null}, …], at least 5, and stores them as score_threshold. One row: shares of queries answered rightly, of those with a route that were given it (matched), of those without one that were given none (abstained), before and after, the latter by fits that did not see the query; the thresholds that changed; and the places of the examples that would still be missed. Errors: 22004, 22023, 54000 for more routes than the engine has memory for, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_explain_fit(
    examples jsonb,
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.route_fit
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 1
AS $function$
DECLARE
    answer tiny_dancer.engine_answer;
    problem text[] := coalesce(tiny_dancer.examples_problem(examples), tiny_dancer.options_problem(options));
BEGIN
    ${raise_problem}
    answer := tiny_dancer.fit_of_routes(examples);
    problem := answer.problem;
    ${raise_problem}
    RETURN NEXT answer.result::tiny_dancer.route_fit;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_explain_fit(jsonb, jsonb) IS
    'What ruvector_fit_routes would learn and say of these examples, with the routes as they are; stores nothing. Errors: 22004, 22023, 54000 for more routes than the engine has memory for, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_route_map(
    queries text[] = '{}',
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.route_place
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 100
AS $function$
DECLARE
    answer tiny_dancer.engine_answer;
    problem text[] := tiny_dancer.options_problem(options);
BEGIN
    ${raise_problem}
    answer := tiny_dancer.exchange('route_map', json_build_object('queries', coalesce(queries, '{}')), document => 'routes');
    problem := answer.problem;
    ${raise_problem}
    RETURN QUERY
        SELECT (answered.result).*
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
            result tiny_dancer.route_place, log_row text);
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_route_map(text[], jsonb) IS
    'The utterances of all routes, at most 2000, and up to 50 queries in a plane, along the two directions in which the utterances differ most (principal components). Of each query the three most similar routes, whatever their conditions, with the similarity and the threshold that it would have to reach: a match or a near miss. Counts against no rate limit. Errors: 22004, 22023, 54000 for more routes than the engine has memory for, TD500, TD503';
