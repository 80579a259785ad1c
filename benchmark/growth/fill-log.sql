-- Fills the log of an installation that serves nobody, as many days of routing would have: for measuring what grows with
-- the log. By psql, as a superuser:
--
--     psql -v decisions=10000000 -v outcomes=1000000 -v days=30 -f fill-log.sql URL
--
-- Eight tenants, the first of which has half of the decisions; eight agents, twelve categories and a few routes each. A
-- decision is as long as the engine writes it, without the request's text: reasons, the three agents that came next, 128 bytes
-- of embedding. Those of a day come in the order of their times; each seems to have had a transaction of its own, provided
-- that the cluster has used up as many. Every n-th decision has an outcome.

\set ON_ERROR_STOP on
\if :{?decisions} \else \set decisions 10000000 \endif
\if :{?outcomes} \else \set outcomes 1000000 \endif
\if :{?days} \else \set days 30 \endif

SELECT set_config('fill.decisions', :'decisions', false), set_config('fill.outcomes', :'outcomes', false),
       set_config('fill.days', :'days', false);

SET synchronous_commit = off;
SET jit = off;

INSERT INTO tiny_dancer.agent (
    tenant, name, agent_type, capabilities, cost_per_1k_tokens, avg_latency_ms, quality_score)
SELECT CASE tenant WHEN 0 THEN 'default' ELSE 'tenant-' || tenant END, 'agent-' || agent, 'llm',
       ARRAY['code', 'capability-' || agent], 0.001 * (agent + 1), 300 + 150 * agent, 0.5 + 0.05 * agent
FROM generate_series(0, 7) AS tenant
CROSS JOIN generate_series(0, 7) AS agent
ON CONFLICT DO NOTHING;

CREATE TEMP TABLE embedding AS
SELECT n, (SELECT string_agg(sha256(convert_to(n || '/' || part, 'UTF8')), '' ORDER BY part)
           FROM generate_series(1, 4) AS part) AS bytes
FROM generate_series(0, 999) AS n;
-- No half of a byte of an embedding is 0.
DO $$
BEGIN
    FOR position IN 0 .. 127 LOOP
        UPDATE embedding SET bytes = set_byte(bytes, position, get_byte(bytes, position) | 17)
        WHERE get_byte(bytes, position) < 16 OR get_byte(bytes, position) % 16 = 0;
    END LOOP;
END
$$;
CREATE UNIQUE INDEX ON embedding (n);
ANALYZE embedding;

-- Rows of the default partition would have to be moved.
SET ROLE tiny_dancer_owner;
UPDATE tiny_dancer.setting SET value = '90 days' WHERE name = 'log_retention';
DO $$
DECLARE
    parent text;
    day timestamptz;
BEGIN
    FOREACH parent IN ARRAY ARRAY['decision', 'outcome'] LOOP
        FOR day IN SELECT date_trunc('day', now(), 'UTC') - make_interval(days => n)
                   FROM generate_series(1, current_setting('fill.days')::int) AS n LOOP
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS tiny_dancer.%I PARTITION OF tiny_dancer.%I FOR VALUES FROM (%L) TO (%L)',
                parent || to_char(day AT TIME ZONE 'UTC', '"_"YYYYMMDD'), parent, day, day + interval '1 day');
            IF parent = 'outcome' THEN
                EXECUTE format('ALTER TABLE tiny_dancer.%I REPLICA IDENTITY FULL',
                               parent || to_char(day AT TIME ZONE 'UTC', '"_"YYYYMMDD'));
            END IF;
        END LOOP;
    END LOOP;
END
$$;

RESET ROLE;

-- Everything is to be added up.
UPDATE tiny_dancer.rollup_progress SET hours_before = '-infinity', added_up = '3:3:';

-- A figure of four digits with this exponent of ten, in three characters, as tiny_dancer.figure_of reads them.
CREATE FUNCTION pg_temp.figure(exponent int) RETURNS text
LANGUAGE sql VOLATILE
RETURN (SELECT chr(33 + code / 8836) || chr(33 + code / 94 % 94) || chr(33 + code % 94)
        FROM (SELECT (exponent + 25) * 20000 + 11000 + floor(9000 * random())::int AS code) AS drawn);

-- The last one is of this moment.
CREATE PROCEDURE pg_temp.fill()
LANGUAGE plpgsql
AS $$
DECLARE
    decisions constant bigint := current_setting('fill.decisions')::bigint;
    outcomes constant bigint := current_setting('fill.outcomes')::bigint;
    span constant interval := make_interval(days => current_setting('fill.days')::int) - interval '1 hour';
    finish constant timestamptz := clock_timestamp();
    chunk constant bigint := 200000;
    used_up constant bigint := pg_current_xact_id()::text::bigint;
    first bigint := 0;
BEGIN
    WHILE first < decisions LOOP
        INSERT INTO tiny_dancer.decision (
            tenant, decided_at, decision_id, xid, agent, optimize_for, category, confidence, estimated_cost,
            estimated_latency_ms, expected_quality, input_tokens, output_tokens, reasoning, next_agents, tags,
            request_hash, embedding)
        SELECT drawn.tenant, tiny_dancer.decision_time(drawn.id), drawn.id,
               CASE WHEN used_up > decisions THEN (series.n + 1000)::text::xid8 ELSE pg_current_xact_id() END,
               'agent-' || drawn.agent, 'balanced', 'category-' || series.n / 8 % 12, 0.7 + 0.2 * random(),
               0.0005 * (1 + random()), 400 + 100 * random(), 0.7 + 0.2 * random(), (20 + 60 * random())::int, 256,
               -- As the engine writes them: tiny_dancer.reasoning_phrases() and tiny_dancer.figure_of() say how.
               chr(1) || '8' || chr(2) || series.n % 9 || chr(5) || 'agent-7' || chr(28)
               || round((1 + 20 * random())::numeric, 1) || chr(12) || chr(29) || series.n % 40 || chr(18) || '7' || chr(20),
               (SELECT string_agg(chr(1) || pg_temp.figure(-4) || pg_temp.figure(-6) || pg_temp.figure(-1) || pg_temp.figure(-4)
                                  || 'agent-' || (series.n + place) % 8, '')
                FROM generate_series(1, 3) AS place),
               CASE WHEN series.n % 2 = 0 THEN ARRAY['batch', 'route:route-' || series.n / 2 % 5] END,
               sha256(convert_to(series.n::text, 'UTF8')), embedding.bytes
        FROM generate_series(first, least(first + chunk, decisions) - 1) AS series (n)
        CROSS JOIN LATERAL (
            SELECT CASE WHEN series.n % 2 = 0 THEN 'default' ELSE 'tenant-' || (1 + series.n / 2 % 7) END AS tenant,
                   (8 * random() ^ 2)::int % 8 AS agent,
                   tiny_dancer.new_decision_id(finish - span * (1 - (series.n + 1)::float8 / decisions)) AS id
        ) AS drawn
        JOIN embedding ON embedding.n = series.n % 1000
        ORDER BY series.n;

        INSERT INTO tiny_dancer.outcome (
            tenant, decided_at, decision_id, xid, agent, recorded_at, success, latency_ms, cost, output_tokens, quality)
        SELECT tenant, decided_at, decision_id, xid, agent, decided_at + interval '2 seconds', random() < 0.97,
               200 * exp(random() + random() + random()), estimated_cost, 256, CASE WHEN random() < 0.5 THEN random() END
        FROM tiny_dancer.decision
        WHERE decided_at > finish - span * (1 - (first)::float8 / decisions)
          AND decided_at <= finish - span * (1 - least(first + chunk, decisions)::float8 / decisions)
          AND random() < outcomes::float8 / decisions;

        first := first + chunk;
        RAISE NOTICE '% decisions', least(first, decisions);
        COMMIT;
    END LOOP;
END
$$;
CALL pg_temp.fill();

DROP TABLE embedding;
VACUUM (ANALYZE) tiny_dancer.decision;
VACUUM (ANALYZE) tiny_dancer.outcome;
