--! within text 1 day
SELECT least(width_bucket(decision.expected_quality, 0, 1, 10), 10) AS bin, decision.agent, count(*) AS requests,
       avg(decision.expected_quality) AS expected,
       avg(CASE WHEN NOT outcome.success THEN 0 ELSE coalesce(outcome.quality, 1) END) AS observed,
       sample.one_hour_of
FROM (
    SELECT greatest(1, ceil(sum(completed_requests) / 20000))::int AS one_hour_of
    FROM ruvector_routing_history(:within, 'all', 'tenant')
) AS sample
CROSS JOIN LATERAL (
    SELECT logged.*
    FROM generate_series(0, ceil(extract(epoch FROM CAST(:within AS interval)) / 3600)::int - 1) AS hours_ago
    CROSS JOIN LATERAL (
        SELECT decided_at, decision_id, agent, expected_quality FROM ruvector_decisions
        WHERE decided_at > now() - least((hours_ago + 1) * interval '1 hour', CAST(:within AS interval))
          AND decided_at <= now() - hours_ago * interval '1 hour'
        OFFSET 0
    ) AS logged
    WHERE (hours_ago + hours_ago / 24) % sample.one_hour_of = 0
    OFFSET 0
) AS decision
JOIN LATERAL (
    SELECT logged.*
    FROM generate_series(0, ceil(extract(epoch FROM CAST(:within AS interval)) / 3600)::int - 1) AS hours_ago
    CROSS JOIN LATERAL (
        SELECT decided_at, decision_id, success, quality FROM ruvector_outcomes
        WHERE decided_at > now() - least((hours_ago + 1) * interval '1 hour', CAST(:within AS interval))
          AND decided_at <= now() - hours_ago * interval '1 hour'
        OFFSET 0
    ) AS logged
    WHERE (hours_ago + hours_ago / 24) % sample.one_hour_of = 0
    OFFSET 0
) AS outcome USING (decided_at, decision_id)
WHERE decision.expected_quality IS NOT NULL
GROUP BY bin, decision.agent, sample.one_hour_of
ORDER BY bin, decision.agent
