--! range text 7 days
--! group_by text agent
SELECT *
FROM ruvector_routing_analytics(:range, :group_by)
