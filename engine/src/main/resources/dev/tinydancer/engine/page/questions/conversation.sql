--! name text !
SELECT decision.*, outcome.success, outcome.kind, outcome.latency_ms, outcome.cost
FROM (
    SELECT decision_id, decided_at, agent, category, expected_quality, estimated_cost, request
    FROM ruvector_decisions
    WHERE conversation_id = :name
    ORDER BY decided_at DESC, decision_id DESC
    LIMIT 50
) AS decision
LEFT JOIN LATERAL (
    SELECT * FROM ruvector_outcomes AS known
    WHERE known.decided_at = decision.decided_at AND known.decision_id = decision.decision_id
    LIMIT 1
) AS outcome ON true
ORDER BY decision.decided_at, decision.decision_id
