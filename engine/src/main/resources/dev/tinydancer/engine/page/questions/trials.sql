--! within interval 1 day
SELECT agent, count(*) AS decisions, count(*) FILTER (WHERE probability < 0.5) AS trials,
       sum(estimated_cost) FILTER (WHERE probability < 0.5) AS cost_of_trials
FROM ruvector_decisions
WHERE decided_at > now() - :within
GROUP BY agent
ORDER BY trials DESC, agent
