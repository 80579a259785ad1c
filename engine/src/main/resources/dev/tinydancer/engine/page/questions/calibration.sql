--! within interval 1 day
SELECT least(width_bucket(decision.expected_quality, 0, 1, 10), 10) AS bin, decision.agent, count(*) AS requests,
       avg(decision.expected_quality) AS expected,
       avg(CASE WHEN NOT outcome.success THEN 0 ELSE coalesce(outcome.quality, 1) END) AS observed
FROM (
    SELECT decided_at, decision_id, agent, expected_quality FROM ruvector_decisions
    WHERE decided_at > now() - :within
) AS decision
JOIN (
    SELECT decided_at, decision_id, success, quality FROM ruvector_outcomes
    WHERE decided_at > now() - :within
) AS outcome USING (decided_at, decision_id)
WHERE decision.expected_quality IS NOT NULL
GROUP BY bin, decision.agent
ORDER BY bin, decision.agent
