--! queries json []
SELECT *
FROM ruvector_route_map(ARRAY(SELECT json_array_elements_text(:queries)))
