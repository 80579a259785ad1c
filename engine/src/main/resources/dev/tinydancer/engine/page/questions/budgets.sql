SELECT * FROM ruvector_budget_status() ORDER BY scope
