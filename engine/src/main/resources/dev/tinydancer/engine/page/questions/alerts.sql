SELECT *
FROM ruvector_budget_alerts()
LIMIT 20
