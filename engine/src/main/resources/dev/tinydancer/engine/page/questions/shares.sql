--! agent text !
--! within text 1 day
SELECT coalesce(decision.category, '(none)') AS category, count(*) * sample.one_hour_of AS decisions,
       count(*) FILTER (WHERE decision.agent = :agent) * sample.one_hour_of AS chosen,
       mode() WITHIN GROUP (ORDER BY decision.agent) AS most_often, sample.one_hour_of
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
    SELECT agent, category FROM ruvector_decisions
    WHERE decided_at > hour.since AND decided_at <= hour.until
    OFFSET 0
) AS decision
GROUP BY 1, sample.one_hour_of
ORDER BY decisions DESC, category
