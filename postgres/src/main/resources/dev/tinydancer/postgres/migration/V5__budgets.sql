-- Budgets, and the reservations that keep them and the limits of agents.
--
-- What can be used up, money of a budget or places at an agent, is an allowance. A decision that needs any takes it in a
-- transaction of the engine's own and holds it by one reservation, until its outcome is reported or its lease ends.
-- Nobody else writes to allowances, so that no session waits for the transaction of another.

INSERT INTO tiny_dancer.setting (name, value, description) VALUES
    ('budget_time_zone', 'UTC', 'Time zone name; the periods of budgets begin at its hours, days, weeks (Monday), months, quarters and years'),
    ('reservation_retention', '1 day', 'Interval; so long after its lease an outcome still corrects what a decision counts in its budgets');
UPDATE tiny_dancer.setting
SET description = 'Interval; a decision without an outcome counts as in flight, and holds what it has reserved, for so long, or for twice its estimated latency where that is longer'
WHERE name = 'in_flight_lease';

CREATE TABLE tiny_dancer.budget (
    tenant text NOT NULL,
    scope text NOT NULL CHECK (scope = 'all' OR scope LIKE 'agent:_%' OR scope LIKE 'tag:_%'),
    amount float8 NOT NULL CHECK (amount >= 0 AND amount < 'Infinity'),
    period text NOT NULL CHECK (period IN ('hour', 'day', 'week', 'month', 'quarter', 'year', 'total')),
    on_exhausted text NOT NULL CHECK (on_exhausted IN ('reject', 'cheapest')),
    PRIMARY KEY (tenant, scope)
);
COMMENT ON TABLE tiny_dancer.budget IS 'What may be spent, as set with ruvector_set_budget; a part of the catalog';
COMMENT ON COLUMN tiny_dancer.budget.tenant IS 'Whose budget';
COMMENT ON COLUMN tiny_dancer.budget.scope IS 'all for every request, agent:NAME for those that the agent answers, tag:NAME for those with the tag';
COMMENT ON COLUMN tiny_dancer.budget.amount IS 'US dollars for each period';
COMMENT ON COLUMN tiny_dancer.budget.period IS 'hour, day, week, month, quarter or year, each beginning anew; total for one that never does';
COMMENT ON COLUMN tiny_dancer.budget.on_exhausted IS 'reject: what is dearer than the rest is not chosen; cheapest: when the rest does not suffice, the cheapest agent answers';

CREATE TRIGGER budget_inserted AFTER INSERT ON tiny_dancer.budget REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
CREATE TRIGGER budget_updated AFTER UPDATE ON tiny_dancer.budget REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
CREATE TRIGGER budget_deleted AFTER DELETE ON tiny_dancer.budget REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
CREATE TRIGGER budget_truncated AFTER TRUNCATE ON tiny_dancer.budget
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
COMMENT ON TRIGGER budget_inserted ON tiny_dancer.budget IS 'Raises the catalog version';
COMMENT ON TRIGGER budget_updated ON tiny_dancer.budget IS 'Raises the catalog version';
COMMENT ON TRIGGER budget_deleted ON tiny_dancer.budget IS 'Raises the catalog version';
COMMENT ON TRIGGER budget_truncated ON tiny_dancer.budget IS 'Raises the catalog version of every tenant';

-- Sums of numeric are exact: what is reserved and given back leaves nothing behind.
CREATE TABLE tiny_dancer.allowance (
    allowance_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('budget', 'places', 'probe')),
    scope text NOT NULL,
    period text NOT NULL,
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    capacity numeric NOT NULL CHECK (capacity >= 0),
    spent numeric NOT NULL DEFAULT 0 CHECK (spent >= 0),
    reserved numeric NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    excess numeric NOT NULL DEFAULT 0 CHECK (excess >= 0),
    UNIQUE (tenant, kind, scope, period, period_start),
    CONSTRAINT allowance_is_kept CHECK (spent + reserved <= capacity + excess)
) WITH (fillfactor = 50);
COMMENT ON TABLE tiny_dancer.allowance IS 'What can be used up: the money of a budget in one period, the places at an agent with max_concurrency, the one probe of an agent whose circuit is half open';
COMMENT ON COLUMN tiny_dancer.allowance.allowance_id IS 'What reservations name it by; those who lock several do so in this order';
COMMENT ON COLUMN tiny_dancer.allowance.tenant IS 'Whose it is';
COMMENT ON COLUMN tiny_dancer.allowance.kind IS 'budget, places or probe';
COMMENT ON COLUMN tiny_dancer.allowance.scope IS 'The scope of the budget, or the agent';
COMMENT ON COLUMN tiny_dancer.allowance.period IS 'The budget''s period; total for what has none';
COMMENT ON COLUMN tiny_dancer.allowance.period_start IS 'When the budget''s period began; -infinity for what has no period';
COMMENT ON COLUMN tiny_dancer.allowance.period_end IS 'When the next period begins; infinity for what has no period';
COMMENT ON COLUMN tiny_dancer.allowance.capacity IS 'US dollars, or how many requests at a time';
COMMENT ON COLUMN tiny_dancer.allowance.spent IS 'US dollars that are spent for good; 0 for places and probes';
COMMENT ON COLUMN tiny_dancer.allowance.reserved IS 'US dollars, or requests, that reservations hold';
COMMENT ON COLUMN tiny_dancer.allowance.excess IS 'By how much the capacity is exceeded, which only happens where an answer was dearer than its estimate, the capacity was lowered, or on_exhausted is cheapest';
COMMENT ON CONSTRAINT allowance_is_kept ON tiny_dancer.allowance IS 'A reservation never leads beyond the capacity';

CREATE TABLE tiny_dancer.reservation (
    tenant text NOT NULL,
    decision_id uuid NOT NULL,
    agent text NOT NULL,
    budgets bigint[] NOT NULL,
    places bigint[] NOT NULL,
    cost numeric NOT NULL CHECK (cost >= 0),
    charged numeric NOT NULL DEFAULT 0 CHECK (charged >= 0),
    open boolean NOT NULL DEFAULT true,
    logged boolean NOT NULL,
    lease_until timestamptz NOT NULL,
    PRIMARY KEY (tenant, decision_id)
);
CREATE INDEX reservation_lease ON tiny_dancer.reservation (lease_until);
CREATE INDEX reservation_in_flight ON tiny_dancer.reservation (tenant, agent) WHERE open;
COMMENT ON TABLE tiny_dancer.reservation IS 'What a decision holds of allowances, or has used of them; kept for the setting reservation_retention';
COMMENT ON COLUMN tiny_dancer.reservation.tenant IS 'Whose decision';
COMMENT ON COLUMN tiny_dancer.reservation.decision_id IS 'The decision; it never holds anything twice';
COMMENT ON COLUMN tiny_dancer.reservation.agent IS 'The agent that was chosen';
COMMENT ON COLUMN tiny_dancer.reservation.budgets IS 'The allowances from which the cost is reserved';
COMMENT ON COLUMN tiny_dancer.reservation.places IS 'The allowances of which one place or probe is taken';
COMMENT ON COLUMN tiny_dancer.reservation.cost IS 'The estimate, US dollars';
COMMENT ON COLUMN tiny_dancer.reservation.charged IS 'US dollars that it counts in spent of its budgets; 0 while it is open';
COMMENT ON COLUMN tiny_dancer.reservation.open IS 'Whether it still holds cost and places';
COMMENT ON COLUMN tiny_dancer.reservation.logged IS 'Whether its decision is to be found in the log, if its transaction commits';
COMMENT ON COLUMN tiny_dancer.reservation.lease_until IS 'When it ends without an outcome';

CREATE TABLE tiny_dancer.outcome_report (
    report_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant text NOT NULL,
    decision_id uuid NOT NULL,
    success boolean NOT NULL,
    cost float8,
    reported_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX outcome_report_decision ON tiny_dancer.outcome_report (tenant, decision_id);
COMMENT ON TABLE tiny_dancer.outcome_report IS 'Outcomes that reservations have to be settled with; written by insertion in the transactions of those who record them, taken away by the engines';
COMMENT ON COLUMN tiny_dancer.outcome_report.report_id IS 'Of several for a decision the last holds';
COMMENT ON COLUMN tiny_dancer.outcome_report.tenant IS 'Whose decision';
COMMENT ON COLUMN tiny_dancer.outcome_report.decision_id IS 'The decision';
COMMENT ON COLUMN tiny_dancer.outcome_report.success IS 'Whether the agent answered';
COMMENT ON COLUMN tiny_dancer.outcome_report.cost IS 'What it cost, in US dollars, where that is known';
COMMENT ON COLUMN tiny_dancer.outcome_report.reported_at IS 'When it was recorded';

CREATE TYPE tiny_dancer.budget_overview AS (
    scope text,
    period_start timestamptz,
    amount float8,
    spent float8,
    reserved float8,
    remaining float8
);
COMMENT ON TYPE tiny_dancer.budget_overview IS 'A budget in its present period';
COMMENT ON COLUMN tiny_dancer.budget_overview.scope IS 'all, agent:NAME or tag:NAME';
COMMENT ON COLUMN tiny_dancer.budget_overview.period_start IS 'When the present period began; -infinity for a budget whose period is total';
COMMENT ON COLUMN tiny_dancer.budget_overview.amount IS 'US dollars for the period';
COMMENT ON COLUMN tiny_dancer.budget_overview.spent IS 'US dollars spent in it';
COMMENT ON COLUMN tiny_dancer.budget_overview.reserved IS 'US dollars reserved for requests under way';
COMMENT ON COLUMN tiny_dancer.budget_overview.remaining IS 'amount less spent and reserved; below 0 where that was allowed';

CREATE TYPE tiny_dancer.allowance_balance AS (
    kind text,
    scope text,
    period text,
    period_end timestamptz,
    spent float8,
    reserved float8,
    refused boolean
);
COMMENT ON TYPE tiny_dancer.allowance_balance IS 'An allowance as an engine needs to know it';
COMMENT ON COLUMN tiny_dancer.allowance_balance.kind IS 'budget, places or probe';
COMMENT ON COLUMN tiny_dancer.allowance_balance.scope IS 'The scope of the budget, or the agent';
COMMENT ON COLUMN tiny_dancer.allowance_balance.period IS 'The budget''s period; total for what has none';
COMMENT ON COLUMN tiny_dancer.allowance_balance.period_end IS 'When it begins anew; infinity for never';
COMMENT ON COLUMN tiny_dancer.allowance_balance.spent IS 'US dollars spent';
COMMENT ON COLUMN tiny_dancer.allowance_balance.reserved IS 'US dollars or requests reserved';
COMMENT ON COLUMN tiny_dancer.allowance_balance.refused IS 'Whether it did not suffice, and so nothing was reserved at all';

-- They take the tags of the request as well from now on.
DROP FUNCTION IF EXISTS tiny_dancer.static_route(
    text, text, text, text[], float8, float8, float8, text[], float8, int);
DROP FUNCTION IF EXISTS tiny_dancer.static_ranking(
    text, text, text, text[], float8, float8, float8, text[], float8, int);
