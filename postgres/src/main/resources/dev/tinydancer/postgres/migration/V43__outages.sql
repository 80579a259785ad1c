-- When circuits of agents were not closed; how long the present period of a budget is, and what holds its reserved money.

CREATE TABLE tiny_dancer.outage (
    tenant text NOT NULL,
    agent text NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz,
    rests_until timestamptz NOT NULL,
    PRIMARY KEY (tenant, agent, began_at)
);
CREATE UNIQUE INDEX outage_present ON tiny_dancer.outage (tenant, agent) WHERE ended_at IS NULL;
COMMENT ON TABLE tiny_dancer.outage IS 'When the circuits of agents were open or half open, to the second in which tiny_dancer.tally() saw it; kept for the setting log_retention';
COMMENT ON COLUMN tiny_dancer.outage.tenant IS 'Whose agent';
COMMENT ON COLUMN tiny_dancer.outage.agent IS 'The agent';
COMMENT ON COLUMN tiny_dancer.outage.began_at IS 'When its circuit was first seen open';
COMMENT ON COLUMN tiny_dancer.outage.ended_at IS 'When it was seen closed again, or the agent was there no longer; null while it is not closed';
COMMENT ON COLUMN tiny_dancer.outage.rests_until IS 'Until when it was, or is, left alone';

ALTER TYPE tiny_dancer.budget_overview
    ADD ATTRIBUTE period text,
    ADD ATTRIBUTE period_end timestamptz;
COMMENT ON COLUMN tiny_dancer.budget_overview.period IS 'hour, day, week, month, quarter, year or total';
COMMENT ON COLUMN tiny_dancer.budget_overview.period_end IS 'When the next period begins; infinity where the period is total';

CREATE TYPE tiny_dancer.budget_holder AS (
    scope text,
    agent text,
    requests bigint,
    reserved float8,
    oldest timestamptz,
    ends_at timestamptz
);
COMMENT ON TYPE tiny_dancer.budget_holder IS 'What requests under way to one agent hold of a budget';
COMMENT ON COLUMN tiny_dancer.budget_holder.scope IS 'The budget, as in ruvector_budget_status';
COMMENT ON COLUMN tiny_dancer.budget_holder.agent IS 'The agent that was chosen';
COMMENT ON COLUMN tiny_dancer.budget_holder.requests IS 'Requests without an outcome whose lease is not over';
COMMENT ON COLUMN tiny_dancer.budget_holder.reserved IS 'What they are expected to cost, US dollars';
COMMENT ON COLUMN tiny_dancer.budget_holder.oldest IS 'When the first of them was decided';
COMMENT ON COLUMN tiny_dancer.budget_holder.ends_at IS 'When the last of them counts as spent if no outcome is recorded';
