--! within text 1 day
SELECT least(width_bucket(answered.expected_quality, 0, 1, 10), 10) AS bin, answered.agent, count(*) AS requests,
       avg(answered.expected_quality) AS expected,
       avg(CASE WHEN NOT answered.success THEN 0 ELSE coalesce(answered.quality, 1) END) AS observed,
       sample.one_hour_of
--+ sampled_hours completed_requests 20000
CROSS JOIN LATERAL (
    SELECT decision.agent, decision.expected_quality, outcome.success, outcome.quality
    FROM (
        SELECT decided_at, decision_id, agent, expected_quality FROM ruvector_decisions
        WHERE decided_at > hour.since AND decided_at <= hour.until
        OFFSET 0
    ) AS decision
    JOIN (
        SELECT decided_at, decision_id, success, quality FROM ruvector_outcomes
        WHERE decided_at > hour.since AND decided_at <= hour.until
        OFFSET 0
    ) AS outcome USING (decided_at, decision_id)
    OFFSET 0
) AS answered
WHERE answered.expected_quality IS NOT NULL
GROUP BY bin, answered.agent, sample.one_hour_of
ORDER BY bin, answered.agent
