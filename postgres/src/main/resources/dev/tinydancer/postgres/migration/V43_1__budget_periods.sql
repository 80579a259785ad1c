-- How long the present period of a budget is, and what holds its reserved money.

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
