--! agent text
SELECT *, extract(epoch FROM coalesce(ended_at, now()) - began_at)::float8 AS seconds
FROM ruvector_outages
WHERE agent = :agent --? agent
ORDER BY began_at DESC
LIMIT 20
