-- What engines count of outcomes. An engine that does not know the parameter of a call that names the caller's trace would
-- refuse the call, so that older ones must not answer.

CREATE TYPE tiny_dancer.counted_outcome AS (
    tenant text,
    decision_id uuid,
    completes boolean,
    agent text,
    kind text,
    latency_ms float8,
    cost float8,
    input_tokens int,
    output_tokens int
);
COMMENT ON TYPE tiny_dancer.counted_outcome IS 'What metrics add up of an outcome';
COMMENT ON COLUMN tiny_dancer.counted_outcome.tenant IS 'Whose request';
COMMENT ON COLUMN tiny_dancer.counted_outcome.decision_id IS 'The decision; null for an outcome without one';
COMMENT ON COLUMN tiny_dancer.counted_outcome.completes IS 'Whether a later report has completed it, so that it has been counted before';
COMMENT ON COLUMN tiny_dancer.counted_outcome.agent IS 'The agent that answered';
COMMENT ON COLUMN tiny_dancer.counted_outcome.kind IS 'success, failed, rate_limited, timeout, cancelled or wrong';
COMMENT ON COLUMN tiny_dancer.counted_outcome.latency_ms IS 'How long it took, in milliseconds';
COMMENT ON COLUMN tiny_dancer.counted_outcome.cost IS 'What it cost, in US dollars';
COMMENT ON COLUMN tiny_dancer.counted_outcome.input_tokens IS 'Length of the request in tokens';
COMMENT ON COLUMN tiny_dancer.counted_outcome.output_tokens IS 'Length of the answer in tokens';
