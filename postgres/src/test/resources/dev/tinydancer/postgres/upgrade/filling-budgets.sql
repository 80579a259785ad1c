-- What came later: budgets with money spent and reserved, semantic routes, a model.
SELECT ruvector_set_budget('all', 100, 'month');
SELECT ruvector_set_budget('agent:careful', 5, 'day', 'cheapest');
INSERT INTO tiny_dancer.route (tenant, name, description, target_agent, priority, conditions, score_threshold)
VALUES ('default', 'support', 'help with an order', 'quick', 1, '{"user_tier": "gold"}', 0.6);
INSERT INTO tiny_dancer.route_utterance (tenant, route, place, utterance, embedding)
VALUES ('default', 'support', 1, 'where is my parcel', ARRAY(SELECT 0.05::real FROM generate_series(1, 384)));
INSERT INTO tiny_dancer.allowance (tenant, kind, scope, period, period_start, period_end, capacity, spent, reserved)
SELECT 'default', 'budget', 'all', 'month', date_trunc('month', now(), 'UTC'),
       date_trunc('month', now(), 'UTC') + interval '1 month', 100, 12.5, 0.25;
INSERT INTO tiny_dancer.reservation (tenant, decision_id, agent, budgets, places, cost, logged, lease_until)
SELECT tenant, decision_id, agent, ARRAY(SELECT allowance_id FROM tiny_dancer.allowance), '{}', 0.25, true,
       now() + interval '1 hour'
FROM tiny_dancer.decision
ORDER BY decided_at DESC
LIMIT 1;
