-- Routing and what else the engine is asked for.
--
-- Every answer is fetched with UNION ALL of two dblink_get_result: the rows, and what says that nothing more comes.
-- Without the second the connection would still be in the middle of an answer at the next call.

CREATE OR REPLACE FUNCTION tiny_dancer.is_plain_route(
    request text,
    optimize_for text,
    required_capabilities text[],
    max_cost float8,
    max_latency_ms float8,
    min_quality float8,
    excluded_agents text[],
    budget_remaining float8,
    tags text[],
    expected_output_tokens int
) RETURNS boolean
LANGUAGE sql STABLE
RETURN coalesce(
    tiny_dancer.trimmed(request) <> ''
    AND optimize_for IN ('cost', 'latency', 'quality', 'balanced', 'quality_per_dollar')
    AND required_capabilities IS NULL
    AND coalesce(max_cost, 0) BETWEEN 0 AND 1e300
    AND coalesce(max_latency_ms, 0) BETWEEN 0 AND 1e300
    AND coalesce(min_quality, 0) BETWEEN 0 AND 1
    AND excluded_agents IS NULL
    AND coalesce(budget_remaining, 0) BETWEEN 0 AND 1e300
    AND tags IS NULL
    AND coalesce(expected_output_tokens, 0) >= 0
    AND tiny_dancer.log_decisions() IN ('sync', 'async', 'off')
    AND tiny_dancer.parameter_of('log_requests', 'off') IN ('on', 'off')
    AND tiny_dancer.parameter_of('on_engine_down', 'error') IN ('error', 'fallback'),
    false);
COMMENT ON FUNCTION tiny_dancer.is_plain_route(text, text, text[], float8, float8, float8, text[], float8, text[], int) IS
    'Whether all that tiny_dancer.check_route looks at is certainly right: one expression without a loop, which PostgreSQL puts into the calling function, because every call comes by';

CREATE OR REPLACE FUNCTION tiny_dancer.check_constraints(
    required_capabilities text[],
    max_cost float8,
    max_latency_ms float8,
    min_quality float8,
    excluded_agents text[],
    budget_remaining float8,
    tags text[],
    expected_output_tokens int
) RETURNS void
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    PERFORM tiny_dancer.check_capabilities('required_capabilities', required_capabilities);
    PERFORM tiny_dancer.check_figure('max_cost', max_cost);
    PERFORM tiny_dancer.check_figure('max_latency_ms', max_latency_ms);
    PERFORM tiny_dancer.check_figure('min_quality', min_quality, 1);
    PERFORM tiny_dancer.check_elements('excluded_agents', excluded_agents);
    PERFORM tiny_dancer.check_figure('budget_remaining', budget_remaining);
    PERFORM tiny_dancer.check_elements('tags', tags);
    PERFORM tiny_dancer.check_figure('expected_output_tokens', expected_output_tokens);
    PERFORM tiny_dancer.check_one_of('tiny_dancer.log_decisions', tiny_dancer.log_decisions(),
                                     ARRAY['sync', 'async', 'off']);
    PERFORM tiny_dancer.check_one_of('tiny_dancer.log_requests', tiny_dancer.parameter_of('log_requests', 'off'),
                                     ARRAY['on', 'off']);
    PERFORM tiny_dancer.check_one_of('tiny_dancer.on_engine_down', tiny_dancer.parameter_of('on_engine_down', 'error'),
                                     ARRAY['error', 'fallback']);
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_constraints(text[], float8, float8, float8, text[], float8, text[], int) IS
    'The checks of what all routing functions take beside the request, and of the session''s parameters that they read';

CREATE OR REPLACE FUNCTION tiny_dancer.check_route(
    request text,
    optimize_for text,
    required_capabilities text[],
    max_cost float8,
    max_latency_ms float8,
    min_quality float8,
    excluded_agents text[],
    budget_remaining float8,
    tags text[],
    expected_output_tokens int
) RETURNS void
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    PERFORM tiny_dancer.check_text('request', request);
    PERFORM tiny_dancer.check_one_of('optimize_for', optimize_for,
                                     ARRAY['cost', 'latency', 'quality', 'balanced', 'quality_per_dollar']);
    PERFORM tiny_dancer.check_constraints(
        required_capabilities, max_cost, max_latency_ms, min_quality, excluded_agents, budget_remaining, tags,
        expected_output_tokens);
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_route(text, text, text[], float8, float8, float8, text[], float8, text[], int) IS
    'The checks of ruvector_route''s arguments and of the session''s parameters that it reads';

CREATE OR REPLACE FUNCTION tiny_dancer.static_ranking(
    tenant text,
    request text,
    optimize_for text,
    required_capabilities text[],
    max_cost float8,
    max_latency_ms float8,
    min_quality float8,
    excluded_agents text[],
    budget_remaining float8,
    tags text[],
    expected_output_tokens int
) RETURNS TABLE (
    agent_name text,
    excluded_by text,
    excluded_value text,
    quality float8,
    cost float8,
    latency_ms float8,
    utility float8,
    input_tokens int,
    output_tokens int
)
LANGUAGE sql STABLE
AS $function$
    WITH effort AS (
        -- English text has about four characters for a token; 256 is the length of an answer of a few paragraphs.
        SELECT ceil(length(request) / 4.0)::int AS input_tokens,
               coalesce(expected_output_tokens, 256) AS output_tokens
    ), candidate AS (
        SELECT agent.name, agent.active, circuit.circuit, agent.quality_score AS quality,
               agent.avg_latency_ms AS latency_ms,
               coalesce(agent.cost_per_1k_input_tokens, agent.cost_per_1k_tokens, 0) * effort.input_tokens / 1000
               + coalesce(agent.cost_per_1k_output_tokens, agent.cost_per_1k_tokens, 0) * effort.output_tokens / 1000
               + coalesce(agent.cost_per_call, 0)
               + coalesce(agent.cost_per_second, 0) * agent.avg_latency_ms / 1000 AS cost,
               ARRAY(SELECT lower(tiny_dancer.trimmed(word)) FROM unnest(required_capabilities) AS word
                     EXCEPT
                     SELECT lower(word) FROM unnest(agent.capabilities) AS word) AS lacking,
               effort.input_tokens, effort.output_tokens, agent.max_concurrency,
               coalesce(waiting.in_flight, 0) AS in_flight,
               (SELECT min(budget.scope) FROM tiny_dancer.budget
                WHERE budget.tenant = agent.tenant
                  AND (budget.scope IN ('all', 'agent:' || agent.name)
                       OR budget.scope = ANY (SELECT 'tag:' || tag FROM unnest(tags) AS tag))) AS budget_scope
        FROM tiny_dancer.agent
        JOIN tiny_dancer.agent_circuit AS circuit ON circuit.tenant = agent.tenant AND circuit.agent = agent.name
        LEFT JOIN tiny_dancer.in_flight_of(static_ranking.tenant) AS waiting ON waiting.agent = agent.name
        CROSS JOIN effort
        WHERE agent.tenant = static_ranking.tenant
    ), judged AS (
        SELECT candidate.*, violation.excluded_by, violation.excluded_value
        FROM candidate
        LEFT JOIN LATERAL (
            SELECT excluded_by, excluded_value
            FROM (VALUES
                (1, NOT active, 'inactive', NULL),
                (2, circuit = 'open', 'circuit open', NULL),
                (3, cardinality(lacking) > 0, 'required_capabilities', 'lacks ' || array_to_string(lacking, ', ')),
                (4, cost > max_cost, format('max_cost %s', max_cost), cost::text),
                (5, latency_ms > max_latency_ms, format('max_latency_ms %s', max_latency_ms), latency_ms::text),
                (6, quality < min_quality, format('min_quality %s', min_quality), quality::text),
                (7, name = ANY (excluded_agents), 'excluded_agents', NULL),
                (8, cost > budget_remaining, format('budget_remaining %s', budget_remaining), cost::text),
                (9, in_flight >= max_concurrency, format('max_concurrency %s reached', max_concurrency), NULL),
                (10, budget_scope IS NOT NULL AND cost > 0, 'budget ' || budget_scope, cost::text)
            ) AS constraints (place, violated, excluded_by, excluded_value)
            WHERE violated
            ORDER BY place
            LIMIT 1
        ) AS violation ON true
    ), measured AS (
        SELECT judged.*,
               log((cost + 1e-6) / (min(cost) OVER rivals + 1e-6)) AS cost_decades,
               log((latency_ms + 1) / (min(latency_ms) OVER rivals + 1)) AS latency_decades,
               CASE WHEN quality < least(0.5, max(quality) OVER rivals) THEN -100 ELSE 0 END AS incapable
        FROM judged
        WINDOW rivals AS (PARTITION BY excluded_by IS NULL)
    )
    SELECT name, excluded_by, excluded_value, quality, cost, latency_ms,
           CASE WHEN excluded_by IS NULL THEN
               CASE optimize_for
                   WHEN 'cost' THEN incapable - cost_decades
                   WHEN 'latency' THEN incapable - latency_decades
                   WHEN 'quality' THEN quality - 0.002 * (cost_decades + latency_decades)
                   WHEN 'balanced' THEN quality - 0.05 * (cost_decades + latency_decades)
                   WHEN 'quality_per_dollar' THEN incapable + log(greatest(quality, 1e-6)) - cost_decades
               END - CASE WHEN budget_remaining > 0 THEN cost / budget_remaining ELSE 0 END
           END AS utility,
           input_tokens, output_tokens
    FROM measured
    ORDER BY utility DESC NULLS LAST, cost, latency_ms, name
$function$;
COMMENT ON FUNCTION tiny_dancer.static_ranking(
    text, text, text, text[], float8, float8, float8, text[], float8, text[], int) IS
    'All agents of a tenant as candidates for a request, from nothing but their registered figures, best first; with the engine''s own policies, and for those that do not fit the first constraint that they violate. Tokens are guessed from the length of the request. Without an engine nothing can be reserved: under a budget only free agents fit';

CREATE OR REPLACE FUNCTION tiny_dancer.static_route(
    tenant text,
    request text,
    optimize_for text,
    required_capabilities text[],
    max_cost float8,
    max_latency_ms float8,
    min_quality float8,
    excluded_agents text[],
    budget_remaining float8,
    tags text[],
    expected_output_tokens int
) RETURNS TABLE (
    agent_name text,
    confidence float8,
    estimated_cost float8,
    estimated_latency_ms float8,
    expected_quality float8,
    reasoning text,
    alternatives jsonb,
    input_tokens int,
    output_tokens int
)
LANGUAGE plpgsql STABLE
ROWS 1
AS $function$
#variable_conflict use_column
DECLARE
    removals text;
    for_want_of_money boolean;
BEGIN
    RETURN QUERY
        WITH ranking AS (
            SELECT ranked.*, row_number() OVER () AS place,
                   count(*) FILTER (WHERE ranked.excluded_by IS NULL) OVER () AS fitting,
                   count(*) OVER () AS registered
            FROM tiny_dancer.static_ranking(
                static_route.tenant, static_route.request, static_route.optimize_for,
                static_route.required_capabilities, static_route.max_cost, static_route.max_latency_ms,
                static_route.min_quality, static_route.excluded_agents, static_route.budget_remaining,
                static_route.tags, static_route.expected_output_tokens) AS ranked
        )
        SELECT best.agent_name, best.quality, best.cost, best.latency_ms, best.quality,
               format('no engine answered; best %s of the %s that fit (%s registered), by their registered figures alone',
                      static_route.optimize_for, best.fitting, best.registered),
               (SELECT coalesce(jsonb_agg(jsonb_build_object(
                           'agent_name', next.agent_name,
                           'expected_quality', next.quality,
                           'estimated_cost', next.cost,
                           'estimated_latency_ms', next.latency_ms,
                           'utility', next.utility) ORDER BY next.place), '[]')
                FROM ranking AS next
                WHERE next.place BETWEEN 2 AND 4 AND next.excluded_by IS NULL),
               best.input_tokens, best.output_tokens
        FROM ranking AS best
        WHERE best.place = 1 AND best.excluded_by IS NULL;
    IF NOT found THEN
        SELECT string_agg(removal.words, '; ' ORDER BY removal.words), bool_or(removal.words LIKE 'budget %')
        INTO removals, for_want_of_money
        FROM (
            SELECT ranked.excluded_by || ' removed '
                   || string_agg(ranked.agent_name || coalesce(' (' || ranked.excluded_value || ')', ''), ', '
                                 ORDER BY ranked.agent_name) AS words
            FROM tiny_dancer.static_ranking(
                static_route.tenant, static_route.request, static_route.optimize_for,
                static_route.required_capabilities, static_route.max_cost, static_route.max_latency_ms,
                static_route.min_quality, static_route.excluded_agents, static_route.budget_remaining,
                static_route.tags, static_route.expected_output_tokens) AS ranked
            GROUP BY ranked.excluded_by
        ) AS removal;
        IF for_want_of_money THEN
            RAISE SQLSTATE 'TD402' USING
                MESSAGE = 'a budget applies, and no engine answers that could reserve from it',
                DETAIL = removals,
                HINT = 'Start the engine; without one, only agents that cost nothing are chosen under a budget.';
        END IF;
        RAISE SQLSTATE 'TD404' USING
            MESSAGE = CASE WHEN removals IS NULL THEN 'no agent is registered' ELSE 'no agent fits the request' END,
            DETAIL = coalesce(removals, ''),
            HINT = 'No engine answered; this was judged by the registered figures alone.';
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.static_route(
    text, text, text, text[], float8, float8, float8, text[], float8, text[], int) IS
    'The choice of ruvector_route while no engine answers: the best of tiny_dancer.static_ranking, which says so in its reasoning. Errors: TD402, TD404';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_route(
    request text,
    optimize_for text = 'balanced',
    required_capabilities text[] = NULL,
    max_cost float8 = NULL,
    max_latency_ms float8 = NULL,
    min_quality float8 = NULL,
    excluded_agents text[] = NULL,
    budget_remaining float8 = NULL,
    tags text[] = NULL,
    expected_output_tokens int = NULL,
    OUT agent_name text,
    OUT confidence float8,
    OUT estimated_cost float8,
    OUT estimated_latency_ms float8,
    OUT expected_quality float8,
    OUT reasoning text,
    OUT decision_id uuid,
    OUT alternatives jsonb
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
    log constant text := tiny_dancer.log_of_call();
    notice text;
    category text;
    input_tokens int;
    output_tokens int;
    embedding bytea;
    engine_down boolean;
BEGIN
    IF NOT tiny_dancer.is_plain_route(
        request, optimize_for, required_capabilities, max_cost, max_latency_ms, min_quality, excluded_agents,
        budget_remaining, tags, expected_output_tokens) THEN
        PERFORM tiny_dancer.check_route(
            request, optimize_for, required_capabilities, max_cost, max_latency_ms, min_quality, excluded_agents,
            budget_remaining, tags, expected_output_tokens);
    END IF;
    decision_id := tiny_dancer.new_decision_id(clock_timestamp());

    BEGIN
        notice := tiny_dancer.exchange(
            'route',
            json_build_object(
                'request', request,
                'optimize_for', optimize_for,
                'required_capabilities', required_capabilities,
                'max_cost', max_cost,
                'max_latency_ms', max_latency_ms,
                'min_quality', min_quality,
                'excluded_agents', excluded_agents,
                'budget_remaining', budget_remaining,
                'tags', tags,
                'expected_output_tokens', expected_output_tokens),
            decision_id, log);
        SELECT answer.agent_name, answer.confidence, answer.estimated_cost, answer.estimated_latency_ms,
               answer.expected_quality, answer.reasoning, answer.alternatives, answer.category, answer.input_tokens,
               answer.output_tokens, answer.embedding
        INTO STRICT agent_name, confidence, estimated_cost, estimated_latency_ms,
               expected_quality, reasoning, alternatives, category, input_tokens,
               output_tokens, embedding
        FROM (
            SELECT * FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS row (
                agent_name text, confidence float8, estimated_cost float8, estimated_latency_ms float8,
                expected_quality float8, reasoning text, decision_id uuid, alternatives jsonb, category text,
                input_tokens int, output_tokens int, embedding bytea)
            -- STRICT asks for a second row, which is what fetches the end of the answer.
            UNION ALL
            SELECT * FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS end_of_answer (
                agent_name text, confidence float8, estimated_cost float8, estimated_latency_ms float8,
                expected_quality float8, reasoning text, decision_id uuid, alternatives jsonb, category text,
                input_tokens int, output_tokens int, embedding bytea)
        ) AS answer;
    EXCEPTION WHEN SQLSTATE 'TD503' THEN
        IF tiny_dancer.parameter_of('on_engine_down', 'error') = 'error' THEN
            RAISE;
        END IF;
        SELECT answer.*
        INTO agent_name, confidence, estimated_cost, estimated_latency_ms,
             expected_quality, reasoning, alternatives, input_tokens, output_tokens
        FROM tiny_dancer.static_route(
            tiny_dancer.current_tenant(), request, optimize_for, required_capabilities, max_cost, max_latency_ms,
            min_quality, excluded_agents, budget_remaining, tags, expected_output_tokens) AS answer;
        engine_down := true;
    END;

    -- What the engine could not decide it could not write either.
    IF log = 'sync' OR (log = 'async' AND engine_down) THEN
        INSERT INTO tiny_dancer.decision (
            tenant, decided_at, decision_id, agent, fallback, optimize_for, category, confidence, estimated_cost,
            estimated_latency_ms, expected_quality, input_tokens, output_tokens, reasoning, alternatives, tags,
            request_hash, request, embedding)
        SELECT
            caller.tenant, tiny_dancer.decision_time(decision_id), decision_id, agent_name, engine_down IS TRUE,
            optimize_for, category, confidence, estimated_cost, estimated_latency_ms, expected_quality, input_tokens,
            output_tokens, reasoning, alternatives, tags, sha256(convert_to(request, 'UTF8')),
            CASE WHEN tiny_dancer.parameter_of('log_requests', 'off') = 'on' THEN request END, embedding
        FROM tiny_dancer.caller;
    END IF;
    IF notice IS NOT NULL THEN
        RAISE NOTICE '%', notice;
    END IF;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_route(
    text, text, text[], float8, float8, float8, text[], float8, text[], int) IS
    'Chooses the agent that is to answer the request: by cost, latency, quality, balanced or quality_per_dollar, under hard constraints. Logs the decision as tiny_dancer.log_decisions says, sync, async or off. Errors: 22004, 22023, TD402, TD404, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_explain_route(
    request text,
    optimize_for text = 'balanced',
    required_capabilities text[] = NULL,
    max_cost float8 = NULL,
    max_latency_ms float8 = NULL,
    min_quality float8 = NULL,
    excluded_agents text[] = NULL,
    budget_remaining float8 = NULL,
    tags text[] = NULL,
    expected_output_tokens int = NULL
) RETURNS TABLE (
    agent_name text,
    chosen boolean,
    excluded_by text,
    expected_quality float8,
    quality_evidence float8,
    estimated_cost float8,
    estimated_latency_ms float8,
    utility float8,
    reasoning text
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 20
AS $function$
#variable_conflict use_variable
DECLARE
    notice text;
BEGIN
    IF NOT tiny_dancer.is_plain_route(
        request, optimize_for, required_capabilities, max_cost, max_latency_ms, min_quality, excluded_agents,
        budget_remaining, tags, expected_output_tokens) THEN
        PERFORM tiny_dancer.check_route(
            request, optimize_for, required_capabilities, max_cost, max_latency_ms, min_quality, excluded_agents,
            budget_remaining, tags, expected_output_tokens);
    END IF;
    notice := tiny_dancer.exchange(
        'explain_route',
        json_build_object(
            'request', request,
            'optimize_for', optimize_for,
            'required_capabilities', required_capabilities,
            'max_cost', max_cost,
            'max_latency_ms', max_latency_ms,
            'min_quality', min_quality,
            'excluded_agents', excluded_agents,
            'budget_remaining', budget_remaining,
            'tags', tags,
            'expected_output_tokens', expected_output_tokens));
    RETURN QUERY
        SELECT *
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS row (
            agent_name text, chosen boolean, excluded_by text, expected_quality float8, quality_evidence float8,
            estimated_cost float8, estimated_latency_ms float8, utility float8, reasoning text)
        UNION ALL
        SELECT *
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS end_of_answer (
            agent_name text, chosen boolean, excluded_by text, expected_quality float8, quality_evidence float8,
            estimated_cost float8, estimated_latency_ms float8, utility float8, reasoning text);
    IF notice IS NOT NULL THEN
        RAISE NOTICE '%', notice;
    END IF;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_explain_route(
    text, text, text[], float8, float8, float8, text[], float8, text[], int) IS
    'Every registered agent as a candidate for the request: its predicted figures, which constraint excludes it, and which one ruvector_route would choose. Not logged. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_classify_request(request text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    classification jsonb;
BEGIN
    PERFORM tiny_dancer.check_text('request', request);
    PERFORM tiny_dancer.exchange('classify_request', json_build_object('request', request));
    SELECT * INTO STRICT classification
    FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS row (classification jsonb)
    UNION ALL
    SELECT * FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS end_of_answer (classification jsonb);
    RETURN classification;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_classify_request(text) IS
    'The request''s categories: {"classifications": [{"category", "probability"}, descending], "top_category", "confidence"}. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_classify_capabilities(request text)
RETURNS TABLE (capability text, probability float8)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 3
AS $function$
BEGIN
    PERFORM tiny_dancer.check_text('request', request);
    PERFORM tiny_dancer.exchange('classify_capabilities', json_build_object('request', request));
    RETURN QUERY
        SELECT * FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS row (capability text, probability float8)
        UNION ALL
        SELECT * FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS end_of_answer (
            capability text, probability float8);
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_classify_capabilities(text) IS
    'The capabilities that the request needs with a probability above 0.5, the likeliest first. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_embed(input text) RETURNS real[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    embedding real[];
BEGIN
    PERFORM tiny_dancer.check_text('input', input);
    PERFORM tiny_dancer.exchange('embed', json_build_object('input', input));
    SELECT * INTO STRICT embedding
    FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS row (embedding real[])
    UNION ALL
    SELECT * FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS end_of_answer (embedding real[]);
    RETURN embedding;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_embed(text) IS
    'The text''s sentence embedding: 384 numbers, of unit length. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_engine_status()
RETURNS TABLE (
    version text,
    catalog_version bigint,
    engines int,
    models jsonb,
    kernels text,
    uptime interval,
    circuits jsonb
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 1
AS $function$
DECLARE
    answer record;
BEGIN
    PERFORM tiny_dancer.exchange('status', '{}');
    SELECT * INTO STRICT answer
    FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS row (
        version text, catalog_version bigint, models jsonb, kernels text, uptime interval)
    UNION ALL
    SELECT * FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS end_of_answer (
        version text, catalog_version bigint, models jsonb, kernels text, uptime interval);
    version := answer.version;
    catalog_version := answer.catalog_version;
    -- At least the one that answered, should its row be late.
    engines := greatest(1, (SELECT count(*) FROM tiny_dancer.engine WHERE seen_at > now() - interval '15 seconds'));
    models := answer.models;
    kernels := answer.kernels;
    uptime := answer.uptime;
    circuits := (SELECT coalesce(jsonb_object_agg(agent, circuit), '{}')
                 FROM tiny_dancer.agent_circuit
                 WHERE tenant = tiny_dancer.current_tenant());
    RETURN NEXT;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_engine_status() IS
    'What the engine that answers this session runs, how many engines there are, and each agent''s circuit. Errors: TD500, TD503';
