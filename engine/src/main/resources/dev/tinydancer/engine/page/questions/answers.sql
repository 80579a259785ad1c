--! agent text !
SELECT date_trunc('hour', recorded_at) AS hour,
       CASE WHEN success THEN 'success' ELSE coalesce(kind, 'failed') END AS kind, count(*) AS outcomes
FROM ruvector_outcomes
WHERE agent = :agent
  AND decided_at > now() - interval '1 day'
GROUP BY 1, 2
ORDER BY 1, 2
