FROM (
    SELECT greatest(1, ceil(sum($1) / $2))::int AS one_hour_of
    FROM ruvector_routing_history(:within, 'all', 'tenant')
) AS sample
CROSS JOIN LATERAL (
    SELECT now() - least((hours_ago + 1) * interval '1 hour', CAST(:within AS interval)) AS since,
           now() - hours_ago * interval '1 hour' AS until
    FROM generate_series(0, ceil(extract(epoch FROM CAST(:within AS interval)) / 3600)::int - 1) AS hours_ago
    WHERE (hours_ago + hours_ago / 24) % sample.one_hour_of = 0
) AS hour
