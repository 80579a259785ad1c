-- What was routed, over time: as tiny_dancer.log_summary, by hours or days and one grouping at once.

CREATE OR REPLACE FUNCTION tiny_dancer.buckets_at(
    buckets int[],
    counts bigint[],
    latencies bigint,
    VARIADIC shares float8[]
) RETURNS int[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $function$
DECLARE
    reached int[] := ARRAY[]::int[];
    passed bigint := 0;
    place int := 0;
    part bigint;
BEGIN
    FOREACH part IN ARRAY counts LOOP
        place := place + 1;
        passed := passed + part;
        WHILE passed >= shares[cardinality(reached) + 1] * latencies LOOP
            reached := reached || buckets[place];
        END LOOP;
        EXIT WHEN cardinality(reached) = cardinality(shares);
    END LOOP;
    RETURN reached;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.buckets_at(int[], bigint[], bigint, float8[]) IS
    'Of a histogram of so many latencies, its buckets ascending, the buckets in which these shares of them are reached, ascending, too';

CREATE OR REPLACE FUNCTION tiny_dancer.log_history(
    tenant text,
    since timestamptz,
    until timestamptz,
    unit text,
    group_by text
) RETURNS SETOF tiny_dancer.routing_period
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_custom_plan
-- As tiny_dancer.log_summary.
SET enable_nestloop = off
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
    span_begins timestamptz[];
    span_ends timestamptz[];
    hours_apart timestamptz[];
    sums_before constant timestamptz := (SELECT hours_before FROM tiny_dancer.rollup_progress);
    -- The hour in which the time ends is read from the log where that still has it.
    last_hour constant timestamptz := date_trunc('hour', until, 'UTC');
    cuts_hour constant boolean := until > last_hour AND last_hour < sums_before
                                  AND last_hour >= greatest(since, tiny_dancer.log_kept_from());
BEGIN
    SELECT array_agg(span.span_begin), array_agg(least(span.span_end, until)),
           coalesce(array_agg(DISTINCT date_trunc('hour', span.span_begin, 'UTC')), '{}')
    INTO span_begins, span_ends, hours_apart
    FROM tiny_dancer.log_spans(since, unit) AS span
    WHERE span.span_begin < until;
    IF cuts_hour AND last_hour <> ALL (hours_apart) THEN
        span_begins := span_begins || last_hour;
        span_ends := span_ends || until;
        hours_apart := hours_apart || last_hour;
    END IF;

    RETURN QUERY
        WITH apart AS MATERIALIZED (
            SELECT sums.group_key, span.span_begin AS moment, sums.total_requests, sums.completed_requests,
                   sums.successes, sums.total_cost, sums.latency_sum_ms, sums.latencies, sums.latency_buckets,
                   sums.latency_counts, sums.quality_sum, sums.judged
            FROM unnest(span_begins, span_ends) AS span (span_begin, span_end)
            CROSS JOIN LATERAL tiny_dancer.log_sums(
                span.span_begin, span.span_end, log_history.tenant, log_history.group_by) AS sums
        ), part AS NOT MATERIALIZED (
            SELECT hourly.group_key, hourly.hour AS moment, hourly.total_requests, hourly.completed_requests,
                   hourly.successes, hourly.total_cost, hourly.latency_sum_ms, hourly.latencies,
                   hourly.latency_buckets, hourly.latency_counts, hourly.quality_sum, hourly.judged
            FROM tiny_dancer.decision_hourly AS hourly
            WHERE hourly.tenant = log_history.tenant
              AND hourly.group_by = log_history.group_by
              AND hourly.hour >= date_trunc('hour', since, 'UTC')
              AND hourly.hour < least(sums_before, until)
              AND hourly.hour <> ALL (hours_apart)
            UNION ALL
            SELECT * FROM apart
        ), keyed AS MATERIALIZED (
            SELECT coalesce(date_trunc(unit, part.moment), since) AS period, part.*
            FROM part
        ), total AS MATERIALIZED (
            SELECT period, group_key, count(*) AS parts, sum(total_requests)::bigint AS requests,
                   sum(completed_requests)::bigint AS completed, sum(successes)::bigint AS successes,
                   sum(total_cost) AS cost, sum(latency_sum_ms) AS latency_sum, sum(latencies)::bigint AS latencies,
                   sum(judged)::bigint AS judged, sum(quality_sum) / nullif(sum(judged), 0)::float8 AS mean_quality
            FROM keyed
            GROUP BY period, group_key
        ), histogram AS (
            -- Hour by hour a histogram is there already; adding up thousands of them bucket by bucket took most of the time.
            SELECT keyed.period, keyed.group_key, keyed.latency_buckets AS buckets, keyed.latency_counts::bigint[] AS counts
            FROM keyed
            JOIN total ON total.period = keyed.period AND total.group_key = keyed.group_key
            WHERE total.parts = 1
            UNION ALL
            SELECT bucket.period, bucket.group_key, array_agg(bucket.bucket ORDER BY bucket.bucket),
                   array_agg(bucket.latencies ORDER BY bucket.bucket)
            FROM (
                SELECT entry.period, entry.group_key, entry.bucket, sum(entry.latencies)::bigint AS latencies
                FROM (
                    SELECT keyed.period, keyed.group_key, unnest(keyed.latency_buckets) AS bucket,
                           unnest(keyed.latency_counts) AS latencies
                    FROM keyed
                    JOIN total ON total.period = keyed.period AND total.group_key = keyed.group_key
                    WHERE total.parts > 1
                ) AS entry
                GROUP BY entry.period, entry.group_key, entry.bucket
            ) AS bucket
            GROUP BY bucket.period, bucket.group_key
        )
        SELECT total.period, total.group_key, total.requests, total.completed, total.successes, total.cost,
               total.latency_sum / nullif(total.latencies, 0)::float8,
               tiny_dancer.latency_of_bucket(percentile.buckets[1]), tiny_dancer.latency_of_bucket(percentile.buckets[2]),
               tiny_dancer.latency_of_bucket(percentile.buckets[3]), total.judged, total.mean_quality
        FROM total
        LEFT JOIN histogram ON histogram.period = total.period AND histogram.group_key = total.group_key
        CROSS JOIN LATERAL (
            SELECT tiny_dancer.buckets_at(histogram.buckets, histogram.counts, total.latencies, 0.5, 0.95, 0.99) AS buckets
            OFFSET 0
        ) AS percentile
        ORDER BY total.period, total.requests DESC, total.group_key;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.log_history(text, timestamptz, timestamptz, text, text) IS
    'What a tenant''s log says from the one time until before the other, by hours or days (or, where that is null, as a whole) and by agent, category, route, tag or tenant';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_routing_history(
    time_range text = '7 days',
    period text = 'day',
    group_by text = 'agent',
    until timestamptz = NULL,
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.routing_period
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 200
AS $function$
#variable_conflict use_variable
DECLARE
    span constant text := coalesce(time_range, '7 days');
    unit constant text := coalesce(period, 'day');
    grouped_by constant text := coalesce(group_by, 'agent');
    ends constant timestamptz := coalesce(until, now());
    problem constant text[] := coalesce(
        tiny_dancer.time_range_problem(span),
        tiny_dancer.one_of_problem('period', unit, ARRAY['hour', 'day', 'all']),
        tiny_dancer.one_of_problem('group_by', grouped_by, ARRAY['agent', 'category', 'route', 'tag', 'tenant']),
        CASE WHEN NOT isfinite(ends) THEN tiny_dancer.invalid('until', ends::text, 'must be a time') END,
        tiny_dancer.options_problem(options));
BEGIN
    ${raise_problem}
    RETURN QUERY
        SELECT *
        FROM tiny_dancer.log_history(
            tiny_dancer.current_tenant(), ends - span::interval, ends, nullif(unit, 'all'), grouped_by);
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_routing_history(text, text, text, timestamptz, jsonb) IS
    'What the log says of the time_range (any interval) that ends at until, by default now: one row for each period (hour, day or all) and group (agent, category, route, tag or tenant) in which something was routed. Hours and days are those of the session''s time zone. Errors: 22004, 22023';
