--! range text 7 days
SELECT route.*, figures.total_requests AS routed
FROM ruvector_list_routes() AS route
LEFT JOIN ruvector_routing_analytics(:range, 'route') AS figures ON figures.group_key = route.name
ORDER BY figures.total_requests DESC NULLS LAST, route.name
