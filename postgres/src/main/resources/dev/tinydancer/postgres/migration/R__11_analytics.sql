-- What the log says: from the hourly sums, and from the log itself where these do not reach or do not fit.
--
-- The sums are by hour of UTC. Read from the log instead are: the hours that are not added up yet; those in which something
-- was written since; the first one when the time asked for begins within it; and those that a day or an hour of the
-- session's time zone begins within, as in Kathmandu. Hours older than the log itself are only in the sums.

CREATE OR REPLACE FUNCTION tiny_dancer.local_key(moment timestamptz, unit text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE unit
    WHEN 'hour' THEN to_char(date_trunc('hour', moment), 'YYYY-MM-DD HH24:MI:SSOF')
    WHEN 'day' THEN to_char(moment, 'YYYY-MM-DD')
END;
COMMENT ON FUNCTION tiny_dancer.local_key(timestamptz, text) IS
    'The hour or the day of the session''s time zone in which a moment lies; null for any other unit. An hour that the clocks go through twice has two keys';

CREATE OR REPLACE FUNCTION tiny_dancer.log_spans(since timestamptz, unit text)
RETURNS TABLE (span_begin timestamptz, span_end timestamptz)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_variable
DECLARE
    hour_length constant interval := interval '1 hour';
    kept_from constant timestamptz := tiny_dancer.log_kept_from();
    summed_before timestamptz;
    summed pg_snapshot;
    known_before xid8;
    -- What has a higher number came from another cluster by a dump, and is not new.
    known_after constant xid8 := pg_snapshot_xmax(pg_current_snapshot());
    tail_begin timestamptz;
BEGIN
    SELECT hours_before, added_up, tiny_dancer.first_unseen(added_up) INTO summed_before, summed, known_before
    FROM tiny_dancer.rollup_progress;
    tail_begin := greatest(since, summed_before);

    RETURN QUERY
        WITH apart AS (
            SELECT date_trunc('hour', written.decided_at, 'UTC') AS hour
            FROM tiny_dancer.log_write AS written
            WHERE written.xid >= known_before AND written.xid < known_after
              AND NOT pg_visible_in_snapshot(written.xid, summed)
              AND written.decided_at >= since AND written.decided_at < summed_before
            UNION
            SELECT changed_hour.hour
            FROM tiny_dancer.changed_hour
            WHERE changed_hour.hour >= date_trunc('hour', since, 'UTC') AND changed_hour.hour < summed_before
            UNION
            SELECT date_trunc('hour', since, 'UTC')
            WHERE since > date_trunc('hour', since, 'UTC') AND since >= kept_from
            UNION
            SELECT DISTINCT hourly.hour
            FROM tiny_dancer.decision_hourly AS hourly
            WHERE unit IS NOT NULL
              AND hourly.group_by = 'tenant'
              AND hourly.hour >= greatest(since, kept_from)
              AND tiny_dancer.local_key(hourly.hour, unit)
                  <> tiny_dancer.local_key(hourly.hour + hour_length - interval '1 microsecond', unit)
        ), piece AS (
            SELECT apart.hour AS piece_begin, apart.hour + hour_length AS piece_end
            FROM apart
            WHERE apart.hour < summed_before
        )
        SELECT greatest(since, cut.cut_begin), cut.cut_end
        FROM piece
        CROSS JOIN LATERAL (
            SELECT date_trunc(unit, piece.piece_end - interval '1 microsecond') AS boundary
        ) AS next
        CROSS JOIN LATERAL (
            SELECT piece.piece_begin AS cut_begin,
                   CASE WHEN next.boundary > piece.piece_begin THEN next.boundary ELSE piece.piece_end END AS cut_end
            UNION ALL
            SELECT next.boundary, piece.piece_end WHERE next.boundary > piece.piece_begin
        ) AS cut
        WHERE cut.cut_end > since;

    IF unit IS NULL OR tail_begin > now() THEN
        RETURN QUERY SELECT tail_begin, 'infinity'::timestamptz;
    ELSE
        RETURN QUERY
            SELECT greatest(tail_begin, unit_begin), lead(unit_begin, 1, 'infinity') OVER (ORDER BY unit_begin)
            FROM generate_series(date_trunc(unit, tail_begin), now(), ('1 ' || unit)::interval) AS unit_begin;
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.log_spans(timestamptz, text) IS
    'The times since then that are to be read from the log and not from tiny_dancer.decision_hourly, each within one hour or day of the session''s time zone when that is the unit';

CREATE OR REPLACE FUNCTION tiny_dancer.log_summary(tenant text, since timestamptz, group_by text)
RETURNS TABLE (
    group_key text,
    total_requests bigint,
    completed_requests bigint,
    total_cost float8,
    avg_latency_ms float8,
    p99_latency_ms float8,
    success_rate float8,
    attempts bigint,
    mean_quality float8,
    cost_of_best float8,
    cost_of_dearest float8
)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_custom_plan
-- The planner takes the groups for one or two, and would go through all histograms for each of them.
SET enable_nestloop = off
-- Compiling such a statement takes longer than running it.
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
    unit constant text := CASE WHEN group_by IN ('hour', 'day') THEN group_by END;
    summed_by constant text := CASE WHEN unit IS NULL THEN group_by ELSE 'tenant' END;
    span_begins timestamptz[];
    span_ends timestamptz[];
    hours_apart timestamptz[];
    sums_before constant timestamptz := (SELECT hours_before FROM tiny_dancer.rollup_progress);
BEGIN
    SELECT array_agg(span.span_begin), array_agg(span.span_end),
           coalesce(array_agg(DISTINCT date_trunc('hour', span.span_begin, 'UTC')), '{}')
    INTO span_begins, span_ends, hours_apart
    FROM tiny_dancer.log_spans(since, unit) AS span;

    RETURN QUERY
        WITH apart AS MATERIALIZED (
            SELECT sums.group_key, span.span_begin, sums.total_requests, sums.completed_requests, sums.successes,
                   sums.total_cost, sums.latency_sum_ms, sums.latencies, sums.p99_bucket, sums.latency_buckets,
                   sums.latency_counts, sums.attempts, sums.quality_sum, sums.judged, sums.cost_of_best,
                   sums.cost_of_dearest
            FROM unnest(span_begins, span_ends) AS span (span_begin, span_end)
            CROSS JOIN LATERAL tiny_dancer.log_sums(
                span.span_begin, span.span_end, log_summary.tenant, summed_by) AS sums
        ), part AS NOT MATERIALIZED (
            -- Read anew wherever it is asked for, which is cheaper than to keep all of its histograms.
            SELECT hourly.group_key AS summed_key, hourly.hour AS moment, hourly.total_requests,
                   hourly.completed_requests, hourly.successes, hourly.total_cost, hourly.latency_sum_ms,
                   hourly.latencies, hourly.p99_bucket, hourly.latency_buckets, hourly.latency_counts,
                   hourly.attempts, hourly.quality_sum, hourly.judged, hourly.cost_of_best, hourly.cost_of_dearest
            FROM tiny_dancer.decision_hourly AS hourly
            WHERE hourly.tenant = log_summary.tenant
              AND hourly.group_by = summed_by
              AND hourly.hour >= date_trunc('hour', since, 'UTC')
              AND hourly.hour < sums_before
              AND hourly.hour <> ALL (hours_apart)
            UNION ALL
            SELECT * FROM apart
        ), keyed AS NOT MATERIALIZED (
            SELECT coalesce(tiny_dancer.local_key(part.moment, unit), part.summed_key) AS group_key, part.*
            FROM part
        ), total AS (
            SELECT group_key, sum(total_requests)::bigint AS requests, sum(completed_requests)::bigint AS completed,
                   sum(successes) AS successes, sum(total_cost) AS cost, sum(latency_sum_ms) AS latency_sum,
                   sum(latencies)::bigint AS latencies, sum(attempts)::bigint AS attempts,
                   sum(quality_sum) / nullif(sum(judged), 0)::float8 AS mean_quality, sum(cost_of_best) AS cost_of_best,
                   sum(cost_of_dearest) AS cost_of_dearest
            FROM keyed
            GROUP BY group_key
        ), known AS (
            -- Of n latencies, so many are at or above the bucket of their own percentile.
            SELECT group_key, p99_bucket, sum(latencies - ceil(0.99 * latencies) + 1) AS latencies
            FROM keyed
            WHERE latencies > 0
            GROUP BY group_key, p99_bucket
        ), lowest AS (
            -- Where the known ones are more than those above the percentile of all, that cannot be lower.
            SELECT counted.group_key, max(counted.p99_bucket) AS bucket
            FROM (SELECT known.group_key, known.p99_bucket,
                         sum(known.latencies) OVER (PARTITION BY known.group_key ORDER BY known.p99_bucket DESC) AS latencies
                  FROM known) AS counted
            JOIN total ON total.group_key = counted.group_key
            WHERE counted.latencies > total.latencies - ceil(0.99 * total.latencies)
            GROUP BY counted.group_key
        ), bucket AS (
            SELECT entry.group_key, entry.bucket, sum(entry.latencies) AS latencies
            FROM (SELECT keyed.group_key,
                         unnest(keyed.latency_buckets[place.first:]) AS bucket,
                         unnest(keyed.latency_counts[place.first:]) AS latencies
                  FROM keyed
                  JOIN lowest ON lowest.group_key = keyed.group_key
                  CROSS JOIN LATERAL (
                      SELECT width_bucket(lowest.bucket - 1, keyed.latency_buckets) + 1 AS first
                  ) AS place
                  WHERE place.first <= cardinality(keyed.latency_buckets)) AS entry
            GROUP BY entry.group_key, entry.bucket
        ), percentile AS (
            SELECT above.group_key, min(above.bucket) AS bucket
            FROM (SELECT bucket.group_key, bucket.bucket,
                         sum(bucket.latencies) OVER (PARTITION BY bucket.group_key ORDER BY bucket.bucket DESC)
                         - bucket.latencies AS latencies
                  FROM bucket) AS above
            JOIN total ON total.group_key = above.group_key
            WHERE above.latencies <= total.latencies - ceil(0.99 * total.latencies)
            GROUP BY above.group_key
        )
        SELECT total.group_key, total.requests, total.completed, total.cost,
               total.latency_sum / nullif(total.latencies, 0)::float8,
               tiny_dancer.latency_of_bucket(percentile.bucket),
               total.successes::float8 / nullif(total.completed, 0), total.attempts, total.mean_quality,
               total.cost_of_best, total.cost_of_dearest
        FROM total
        LEFT JOIN percentile ON percentile.group_key = total.group_key
        ORDER BY CASE WHEN unit IS NULL THEN -total.requests END, total.group_key;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.log_summary(text, timestamptz, text) IS
    'What a tenant''s log says since then, by agent, category, route, tag, tenant, hour or day';

CREATE OR REPLACE FUNCTION tiny_dancer.time_range_problem(time_range text) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    RETURN coalesce(
        tiny_dancer.text_problem('time_range', time_range),
        -- Since PostgreSQL 17 there is one without end.
        CASE WHEN NOT isfinite(time_range::interval)
             THEN tiny_dancer.invalid('time_range', time_range, 'must be finite') END,
        CASE WHEN now() - time_range::interval >= now()
             THEN tiny_dancer.invalid('time_range', time_range, 'must be more than no time') END);
EXCEPTION WHEN invalid_datetime_format OR datetime_field_overflow THEN
    RETURN ARRAY['22023', format('time_range must be an interval, got "%s"', tiny_dancer.shown(time_range)), NULL,
                 'Valid are, for example: 90 minutes, 7 days, 1 month.'];
END
$function$;
COMMENT ON FUNCTION tiny_dancer.time_range_problem(text) IS 'It must be an interval of more than no time, and not go beyond the beginning of time';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_routing_analytics(
    time_range text = '7 days',
    group_by text = 'agent',
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.routing_figures
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 20
AS $function$
#variable_conflict use_variable
DECLARE
    span constant text := coalesce(time_range, '7 days');
    grouped_by constant text := coalesce(group_by, 'agent');
    problem constant text[] := coalesce(
        tiny_dancer.time_range_problem(span),
        tiny_dancer.one_of_problem('group_by', grouped_by,
                                   ARRAY['agent', 'category', 'route', 'tag', 'tenant', 'hour', 'day']),
        tiny_dancer.options_problem(options));
BEGIN
    ${raise_problem}
    RETURN QUERY
        SELECT CASE WHEN grouped_by = 'agent' THEN summary.group_key END, summary.group_key, summary.total_requests,
               summary.completed_requests, summary.total_cost, summary.avg_latency_ms, summary.p99_latency_ms,
               summary.success_rate, summary.attempts, summary.mean_quality, summary.cost_of_best,
               summary.cost_of_dearest
        FROM tiny_dancer.log_summary(tiny_dancer.current_tenant(), now() - span::interval, grouped_by) AS summary;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_routing_analytics(text, text, jsonb) IS
    'What the log says of the last time_range (any interval), by agent, category, route, tag, tenant, hour or day. Hours and days are those of the session''s time zone. A request that was asked again (retry_of) is one request with several attempts. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_routing_stats() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
BEGIN
    RETURN (
        SELECT jsonb_build_object(
                   'tenant', caller_tenant,
                   'agents', (SELECT jsonb_build_object(
                                         'registered', count(*),
                                         'active', count(*) FILTER (WHERE agent.active),
                                         'open_circuits', count(*) FILTER (WHERE circuit.circuit = 'open'))
                              FROM tiny_dancer.agent
                              JOIN tiny_dancer.circuits(caller_tenant) AS circuit ON circuit.agent = agent.name
                              WHERE agent.tenant = caller_tenant))
               || jsonb_object_agg(
                      period.name,
                      jsonb_build_object(
                          'total_requests', coalesce(summary.total_requests, 0),
                          'completed_requests', coalesce(summary.completed_requests, 0),
                          'total_cost', coalesce(summary.total_cost, 0),
                          'avg_latency_ms', summary.avg_latency_ms,
                          'p99_latency_ms', summary.p99_latency_ms,
                          'success_rate', summary.success_rate,
                          'attempts', coalesce(summary.attempts, 0),
                          'mean_quality', summary.mean_quality,
                          'cost_of_best', coalesce(summary.cost_of_best, 0),
                          'cost_of_dearest', coalesce(summary.cost_of_dearest, 0)))
        FROM (VALUES ('last_hour', now() - interval '1 hour'),
                     ('last_day', now() - interval '1 day'),
                     ('all_time', '-infinity')) AS period (name, since)
        LEFT JOIN LATERAL tiny_dancer.log_summary(caller_tenant, period.since, 'tenant') AS summary ON true);
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_routing_stats() IS
    'A summary as a JSON object: the number of agents, and what was routed in the last_hour, the last_day and of all_time';
