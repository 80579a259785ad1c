--! agent text !
--! within text 1 day
SELECT coalesce(decision.category, '(none)') AS category, count(*) * sample.one_hour_of AS decisions,
       count(*) FILTER (WHERE decision.agent = :agent) * sample.one_hour_of AS chosen,
       mode() WITHIN GROUP (ORDER BY decision.agent) AS most_often, sample.one_hour_of
--+ sampled_hours total_requests 50000
CROSS JOIN LATERAL (
    SELECT agent, category FROM ruvector_decisions
    WHERE decided_at > hour.since AND decided_at <= hour.until
    OFFSET 0
) AS decision
GROUP BY 1, sample.one_hour_of
ORDER BY decisions DESC, category
