-- Several agents for one request, and many requests at once.
--
-- One exchange with the engine brings all rows, or those of a slice of a large batch; a data-modifying WITH writes them to the
-- log and hands them on. The ids of the decisions are the engine's, counted on from the one that the exchange brings, so that
-- all are of one time, and a repeated exchange has the same ones.

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
    expected_output_tokens int = NULL,
    min_relative_quality float8 = NULL,
    needs text[] = NULL,
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.plan_step
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 3
AS $function$
DECLARE
    arguments constant tiny_dancer.routing_arguments := ROW (
        request, NULL, required_capabilities, max_cost, max_latency_ms, min_quality, excluded_agents,
        budget_remaining, tags, expected_output_tokens, options, min_relative_quality,
        current_setting('tiny_dancer.explore', true), NULL, NULL, NULL, needs);
    log constant text := tiny_dancer.log_of_call();
    answer constant tiny_dancer.engine_answer := tiny_dancer.exchange(
        'route_multi',
        json_build_object('num_agents', num_agents, 'strategy', strategy, 'each', arguments),
        log);
    problem constant text[] := tiny_dancer.routing_problem(answer.problem, arguments);
BEGIN
    ${raise_problem}
    -- PostgreSQL refuses an INSERT in a read-only transaction, even of no row.
    IF log = 'sync' THEN
        RETURN QUERY
            WITH answered AS MATERIALIZED (
                SELECT *
                FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
                    result tiny_dancer.plan_step, log_row tiny_dancer.logged_decision)
            ), logged AS (
                INSERT INTO tiny_dancer.logged_decision SELECT (answered.log_row).* FROM answered
            )
            SELECT (answered.result).* FROM answered;
    ELSE
        RETURN QUERY
            SELECT (answered.result).*
            FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
                result tiny_dancer.plan_step, log_row text);
    END IF;
    IF answer.notice IS NOT NULL THEN
        RAISE NOTICE '%', answer.notice;
    END IF;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_route_multi(
    text, int, text, text[], float8, float8, float8, text[], float8, text[], int, float8, text[], jsonb) IS
    'Several agents for one request: pipeline (stages one after the other), parallel (parts at once) or ensemble (all answer, the majority counts). Each step is logged as a decision of its own. Fewer agents than asked for: a notice. Errors: 22004, 22023, TD404, TD500, TD503';

CREATE OR REPLACE FUNCTION tiny_dancer.most_requests_together(tenant text) RETURNS int
LANGUAGE sql STABLE
AS $function$
    SELECT greatest(1, least(10000, 250000 / greatest(1, count(*))))::int
    FROM tiny_dancer.agent
    WHERE agent.tenant = most_requests_together.tenant
$function$;
COMMENT ON FUNCTION tiny_dancer.most_requests_together(text) IS
    'How many requests of a batch an engine optimises in one: what each agent would bring for each of them takes it 200 bytes, 50 MB in all';

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
    expected_output_tokens int = NULL,
    min_relative_quality float8 = NULL,
    needs text[] = NULL,
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.batch_decision
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 100
AS $function$
DECLARE
    log constant text := tiny_dancer.log_of_call();
    whole constant boolean :=
        optimize_for = 'total_cost' OR max_total_cost IS NOT NULL OR min_mean_quality IS NOT NULL;
    arguments tiny_dancer.routing_arguments := ROW (
        NULL, optimize_for, required_capabilities, max_cost, max_latency_ms, min_quality, excluded_agents,
        budget_remaining, tags, expected_output_tokens, options, min_relative_quality,
        current_setting('tiny_dancer.explore', true), NULL, NULL, NULL, needs);
    part record;
    share float8;
    spent float8 := 0;
    decided tiny_dancer.batch_decision[];
    answer tiny_dancer.engine_answer;
    notices text[] := '{}'::text[];
    told timestamptz := clock_timestamp();
    problem text[] := tiny_dancer.texts_problem('requests', requests);
BEGIN
    ${raise_problem}
    -- What is optimised as a whole has to be in one slice, as far as the engine's memory goes.
    FOR part IN SELECT * FROM tiny_dancer.text_slices(
        requests, CASE WHEN whole THEN tiny_dancer.most_requests_together(tiny_dancer.current_tenant()) ELSE 1000 END,
        5000000) LOOP
        -- Money for all is for the slices after this one, too, where all are optimised; what it leaves is theirs.
        share := CASE WHEN whole
                      THEN part.number / (cardinality(requests) - part.first_place + 1)::float8 ELSE 1 END;
        arguments.budget_remaining := share * (budget_remaining - least(spent, greatest(0, budget_remaining)));
        answer := tiny_dancer.bulk_exchange(
            'batch_route',
            json_build_object(
                'requests', part.slice,
                'max_total_cost', share * (max_total_cost - least(spent, greatest(0, max_total_cost))),
                'min_mean_quality', min_mean_quality,
                'each', arguments),
            log,
            -- Deciding and logging take a fraction of a millisecond each.
            more_time_ms := 2 * part.number);
        problem := tiny_dancer.routing_problem(answer.problem, arguments);
        ${raise_problem}
        -- PostgreSQL refuses an INSERT in a read-only transaction, even of no row.
        IF log = 'sync' THEN
            WITH answered AS MATERIALIZED (
                SELECT *
                FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
                    result tiny_dancer.batch_decision, log_row tiny_dancer.logged_decision)
            ), logged AS (
                INSERT INTO tiny_dancer.logged_decision
                SELECT (answered.log_row).* FROM answered WHERE NOT answered.log_row IS NULL
            )
            SELECT array_agg(answered.result) INTO decided FROM answered;
        ELSE
            SELECT array_agg(answered.result) INTO decided
            FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
                result tiny_dancer.batch_decision, log_row text);
        END IF;
        spent := spent + (SELECT coalesce(sum(decision.estimated_cost), 0) FROM unnest(decided) AS decision);
        RETURN QUERY
            SELECT part.first_place - 1 + decision.request_index, decision.request, decision.agent_name,
                   decision.confidence, decision.estimated_cost, decision.estimated_latency_ms,
                   decision.expected_quality, decision.decision_id, decision.error, decision.reasoning
            FROM unnest(decided) AS decision
            ORDER BY decision.request_index;
        IF answer.notice IS NOT NULL AND answer.notice <> ALL (notices) THEN
            RAISE NOTICE '%', answer.notice;
            notices := notices || answer.notice;
        END IF;
        IF clock_timestamp() > told + interval '1 second' THEN
            RAISE NOTICE '% of % requests are routed', part.first_place - 1 + part.number, cardinality(requests);
            told := clock_timestamp();
        END IF;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_batch_route(
    text[], text, float8, float8, text[], float8, float8, float8, text[], float8, text[], int, float8, text[], jsonb) IS
    'Routes many requests, each by itself, or, with total_cost or a bound on the whole, in one optimisation: the least cost for min_mean_quality (0.8), the best quality for max_total_cost. What fails fails in its own row. A round trip for each thousand, or for each ten thousand that are optimised together, fewer with more than 25 agents, and a notice each second. Errors: 22004, 22023, TD500, TD503; in rows 22004, 22023, TD402, TD404';
