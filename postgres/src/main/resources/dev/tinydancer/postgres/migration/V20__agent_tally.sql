-- What ruvector_list_agents shows is counted as it comes, so that nobody has to count the log.

CREATE TABLE tiny_dancer.agent_tally (
    tenant text NOT NULL,
    agent text NOT NULL,
    decided_from timestamptz NOT NULL,
    requests bigint NOT NULL,
    completed bigint NOT NULL,
    successes bigint NOT NULL,
    awaited bigint NOT NULL,
    PRIMARY KEY (tenant, agent, decided_from)
) WITH (fillfactor = 50);
COMMENT ON TABLE tiny_dancer.agent_tally IS 'Decisions and outcomes of each agent, added up: by small spans of time while they may be in flight, and all that were before together';
COMMENT ON COLUMN tiny_dancer.agent_tally.tenant IS 'Whose agent';
COMMENT ON COLUMN tiny_dancer.agent_tally.agent IS 'The agent';
COMMENT ON COLUMN tiny_dancer.agent_tally.decided_from IS 'Beginning of the span in which they were decided; -infinity for all that are no longer in flight';
COMMENT ON COLUMN tiny_dancer.agent_tally.requests IS 'Decisions, and outcomes without a decision';
COMMENT ON COLUMN tiny_dancer.agent_tally.completed IS 'Outcomes';
COMMENT ON COLUMN tiny_dancer.agent_tally.successes IS 'Outcomes that are a success';
COMMENT ON COLUMN tiny_dancer.agent_tally.awaited IS 'Decisions less their outcomes, without those that hold a place of tiny_dancer.allowance';

CREATE TABLE tiny_dancer.tally_progress (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    counted pg_snapshot NOT NULL,
    system_identifier bigint NOT NULL
);
COMMENT ON TABLE tiny_dancer.tally_progress IS 'How far tiny_dancer.agent_tally has come';
COMMENT ON COLUMN tiny_dancer.tally_progress.only_row IS 'Keeps the table at one row';
COMMENT ON COLUMN tiny_dancer.tally_progress.counted IS 'What is visible in this snapshot has been counted';
COMMENT ON COLUMN tiny_dancer.tally_progress.system_identifier IS 'The cluster whose snapshot it is; in any other it means nothing';

CREATE TABLE tiny_dancer.replaced_outcome (
    tenant text NOT NULL,
    decided_at timestamptz NOT NULL,
    decision_id uuid,
    agent text NOT NULL,
    success boolean NOT NULL,
    xid xid8 NOT NULL,
    replaced_by xid8 NOT NULL DEFAULT pg_current_xact_id()
);
ALTER TABLE tiny_dancer.replaced_outcome REPLICA IDENTITY FULL;
COMMENT ON TABLE tiny_dancer.replaced_outcome IS 'Outcomes as they were before another took their place, until tiny_dancer.tally() has seen to it';
COMMENT ON COLUMN tiny_dancer.replaced_outcome.tenant IS 'Whose request';
COMMENT ON COLUMN tiny_dancer.replaced_outcome.decided_at IS 'When it was decided';
COMMENT ON COLUMN tiny_dancer.replaced_outcome.decision_id IS 'The decision; null for an outcome without one';
COMMENT ON COLUMN tiny_dancer.replaced_outcome.agent IS 'The agent that answered';
COMMENT ON COLUMN tiny_dancer.replaced_outcome.success IS 'Whether it was a success';
COMMENT ON COLUMN tiny_dancer.replaced_outcome.xid IS 'The transaction that wrote the outcome which is replaced';
COMMENT ON COLUMN tiny_dancer.replaced_outcome.replaced_by IS 'The transaction that replaced it';

-- It counted what the log has of the last minute.
DROP FUNCTION IF EXISTS tiny_dancer.in_flight_of(text);

-- Nothing has been counted yet; the functions do so when they are made.
INSERT INTO tiny_dancer.tally_progress (counted, system_identifier) VALUES ('1:1:', 0);
