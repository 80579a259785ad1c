--! agent text !
--! within interval 1 day
SELECT coalesce(category, '(none)') AS category, count(*) AS decisions, count(*) FILTER (WHERE agent = :agent) AS chosen,
       mode() WITHIN GROUP (ORDER BY agent) AS most_often
FROM ruvector_latest_decisions(within => :within, max_rows => 10000)
GROUP BY 1
ORDER BY decisions DESC, category
