-- What the functions take on a log that fill-log.sql has filled: the first call of a session and the median of those after
-- it, milliseconds. By psql, as a superuser, best on a machine that does nothing else:
--
--     psql -f measure-log.sql URL
--
-- The polls are the statements of the engine; with an engine running, those of its calls could be measured as well.

\set ON_ERROR_STOP on
\pset footer off
\if :{?rounds} \else \set rounds 11 \endif

CREATE FUNCTION pg_temp.taken(query text, rounds int, OUT first_ms numeric, OUT median_ms numeric, OUT most_ms numeric)
LANGUAGE plpgsql
AS $$
DECLARE
    began timestamptz;
    times float8[] := '{}';
BEGIN
    FOR i IN 1..rounds + 1 LOOP
        began := clock_timestamp();
        EXECUTE query;
        times := times || date_part('epoch', clock_timestamp() - began) * 1000;
    END LOOP;
    first_ms := round(times[1]::numeric, 2);
    SELECT round(percentile_disc(0.5) WITHIN GROUP (ORDER BY taken)::numeric, 2), round(max(taken)::numeric, 2)
    INTO median_ms, most_ms
    FROM unnest(times[2:]) AS taken;
END
$$;

SELECT (SELECT sum(reltuples)::bigint FROM pg_class WHERE relname ~ '^decision_(default|[0-9]{8})$') AS decisions,
       (SELECT sum(reltuples)::bigint FROM pg_class WHERE relname ~ '^outcome_(default|[0-9]{8})$') AS outcomes,
       (SELECT count(*) FROM pg_inherits WHERE inhparent = 'tiny_dancer.decision'::regclass) AS partitions,
       (SELECT count(DISTINCT tenant) FROM tiny_dancer.agent) AS tenants;

SELECT measured.what, taken.*
FROM (VALUES
    (1, 'list_agents', 'SELECT * FROM ruvector_list_agents()'),
    (2, 'get_agent', 'SELECT * FROM ruvector_get_agent(''agent-3'')'),
    (3, 'budget_status', 'SELECT * FROM ruvector_budget_status()'),
    (4, 'routing_stats', 'SELECT ruvector_routing_stats()'),
    (5, 'analytics by agent, 7 days', 'SELECT * FROM ruvector_routing_analytics(''7 days'', ''agent'')'),
    (6, 'analytics by agent, 30 days', 'SELECT * FROM ruvector_routing_analytics(''30 days'', ''agent'')'),
    (7, 'analytics by tag, 7 days', 'SELECT * FROM ruvector_routing_analytics(''7 days'', ''tag'')'),
    (8, 'analytics by hour, 7 days', 'SELECT * FROM ruvector_routing_analytics(''7 days'', ''hour'')'),
    (9, 'analytics by day, 30 days', 'SELECT * FROM ruvector_routing_analytics(''30 days'', ''day'')'),
    (10, 'request_mix (optimize_budget)', 'SELECT tiny_dancer.request_mix(''default'')'),
    (11, 'circuits (engine_status)',
     'SELECT jsonb_object_agg(agent, circuit) FROM tiny_dancer.agent_circuit WHERE tenant = ''default'''),
    (12, 'catalog_of', 'SELECT tiny_dancer.catalog_of(''default'')'),
    (13, 'static_ranking (fallback)', 'SELECT * FROM tiny_dancer.static_ranking(''default'', jsonb_populate_record('
     'NULL::tiny_dancer.routing_arguments, ''{"request": "how do I sort", "optimize_for": "balanced", "options": {}}''))'),
    (14, 'poll: circuits', 'SELECT tenant, agent, circuit, rests_until FROM tiny_dancer.agent_circuit WHERE circuit <> ''closed'''),
    (15, 'poll: due settlements', 'SELECT tiny_dancer.tenants_to_settle()'),
    (16, 'poll: new outcomes', 'SELECT * FROM tiny_dancer.evidence_since(pg_current_snapshot()) '
     'WHERE agent IS NOT NULL AND embedding IS NOT NULL AND decision_id IS NOT NULL ORDER BY recorded_at'),
    (17, 'start: latest 20,000 outcomes of a tenant', 'SELECT * FROM tiny_dancer.evidence WHERE tenant = ''default'' '
     'AND agent IS NOT NULL AND embedding IS NOT NULL AND decision_id IS NOT NULL ORDER BY decided_at DESC LIMIT 20000'),
    (18, 'poll: tally, nothing new', 'SELECT tiny_dancer.tally()'),
    (19, 'roll_up, nothing new', 'SELECT tiny_dancer.roll_up()'),
    (20, 'maintain_log, nothing to do', 'SELECT * FROM tiny_dancer.maintain_log()'),
    (21, 'forget_settled', 'SELECT tiny_dancer.forget_settled()')) AS measured (place, what, query)
CROSS JOIN LATERAL pg_temp.taken(measured.query, :rounds) AS taken
ORDER BY measured.place;

\echo
\echo Where the bytes are, per row:
SELECT relation.name, round(sum(relation.bytes) / nullif(max(relation.counted), 0)) AS bytes
FROM (
    SELECT left(part.relname, 8) || ' heap' AS name, pg_table_size(part.oid) AS bytes,
           sum(part.reltuples) OVER (PARTITION BY left(part.relname, 8)) AS counted
    FROM pg_class AS part
    WHERE part.relname ~ '^(decision|outcome)_[0-9]{8}$'
    UNION ALL
    SELECT left(part.relname, 8) || ' ' || regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', ''),
           pg_relation_size(indexrelid), sum(part.reltuples) OVER (PARTITION BY left(part.relname, 8), indkey::text, pg_get_indexdef(indexrelid) ~ 'brin')
    FROM pg_class AS part
    JOIN pg_index ON indrelid = part.oid
    WHERE part.relname ~ '^(decision|outcome)_[0-9]{8}$'
) AS relation
GROUP BY relation.name
ORDER BY relation.name;
