-- The log for those whose it is. The views read with the rights of tiny_dancer_owner, who is not subject to row-level security,
-- and name the caller's tenant, as the functions do: one way for all versions of PostgreSQL, of which 14 has no views that
-- read with the caller's rights. security_barrier keeps functions of the caller's own from being asked about rows of others.

CREATE OR REPLACE FUNCTION tiny_dancer.may_read_texts() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN pg_has_role(tiny_dancer.caller_role(), 'tiny_dancer_admin', 'USAGE');
COMMENT ON FUNCTION tiny_dancer.may_read_texts() IS
    'Whether the calling role sees the texts of requests in ruvector_decisions: one with tiny_dancer_admin';

CREATE OR REPLACE VIEW ${function_schema}.ruvector_decisions WITH (security_barrier) AS
SELECT decision.decision_id,
       decision.decided_at,
       decision.agent,
       decision.optimize_for,
       decision.category,
       decision.difficulty,
       decision.confidence,
       decision.expected_quality,
       decision.estimated_cost,
       decision.estimated_latency_ms,
       decision.input_tokens,
       decision.output_tokens AS expected_output_tokens,
       decision.reasoning,
       tiny_dancer.alternatives_of(decision.next_agents, decision.alternatives) AS alternatives,
       decision.probability,
       decision.fallback,
       decision.tags,
       decision.request_hash,
       CASE WHEN (SELECT tiny_dancer.may_read_texts()) THEN decision.request END AS request
FROM tiny_dancer.decision
WHERE decision.tenant = (SELECT tiny_dancer.row_tenant());
COMMENT ON VIEW ${function_schema}.ruvector_decisions IS
    'The decisions of the caller''s tenant that the log still has, one row for each request that was routed. Found quickly by decided_at, which is the time inside decision_id';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.decision_id IS 'What ruvector_record_outcome takes';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.decided_at IS 'When, in whole milliseconds';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.agent IS 'The agent that was chosen';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.optimize_for IS 'The policy; total_cost for a batch as a whole, and the strategy for a step of a plan of several agents';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.category IS 'The request''s category as the engine saw it; null from the fallback';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.difficulty IS 'How difficult the request looked by its text: about -2 where any agent can do it, 0 ordinary, about 1 demanding; null without an engine';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.confidence IS 'Probability that the chosen agent answers well, in [0, 1]';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.expected_quality IS 'Predicted quality, in [0, 1]';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.estimated_cost IS 'Of this request with this agent, US dollars';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.estimated_latency_ms IS 'Of this request with this agent, milliseconds';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.input_tokens IS 'Length of the request in tokens';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.expected_output_tokens IS 'Expected length of the answer in tokens';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.reasoning IS 'Why this agent, in words';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.alternatives IS 'The agents that came next, with their figures; null where the agent was chosen in a batch or a plan';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.probability IS 'With what probability this agent was to be chosen: 1 where nothing was tried out';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.fallback IS 'Whether it was chosen without an engine';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.tags IS 'The caller''s tags';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.request_hash IS 'SHA-256 of the request''s UTF-8 bytes';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.request IS 'The request itself, where it was kept (tiny_dancer.log_requests = on) and the caller has tiny_dancer_admin; otherwise null';

CREATE OR REPLACE VIEW ${function_schema}.ruvector_outcomes WITH (security_barrier) AS
SELECT outcome.decision_id,
       outcome.decided_at,
       outcome.recorded_at,
       outcome.agent,
       outcome.success,
       outcome.latency_ms,
       coalesce(outcome.cost, outcome.computed_cost) AS cost,
       outcome.input_tokens,
       outcome.output_tokens,
       outcome.quality,
       outcome.error,
       outcome.kind,
       outcome.completed_at,
       outcome.cached_input_tokens,
       outcome.cache_write_tokens,
       outcome.reasoning_tokens,
       outcome.retry_after_ms
FROM tiny_dancer.outcome
WHERE outcome.tenant = (SELECT tiny_dancer.row_tenant());
COMMENT ON VIEW ${function_schema}.ruvector_outcomes IS
    'The outcomes of the caller''s tenant that the log still has: what came of decisions, and what was recorded without one';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.decision_id IS 'The decision; null for an outcome without one';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.decided_at IS 'When it was decided; without a decision, when it was recorded';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.recorded_at IS 'When it was recorded, or last replaced';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.agent IS 'The agent that answered; null while the engine has not yet written the decision (log_decisions = async)';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.success IS 'Whether there was a good answer';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.latency_ms IS 'How long it took, in milliseconds';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.cost IS 'What it cost, in US dollars';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.input_tokens IS 'Length of the request in the agent''s tokens';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.output_tokens IS 'Length of the answer in the agent''s tokens';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.quality IS 'How good the answer was, in [0, 1]; null when nobody judged it';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.error IS 'What went wrong, in the caller''s words';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.kind IS 'success, failed, rate_limited, timeout, cancelled or wrong; null where it was not said';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.completed_at IS 'When a later report last completed it; null where none did';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.cached_input_tokens IS 'Those of input_tokens that the agent had in its cache';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.cache_write_tokens IS 'Those of input_tokens that it put into its cache';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.reasoning_tokens IS 'Those of output_tokens that it thought with';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.retry_after_ms IS 'For how long an agent that limits the rate wants to be left alone, in milliseconds';
