-- Several agents for one request, and many requests at once.
--
-- One exchange with the engine brings all rows; a data-modifying WITH writes them to the log and hands them on. The ids of
-- the decisions are the engine's, counted on from the one that the call brings, so that all are of one time, and a repeated
-- call has the same ones.

COMMENT ON COLUMN tiny_dancer.decision.optimize_for IS 'What the caller optimised for; total_cost for a batch as a whole, and the strategy for a step of a plan of several agents';
COMMENT ON COLUMN tiny_dancer.decision.alternatives IS 'The agents that came next, with their figures; null where the agent was chosen in a batch or a plan';

CREATE OR REPLACE FUNCTION tiny_dancer.plan_answer() RETURNS TABLE (
    step int,
    agent_name text,
    role text,
    confidence float8,
    estimated_cost float8,
    estimated_latency_ms float8,
    decision_id uuid,
    plan_cost float8,
    plan_latency_ms float8,
    plan_quality float8,
    expected_quality float8,
    reasoning text,
    category text,
    input_tokens int,
    output_tokens int,
    embedding bytea
)
LANGUAGE sql VOLATILE
AS $function$
    SELECT *
    FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS row (
        step int, agent_name text, role text, confidence float8, estimated_cost float8,
        estimated_latency_ms float8, decision_id uuid, plan_cost float8, plan_latency_ms float8,
        plan_quality float8, expected_quality float8, reasoning text, category text,
        input_tokens int, output_tokens int, embedding bytea)
    UNION ALL
    SELECT *
    FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS end_of_answer (
        step int, agent_name text, role text, confidence float8, estimated_cost float8,
        estimated_latency_ms float8, decision_id uuid, plan_cost float8, plan_latency_ms float8,
        plan_quality float8, expected_quality float8, reasoning text, category text,
        input_tokens int, output_tokens int, embedding bytea)
$function$;
COMMENT ON FUNCTION tiny_dancer.plan_answer() IS
    'Fetches the engine''s answer to route_multi';

CREATE OR REPLACE FUNCTION tiny_dancer.batch_answer() RETURNS TABLE (
    request_index int,
    agent_name text,
    confidence float8,
    estimated_cost float8,
    estimated_latency_ms float8,
    expected_quality float8,
    decision_id uuid,
    error text,
    reasoning text,
    category text,
    input_tokens int,
    output_tokens int,
    embedding bytea
)
LANGUAGE sql VOLATILE
AS $function$
    SELECT *
    FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS row (
        request_index int, agent_name text, confidence float8, estimated_cost float8,
        estimated_latency_ms float8, expected_quality float8, decision_id uuid, error text,
        reasoning text, category text, input_tokens int, output_tokens int, embedding bytea)
    UNION ALL
    SELECT *
    FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS end_of_answer (
        request_index int, agent_name text, confidence float8, estimated_cost float8,
        estimated_latency_ms float8, expected_quality float8, decision_id uuid, error text,
        reasoning text, category text, input_tokens int, output_tokens int, embedding bytea)
$function$;
COMMENT ON FUNCTION tiny_dancer.batch_answer() IS
    'Fetches the engine''s answer to batch_route';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_route_multi(
    request text,
    num_agents int = 3,
    strategy text = 'ensemble',
    required_capabilities text[] = NULL,
    max_cost float8 = NULL,
    max_latency_ms float8 = NULL,
    min_quality float8 = NULL,
    excluded_agents text[] = NULL,
    budget_remaining float8 = NULL,
    tags text[] = NULL,
    expected_output_tokens int = NULL
) RETURNS TABLE (
    step int,
    agent_name text,
    role text,
    confidence float8,
    estimated_cost float8,
    estimated_latency_ms float8,
    decision_id uuid,
    plan_cost float8,
    plan_latency_ms float8,
    plan_quality float8
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 3
AS $function$
#variable_conflict use_variable
DECLARE
    log constant text := tiny_dancer.log_of_call();
    notice text;
BEGIN
    PERFORM tiny_dancer.check_text('request', request);
    PERFORM tiny_dancer.check_given('num_agents', num_agents);
    IF num_agents NOT BETWEEN 1 AND 20 THEN
        PERFORM tiny_dancer.reject('num_agents', num_agents::text, 'must be between 1 and 20');
    END IF;
    PERFORM tiny_dancer.check_one_of('strategy', strategy, ARRAY['pipeline', 'parallel', 'ensemble']);
    PERFORM tiny_dancer.check_constraints(
        required_capabilities, max_cost, max_latency_ms, min_quality, excluded_agents, budget_remaining, tags,
        expected_output_tokens);
    notice := tiny_dancer.exchange(
        'route_multi',
        json_build_object(
            'request', request,
            'num_agents', num_agents,
            'strategy', strategy,
            'required_capabilities', required_capabilities,
            'max_cost', max_cost,
            'max_latency_ms', max_latency_ms,
            'min_quality', min_quality,
            'excluded_agents', excluded_agents,
            'budget_remaining', budget_remaining,
            'tags', tags,
            'expected_output_tokens', expected_output_tokens),
        tiny_dancer.new_decision_id(clock_timestamp()), log);
    IF log = 'sync' THEN
        RETURN QUERY
            WITH answer AS MATERIALIZED (
                SELECT * FROM tiny_dancer.plan_answer()
            ), logged AS (
                INSERT INTO tiny_dancer.decision (
                    tenant, decided_at, decision_id, agent, optimize_for, category, confidence, estimated_cost,
                    estimated_latency_ms, expected_quality, input_tokens, output_tokens, reasoning, tags,
                    request_hash, request, embedding)
                SELECT caller.tenant, tiny_dancer.decision_time(answer.decision_id), answer.decision_id,
                       answer.agent_name, strategy, answer.category, answer.confidence, answer.estimated_cost,
                       answer.estimated_latency_ms, answer.expected_quality, answer.input_tokens,
                       answer.output_tokens, answer.reasoning, tags, sha256(convert_to(request, 'UTF8')),
                       CASE WHEN tiny_dancer.parameter_of('log_requests', 'off') = 'on' THEN request END,
                       answer.embedding
                FROM answer
                CROSS JOIN tiny_dancer.caller
            )
            SELECT answer.step, answer.agent_name, answer.role, answer.confidence, answer.estimated_cost,
                   answer.estimated_latency_ms, answer.decision_id, answer.plan_cost, answer.plan_latency_ms,
                   answer.plan_quality
            FROM answer
            ORDER BY answer.step;
    ELSE
        RETURN QUERY
            SELECT answer.step, answer.agent_name, answer.role, answer.confidence, answer.estimated_cost,
                   answer.estimated_latency_ms, answer.decision_id, answer.plan_cost, answer.plan_latency_ms,
                   answer.plan_quality
            FROM tiny_dancer.plan_answer() AS answer
            ORDER BY answer.step;
    END IF;
    IF notice IS NOT NULL THEN
        RAISE NOTICE '%', notice;
    END IF;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_route_multi(
    text, int, text, text[], float8, float8, float8, text[], float8, text[], int) IS
    'Several agents for one request: pipeline (stages one after the other), parallel (parts at once) or ensemble (all answer, the majority counts). Each step is logged as a decision of its own. Fewer agents than asked for: a notice. Errors: 22004, 22023, TD404, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_batch_route(
    requests text[],
    optimize_for text = 'balanced',
    max_total_cost float8 = NULL,
    min_mean_quality float8 = NULL,
    required_capabilities text[] = NULL,
    max_cost float8 = NULL,
    max_latency_ms float8 = NULL,
    min_quality float8 = NULL,
    excluded_agents text[] = NULL,
    budget_remaining float8 = NULL,
    tags text[] = NULL,
    expected_output_tokens int = NULL
) RETURNS TABLE (
    request_index int,
    request text,
    agent_name text,
    confidence float8,
    estimated_cost float8,
    estimated_latency_ms float8,
    expected_quality float8,
    decision_id uuid,
    error text
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 100
AS $function$
#variable_conflict use_variable
DECLARE
    log constant text := tiny_dancer.log_of_call();
    longest constant int := 1000000;
    notice text;
BEGIN
    PERFORM tiny_dancer.check_given('requests', requests);
    IF array_ndims(requests) > 1 THEN
        PERFORM tiny_dancer.reject('requests', array_dims(requests), 'must have one dimension');
    END IF;
    PERFORM tiny_dancer.check_one_of('optimize_for', optimize_for,
        ARRAY['cost', 'latency', 'quality', 'balanced', 'quality_per_dollar', 'total_cost']);
    PERFORM tiny_dancer.check_figure('max_total_cost', max_total_cost);
    PERFORM tiny_dancer.check_figure('min_mean_quality', min_mean_quality, 1);
    PERFORM tiny_dancer.check_constraints(
        required_capabilities, max_cost, max_latency_ms, min_quality, excluded_agents, budget_remaining, tags,
        expected_output_tokens);
    IF cardinality(requests) = 0 THEN
        RETURN;
    END IF;
    -- One text that is far too long would make the whole message too long: the engine only has to see that it is.
    notice := tiny_dancer.exchange(
        'batch_route',
        json_build_object(
            'requests', (SELECT json_agg(left(element.request, longest + 1) ORDER BY element.place)
                         FROM unnest(requests) WITH ORDINALITY AS element (request, place)),
            'optimize_for', optimize_for,
            'max_total_cost', max_total_cost,
            'min_mean_quality', min_mean_quality,
            'required_capabilities', required_capabilities,
            'max_cost', max_cost,
            'max_latency_ms', max_latency_ms,
            'min_quality', min_quality,
            'excluded_agents', excluded_agents,
            'budget_remaining', budget_remaining,
            'tags', tags,
            'expected_output_tokens', expected_output_tokens),
        tiny_dancer.new_decision_id(clock_timestamp()), log);
    IF log = 'sync' THEN
        RETURN QUERY
            WITH answer AS MATERIALIZED (
                SELECT answered.*, element.request
                FROM unnest(requests) WITH ORDINALITY AS element (request, place)
                JOIN tiny_dancer.batch_answer() AS answered ON answered.request_index = element.place
            ), logged AS (
                INSERT INTO tiny_dancer.decision (
                    tenant, decided_at, decision_id, agent, optimize_for, category, confidence, estimated_cost,
                    estimated_latency_ms, expected_quality, input_tokens, output_tokens, reasoning, tags,
                    request_hash, request, embedding)
                SELECT caller.tenant, tiny_dancer.decision_time(answer.decision_id), answer.decision_id,
                       answer.agent_name,
                       CASE WHEN max_total_cost IS NULL AND min_mean_quality IS NULL THEN optimize_for
                            ELSE 'total_cost' END,
                       answer.category, answer.confidence, answer.estimated_cost, answer.estimated_latency_ms,
                       answer.expected_quality, answer.input_tokens, answer.output_tokens, answer.reasoning, tags,
                       sha256(convert_to(answer.request, 'UTF8')),
                       CASE WHEN tiny_dancer.parameter_of('log_requests', 'off') = 'on' THEN answer.request END,
                       answer.embedding
                FROM answer
                CROSS JOIN tiny_dancer.caller
                WHERE answer.error IS NULL
            )
            SELECT answer.request_index, answer.request, answer.agent_name, answer.confidence, answer.estimated_cost,
                   answer.estimated_latency_ms, answer.expected_quality, answer.decision_id, answer.error
            FROM answer
            ORDER BY answer.request_index;
    ELSE
        RETURN QUERY
            SELECT answer.request_index, element.request, answer.agent_name, answer.confidence, answer.estimated_cost,
                   answer.estimated_latency_ms, answer.expected_quality, answer.decision_id, answer.error
            FROM unnest(requests) WITH ORDINALITY AS element (request, place)
            JOIN tiny_dancer.batch_answer() AS answer ON answer.request_index = element.place
            ORDER BY answer.request_index;
    END IF;
    IF notice IS NOT NULL THEN
        RAISE NOTICE '%', notice;
    END IF;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_batch_route(
    text[], text, float8, float8, text[], float8, float8, float8, text[], float8, text[], int) IS
    'Routes many requests in one round trip, each by itself or, with total_cost or a bound on the whole, in one optimisation: the least cost for min_mean_quality (0.8), the best quality for max_total_cost. What fails fails in its own row. Errors: 22004, 22023, TD500, TD503; in rows 22004, 22023, TD402, TD404';
