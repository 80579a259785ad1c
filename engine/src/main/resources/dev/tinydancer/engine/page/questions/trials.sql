--! within text 1 day
SELECT decision.agent, count(*) * sample.one_hour_of AS decisions,
       count(*) FILTER (WHERE decision.probability < 0.5) * sample.one_hour_of AS trials,
       sum(decision.estimated_cost) FILTER (WHERE decision.probability < 0.5) * sample.one_hour_of AS cost_of_trials,
       sample.one_hour_of
--+ sampled_hours total_requests 50000
CROSS JOIN LATERAL (
    SELECT agent, probability, estimated_cost FROM ruvector_decisions
    WHERE decided_at > hour.since AND decided_at <= hour.until
    OFFSET 0
) AS decision
GROUP BY decision.agent, sample.one_hour_of
ORDER BY trials DESC, decision.agent
