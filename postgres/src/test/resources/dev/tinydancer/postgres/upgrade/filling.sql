-- What users of any version have: agents, decisions of several days with and without outcomes, sums. Without an engine.
SELECT ruvector_register_agent('quick', 'llm', '{chat,code}', 0.0005, avg_latency_ms => 300, quality_score => 0.7);
SELECT ruvector_register_agent('careful', 'llm', '{chat,code,law}', 0.03, avg_latency_ms => 2500, quality_score => 0.95,
                               metadata => '{"owner": "us"}');
SELECT ruvector_register_agent('retired', 'human', '{law}', cost_per_call => 20, avg_latency_ms => 60000, quality_score => 0.9);
SELECT ruvector_set_agent_active('retired', false);
INSERT INTO tiny_dancer.agent (tenant, name, agent_type, capabilities, cost_per_1k_tokens, avg_latency_ms, quality_score)
VALUES ('acme', 'theirs', 'llm', '{chat}', 0.001, 500, 0.8);
INSERT INTO tiny_dancer.tenant_role (role_name, tenant) VALUES ('acme_app', 'acme');
UPDATE tiny_dancer.setting SET value = '120 days' WHERE name = 'log_retention';

INSERT INTO tiny_dancer.decision (
    tenant, decided_at, decision_id, agent, optimize_for, category, confidence, estimated_cost, estimated_latency_ms,
    expected_quality, input_tokens, output_tokens, reasoning, tags, request_hash, embedding)
SELECT CASE WHEN n % 5 = 0 THEN 'acme' ELSE 'default' END, tiny_dancer.decision_time(id.value), id.value,
       CASE WHEN n % 5 = 0 THEN 'theirs' WHEN n % 3 = 0 THEN 'careful' ELSE 'quick' END, 'balanced',
       CASE WHEN n % 2 = 0 THEN 'code' END, 0.8, 0.001 * n, 400, 0.8, 20, 100, 'because',
       CASE n % 4 WHEN 1 THEN '{team:a}'::text[] WHEN 2 THEN '{route:support,team:a}' WHEN 3 THEN '{}' END,
       sha256(n::text::bytea), NULL
FROM generate_series(1, 240) AS n
CROSS JOIN LATERAL (
    SELECT tiny_dancer.new_decision_id(date_trunc('day', now(), 'UTC') - (n % 3) * interval '20 days'
                                       - n * interval '7 minutes') AS value
) AS id;
INSERT INTO tiny_dancer.outcome (tenant, decided_at, decision_id, agent, success, latency_ms, cost, quality)
SELECT tenant, decided_at, decision_id, agent, input_tokens = 20, 250 + extract(minute FROM decided_at), estimated_cost, 0.75
FROM tiny_dancer.decision
WHERE extract(minute FROM decided_at)::int % 4 <> 0;
SELECT ruvector_update_agent_metrics('quick', 310, true, 0.9);
UPDATE tiny_dancer.rollup_progress SET hours_before = date_trunc('hour', now() - interval '60 days', 'UTC');
SELECT tiny_dancer.roll_up();

SET tiny_dancer.on_engine_down = 'fallback';
SELECT ruvector_record_outcome((routed.decision_id), true, 280, 0.0004)
FROM generate_series(1, 5) AS n CROSS JOIN LATERAL ruvector_route('question ' || n) AS routed;
SELECT agent_name FROM ruvector_route('a question that is still open');
RESET tiny_dancer.on_engine_down;
