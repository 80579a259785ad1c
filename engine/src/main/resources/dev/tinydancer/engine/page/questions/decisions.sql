--! within interval 1 day
--! before timestamptz
--! after timestamptz
--! agent text
--! category text
--! tag text
--! policy text
--! outcome text
--! limit int 50
SELECT decision.*, outcome.success, outcome.latency_ms, outcome.cost, outcome.quality, outcome.kind, outcome.error
FROM (
    SELECT decision_id, decided_at, agent, optimize_for, category, expected_quality, estimated_cost,
           estimated_latency_ms, tags, fallback, probability
    FROM ruvector_decisions AS logged
    LEFT JOIN (SELECT decided_at, decision_id, success FROM ruvector_outcomes --? outcome
               WHERE decided_at > CASE WHEN :before IS NULL THEN now() ELSE :before END - :within) AS known USING (decided_at, decision_id) --? outcome
    WHERE decided_at > CASE WHEN :before IS NULL THEN now() ELSE :before END - :within
      AND decided_at < :before --? before
      AND decided_at > :after --? after
      AND agent = :agent --? agent
      AND coalesce(category, '(none)') = :category --? category
      AND tags @> ARRAY[:tag] --? tag
      AND optimize_for = :policy --? policy
      AND CASE known.success WHEN true THEN 'success' WHEN false THEN 'failure' ELSE 'pending' END = :outcome --? outcome
    ORDER BY decided_at DESC
    LIMIT least(:limit, 1000)
) AS decision
LEFT JOIN LATERAL (
    SELECT * FROM ruvector_outcomes AS known
    WHERE known.decided_at = decision.decided_at AND known.decision_id = decision.decision_id
    LIMIT 1
) AS outcome ON true
ORDER BY decision.decided_at DESC
