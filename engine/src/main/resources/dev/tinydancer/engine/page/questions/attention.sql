SELECT 'circuit' AS kind, name AS subject, circuit AS state, NULL::float8 AS figure
FROM ruvector_list_agents()
WHERE active AND circuit <> 'closed'
UNION ALL
SELECT 'budget', scope, period_start::text, (spent + reserved) / nullif(amount, 0)
FROM ruvector_budget_status()
WHERE spent + reserved >= 0.8 * amount
UNION ALL
SELECT 'failing', agent, completed_requests::text, success_rate
FROM ruvector_routing_analytics('1 hour', 'agent')
WHERE completed_requests >= 10 AND success_rate < 0.9
UNION ALL
SELECT 'no agents', NULL, NULL, NULL
WHERE NOT EXISTS (SELECT FROM ruvector_list_agents())
UNION ALL
SELECT 'no outcomes', NULL, sum(total_requests)::text, NULL
FROM ruvector_routing_analytics('1 day', 'agent')
HAVING sum(total_requests) >= 20 AND sum(completed_requests) = 0
