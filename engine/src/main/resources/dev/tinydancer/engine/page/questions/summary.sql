--! range text 7 days
SELECT 'now' AS period, figures.*
FROM ruvector_routing_history(:range, 'all', 'tenant') AS figures
UNION ALL
SELECT 'before', figures.*
FROM ruvector_routing_history(:range, 'all', 'tenant', until => now() - CAST(:range AS interval)) AS figures
