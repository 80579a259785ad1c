SELECT 'circuit' AS kind, agent.name AS subject, agent.circuit AS state,
       extract(epoch FROM now() - outage.began_at)::float8 AS figure, NULL::float8 AS amount,
       NULL::timestamptz AS used_up_at
FROM ruvector_list_agents() AS agent
LEFT JOIN ruvector_outages AS outage ON outage.agent = agent.name AND outage.ended_at IS NULL
WHERE agent.active AND agent.circuit <> 'closed'
UNION ALL
SELECT 'budget', scope, period_start::text, (spent + reserved) / nullif(amount, 0), amount,
       CASE WHEN remaining > 0 AND projected > amount AND isfinite(period_end)
            THEN now() + remaining / (projected - spent) * (period_end - now()) END
FROM ruvector_budget_status()
WHERE spent + reserved >= 0.8 * amount
UNION ALL
SELECT 'failing', lately.agent, round(100 * usual.success_rate)::text, lately.success_rate, NULL, NULL
FROM ruvector_routing_analytics('1 hour', 'agent') AS lately
JOIN ruvector_routing_analytics('7 days', 'agent') AS usual USING (agent)
WHERE lately.completed_requests >= 10
  AND (lately.success_rate < usual.success_rate - 0.1 OR lately.success_rate < 0.5)
UNION ALL
SELECT 'worse', lately.group_key, round(usual.mean_quality::numeric, 2)::text, lately.mean_quality, NULL, NULL
FROM ruvector_routing_history('1 day', 'all', 'agent') AS lately
JOIN ruvector_routing_history('30 days', 'all', 'agent') AS usual USING (group_key)
WHERE lately.judged >= 10 AND lately.mean_quality < usual.mean_quality - 0.1
UNION ALL
SELECT 'no agents', NULL, NULL, NULL, NULL, NULL
WHERE NOT EXISTS (SELECT FROM ruvector_list_agents())
UNION ALL
SELECT 'no outcomes', NULL, sum(total_requests)::text, NULL, NULL, NULL
FROM ruvector_routing_analytics('1 day', 'agent')
HAVING sum(total_requests) >= 20 AND sum(completed_requests) = 0
