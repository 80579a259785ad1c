-- How a monthly budget is best spread: the log says what a month brings, the engine solves the linear programme.

CREATE OR REPLACE FUNCTION tiny_dancer.request_mix(tenant text) RETURNS json
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_column
DECLARE
    since constant timestamptz := now() - interval '30 days';
    first_request timestamptz;
BEGIN
    SELECT least(
        (SELECT min(hourly.hour) FROM tiny_dancer.decision_hourly AS hourly
         WHERE hourly.tenant = request_mix.tenant AND hourly.group_by = 'tenant' AND hourly.hour >= since),
        (SELECT decision.decided_at FROM tiny_dancer.decision
         WHERE decision.tenant = request_mix.tenant AND decision.decided_at >= since
         ORDER BY decision.decided_at LIMIT 1))
    INTO first_request;
    RETURN json_build_object(
        'counts', (SELECT coalesce(json_object_agg(summary.group_key, summary.total_requests), '{}')
                   FROM tiny_dancer.log_summary(request_mix.tenant, since, 'category') AS summary
                   WHERE summary.group_key <> '(none)'),
        'observed_ms', coalesce(greatest(0, floor(date_part('epoch', now() - first_request) * 1000)::bigint), 0),
        'sample', (SELECT coalesce(json_agg(json_build_object(
                              'category', latest.category,
                              'input_tokens', latest.input_tokens,
                              'embedding', encode(latest.embedding, 'hex'))), '[]')
                   FROM (SELECT decision.category, decision.input_tokens, decision.embedding
                         FROM tiny_dancer.decision
                         WHERE decision.tenant = request_mix.tenant
                           AND decision.decided_at >= since
                           AND decision.category IS NOT NULL
                           AND decision.input_tokens IS NOT NULL
                           AND decision.embedding IS NOT NULL
                         ORDER BY decision.decided_at DESC
                         LIMIT 500) AS latest));
END
$function$;
COMMENT ON FUNCTION tiny_dancer.request_mix(text) IS
    'What a tenant''s requests of the last 30 days were: how many of each category, in what time, and the latest 500';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_optimize_budget(
    monthly_budget float8,
    quality_threshold float8 = 0.8,
    latency_threshold_ms float8 = 5000,
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.budget_allocation
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 20
AS $function$
DECLARE
    mix constant json := tiny_dancer.request_mix(tiny_dancer.current_tenant());
    answer constant tiny_dancer.engine_answer := tiny_dancer.exchange(
        'optimize_budget',
        json_build_object(
            'monthly_budget', monthly_budget,
            'quality_threshold', quality_threshold,
            'latency_threshold_ms', latency_threshold_ms,
            'options', options,
            'counts', mix -> 'counts',
            'observed_ms', mix -> 'observed_ms',
            'sample', mix -> 'sample'));
    problem constant text[] := coalesce(tiny_dancer.options_problem(options), answer.problem);
BEGIN
    ${raise_problem}
    RETURN QUERY
        SELECT (answered.result).*
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
            result tiny_dancer.budget_allocation, log_row text);
    IF answer.notice IS NOT NULL THEN
        RAISE NOTICE '%', answer.notice;
    END IF;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_optimize_budget(float8, float8, float8, jsonb) IS
    'Spreads a monthly budget over the active agents so that the requests of a month, as the last 30 days lead to expect them, are answered with the most quality. Errors: 22004, 22023, TD404, TD500, TD503';
