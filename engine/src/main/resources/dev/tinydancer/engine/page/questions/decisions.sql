--! within interval 1 day
--! before timestamptz
--! back interval
--! older_than uuid
--! after timestamptz
--! agent text
--! category text
--! tag text
--! policy text
--! outcome text
--! limit int 50
SELECT decision.decision_id, decision.decided_at, decision.agent, decision.optimize_for, decision.category,
       decision.expected_quality, decision.estimated_cost, decision.estimated_latency_ms, decision.tags,
       decision.fallback, decision.probability,
       outcome.success, outcome.latency_ms, outcome.cost, outcome.quality, outcome.kind, outcome.error
FROM ruvector_latest_decisions(
    agent => :agent, --? agent
    category => :category, --? category
    tag => :tag, --? tag
    optimize_for => :policy, --? policy
    outcome => :outcome, --? outcome
    before => :older_than, --? older_than
    until => :before - interval '1 millisecond', --? before
    until => now() - :back, --? back
    within => :within,
    max_rows => least(:limit, 1000)) AS decision
LEFT JOIN LATERAL (
    SELECT * FROM ruvector_outcomes AS known
    WHERE known.decided_at = decision.decided_at AND known.decision_id = decision.decision_id
    LIMIT 1
) AS outcome ON true
WHERE decision.decided_at > :after --? after
ORDER BY decision.decided_at DESC, decision.decision_id DESC
