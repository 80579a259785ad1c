-- The hourly sums by what analytics groups by, each for itself. By agent, category and tags together they had a histogram
-- for each combination, of which a busy hour has nearly as many as requests.

ALTER TABLE tiny_dancer.decision_hourly ADD COLUMN group_by text, ADD COLUMN group_key text;

WITH combined AS (
    DELETE FROM tiny_dancer.decision_hourly RETURNING *
), part AS (
    SELECT key.group_by, key.group_key, combined.tenant, combined.hour, combined.total_requests,
           combined.completed_requests, combined.successes, combined.total_cost, combined.latency_sum_ms,
           combined.latencies, combined.latency_buckets, combined.latency_counts
    FROM combined
    CROSS JOIN LATERAL (
        SELECT 'agent', combined.agent
        UNION ALL
        SELECT 'category', coalesce(combined.category, '(none)')
        UNION ALL
        SELECT 'tenant', combined.tenant
        UNION ALL
        SELECT DISTINCT 'tag', tag FROM unnest(combined.tags) AS tag
        UNION ALL
        SELECT 'tag', '(none)' WHERE cardinality(combined.tags) > 0 IS NOT true
        UNION ALL
        SELECT DISTINCT 'route', substr(tag, 7) FROM unnest(combined.tags) AS tag WHERE starts_with(tag, 'route:')
        UNION ALL
        SELECT 'route', '(none)'
        WHERE NOT EXISTS (SELECT FROM unnest(combined.tags) AS tag WHERE starts_with(tag, 'route:'))
    ) AS key (group_by, group_key)
), bucket AS (
    SELECT part.tenant, part.hour, part.group_by, part.group_key, entry.bucket, sum(entry.latencies) AS latencies,
           sum(sum(entry.latencies)) OVER (grouped ORDER BY entry.bucket) AS up_to_here,
           sum(sum(entry.latencies)) OVER grouped AS with_latency
    FROM part
    CROSS JOIN LATERAL unnest(part.latency_buckets, part.latency_counts) AS entry (bucket, latencies)
    GROUP BY part.tenant, part.hour, part.group_by, part.group_key, entry.bucket
    WINDOW grouped AS (PARTITION BY part.tenant, part.hour, part.group_by, part.group_key)
), histogram AS (
    SELECT tenant, hour, group_by, group_key, min(bucket) FILTER (WHERE up_to_here >= 0.99 * with_latency) AS p99_bucket,
           array_agg(bucket ORDER BY bucket) AS latency_buckets,
           array_agg(latencies::bigint ORDER BY bucket) AS latency_counts
    FROM bucket
    GROUP BY tenant, hour, group_by, group_key
), total AS (
    SELECT tenant, hour, group_by, group_key, sum(total_requests) AS total_requests,
           sum(completed_requests) AS completed_requests, sum(successes) AS successes, sum(total_cost) AS total_cost,
           sum(latency_sum_ms) AS latency_sum_ms, sum(latencies) AS latencies
    FROM part
    GROUP BY tenant, hour, group_by, group_key
)
INSERT INTO tiny_dancer.decision_hourly (
    tenant, hour, group_by, group_key, agent, total_requests, completed_requests, successes, total_cost, latency_sum_ms,
    latencies, p99_bucket, latency_buckets, latency_counts)
SELECT total.tenant, total.hour, total.group_by, total.group_key, '', total.total_requests, total.completed_requests,
       total.successes, total.total_cost, total.latency_sum_ms, total.latencies, histogram.p99_bucket,
       coalesce(histogram.latency_buckets, '{}'), coalesce(histogram.latency_counts, '{}')
FROM total
LEFT JOIN histogram USING (tenant, hour, group_by, group_key);

ALTER TABLE tiny_dancer.decision_hourly
    DROP COLUMN agent,
    DROP COLUMN category,
    DROP COLUMN tags,
    ALTER COLUMN latency_counts TYPE int[],
    ADD PRIMARY KEY (tenant, group_by, hour, group_key);
DROP INDEX tiny_dancer.decision_hourly_hour;
COMMENT ON TABLE tiny_dancer.decision_hourly IS 'The log added up by hour (UTC), once for each grouping; kept when the log''s partitions are dropped';
COMMENT ON COLUMN tiny_dancer.decision_hourly.group_by IS 'What the row is one group of: agent, category, route, tag or tenant';
COMMENT ON COLUMN tiny_dancer.decision_hourly.group_key IS 'Which group, as in ruvector_routing_analytics: the agent, the category, ... or (none)';

-- They return other columns now.
DROP FUNCTION IF EXISTS tiny_dancer.log_sums(timestamptz, timestamptz, text);
