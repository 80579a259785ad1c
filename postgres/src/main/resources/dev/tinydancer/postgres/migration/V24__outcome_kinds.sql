-- Outcomes arrive in pieces and say what kind they are of.
--
-- Without CHECK constraints: adding them would read every outcome there is while all sessions wait. Their one writer checks.

ALTER TABLE tiny_dancer.outcome
    ADD COLUMN completed_at timestamptz,
    ADD COLUMN cached_input_tokens int,
    ADD COLUMN cache_write_tokens int,
    ADD COLUMN reasoning_tokens int,
    ADD COLUMN kind text,
    ADD COLUMN retry_after_ms float8;
COMMENT ON COLUMN tiny_dancer.outcome.recorded_at IS 'When it was first recorded, or last replaced';
COMMENT ON COLUMN tiny_dancer.outcome.completed_at IS 'When a later report last completed it; null for none';
COMMENT ON COLUMN tiny_dancer.outcome.cached_input_tokens IS 'Those of input_tokens that the agent read from its cache';
COMMENT ON COLUMN tiny_dancer.outcome.cache_write_tokens IS 'Those of input_tokens that the agent wrote to its cache';
COMMENT ON COLUMN tiny_dancer.outcome.reasoning_tokens IS 'Those of output_tokens that the agent used for reasoning';
COMMENT ON COLUMN tiny_dancer.outcome.kind IS 'As reported: success, failed, rate_limited, timeout, cancelled or wrong; null where only success was said';
COMMENT ON COLUMN tiny_dancer.outcome.retry_after_ms IS 'Of rate_limited: for how long from recorded_at on the agent wants to be left alone, in milliseconds';
COMMENT ON COLUMN tiny_dancer.outcome.success IS 'Whether there was a good answer';

-- A pause can be older than the latest outcomes.
CREATE INDEX outcome_of_pause ON tiny_dancer.outcome (tenant, agent, recorded_at) WHERE retry_after_ms IS NOT NULL;

-- Its form with fewer arguments.
DROP FUNCTION IF EXISTS ${function_schema}.ruvector_record_outcome(
    uuid, boolean, float8, float8, int, int, float8, text, jsonb);
