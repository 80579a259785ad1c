--! id uuid !
SELECT *
FROM ruvector_similar_requests(:id, 8)
