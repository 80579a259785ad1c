--! id uuid !
--! at timestamptz !
SELECT decision.*, encode(decision.request_hash, 'hex') AS hash, outcome.recorded_at, outcome.success,
       outcome.latency_ms, outcome.cost, outcome.input_tokens AS counted_input_tokens, outcome.output_tokens,
       outcome.quality, outcome.kind, outcome.completed_at, outcome.error,
       outcome.cached_input_tokens, outcome.cache_write_tokens, outcome.reasoning_tokens
FROM ruvector_decisions AS decision
LEFT JOIN LATERAL (
    SELECT * FROM ruvector_outcomes AS known
    WHERE known.decided_at = decision.decided_at AND known.decision_id = decision.decision_id
    LIMIT 1
) AS outcome ON true
WHERE decision.decided_at = :at
  AND decision.decision_id = :id
