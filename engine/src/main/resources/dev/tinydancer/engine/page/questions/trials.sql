--! within text 1 day
SELECT decision.agent, count(*) * sample.one_hour_of AS decisions,
       count(*) FILTER (WHERE decision.probability < 0.5) * sample.one_hour_of AS trials,
       sum(decision.estimated_cost) FILTER (WHERE decision.probability < 0.5) * sample.one_hour_of AS cost_of_trials,
       sample.one_hour_of
FROM (
    SELECT greatest(1, ceil(sum(total_requests) / 50000))::int AS one_hour_of
    FROM ruvector_routing_history(:within, 'all', 'tenant')
) AS sample
CROSS JOIN LATERAL (
    SELECT now() - least((hours_ago + 1) * interval '1 hour', CAST(:within AS interval)) AS since,
           now() - hours_ago * interval '1 hour' AS until
    FROM generate_series(0, ceil(extract(epoch FROM CAST(:within AS interval)) / 3600)::int - 1) AS hours_ago
    WHERE (hours_ago + hours_ago / 24) % sample.one_hour_of = 0
) AS hour
CROSS JOIN LATERAL (
    SELECT agent, probability, estimated_cost FROM ruvector_decisions
    WHERE decided_at > hour.since AND decided_at <= hour.until
    OFFSET 0
) AS decision
GROUP BY decision.agent, sample.one_hour_of
ORDER BY trials DESC, decision.agent
