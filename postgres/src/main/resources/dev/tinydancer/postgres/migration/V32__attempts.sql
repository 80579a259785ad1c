-- A request that is asked again is one request with several attempts.

CREATE TABLE tiny_dancer.attempt (
    tenant text NOT NULL,
    first_decision uuid NOT NULL,
    decision_id uuid NOT NULL,
    attempt int NOT NULL,
    agent text NOT NULL,
    decided_at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (tenant, first_decision, decision_id)
);
CREATE INDEX attempt_decision ON tiny_dancer.attempt (tenant, decision_id);
CREATE INDEX attempt_decided_at ON tiny_dancer.attempt (decided_at);
CREATE INDEX attempt_xid ON tiny_dancer.attempt (xid);
COMMENT ON TABLE tiny_dancer.attempt IS 'Decisions that were made with retry_of: the second and later attempts of requests; kept as long as the log. Most requests have none, so decisions need no columns for it';
COMMENT ON COLUMN tiny_dancer.attempt.tenant IS 'Whose request';
COMMENT ON COLUMN tiny_dancer.attempt.first_decision IS 'The decision of the first attempt';
COMMENT ON COLUMN tiny_dancer.attempt.decision_id IS 'The decision of this attempt';
COMMENT ON COLUMN tiny_dancer.attempt.attempt IS 'From 2';
COMMENT ON COLUMN tiny_dancer.attempt.agent IS 'The agent that was chosen';
COMMENT ON COLUMN tiny_dancer.attempt.decided_at IS 'When, in whole milliseconds: the time inside decision_id';
COMMENT ON COLUMN tiny_dancer.attempt.xid IS 'The transaction that wrote the row, so that readers find what committed since they last looked';

ALTER TYPE tiny_dancer.routing_decision ADD ATTRIBUTE attempt int CASCADE;
COMMENT ON COLUMN tiny_dancer.routing_decision.attempt IS 'Which attempt of the request this is, from 1';

-- Its forms without retry_of.
DROP FUNCTION IF EXISTS
    ${function_schema}.ruvector_route(
        text, text, text[], float8, float8, float8, text[], float8, text[], int, float8, jsonb),
    ${function_schema}.ruvector_route(
        text, text, text[], float8, float8, float8, text[], float8, text[], int, float8, text, jsonb, jsonb);
