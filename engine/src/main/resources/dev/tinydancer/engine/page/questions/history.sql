--! range text 7 days
--! period text day
--! group_by text agent
SELECT *
FROM ruvector_routing_history(:range, :period, :group_by)
