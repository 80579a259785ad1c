-- What an agent was not let finish counts neither for nor against it.

ALTER TABLE tiny_dancer.replaced_outcome ADD COLUMN kind text;
COMMENT ON COLUMN tiny_dancer.replaced_outcome.kind IS 'Of what kind it was, where that was reported';

ALTER TABLE tiny_dancer.decision_hourly ADD COLUMN cancelled_requests bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN tiny_dancer.decision_hourly.cancelled_requests IS 'Those that were cancelled, which are not among completed_requests';
COMMENT ON COLUMN tiny_dancer.decision_hourly.completed_requests IS 'Those with an outcome, but not the cancelled ones';
COMMENT ON COLUMN tiny_dancer.agent_tally.completed IS 'Outcomes, but not of cancelled requests';
COMMENT ON COLUMN tiny_dancer.routing_figures.completed_requests IS 'Those with an outcome, but not the cancelled ones';
COMMENT ON COLUMN tiny_dancer.routing_figures.success_rate IS 'Share of completed_requests that were a success';

-- It returns one more column now.
DROP FUNCTION IF EXISTS tiny_dancer.log_sums(timestamptz, timestamptz, text, text);
