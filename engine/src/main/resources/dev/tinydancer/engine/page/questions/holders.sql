SELECT *
FROM ruvector_budget_holders()
