--! within interval 7 days
--! limit int 20
SELECT request, max(decided_at) AS asked_at
FROM ruvector_latest_decisions(within => :within, max_rows => 200)
WHERE request IS NOT NULL
GROUP BY request
ORDER BY asked_at DESC
LIMIT least(:limit, 200)
