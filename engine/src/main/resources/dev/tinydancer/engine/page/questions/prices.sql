--! agent text
SELECT *
FROM ruvector_list_prices(:agent)
