--! examples jsonb !
SELECT *
FROM ruvector_explain_fit(:examples)
