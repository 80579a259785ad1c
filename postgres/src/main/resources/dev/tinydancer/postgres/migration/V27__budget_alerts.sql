-- Budgets of users and conversations, money on top of a period, alerts, and weeks that begin when the user's do.

INSERT INTO tiny_dancer.setting (name, value, description) VALUES
    ('budget_week_start', 'monday', 'Name of a day; the weeks of budgets begin with it');
UPDATE tiny_dancer.setting
SET description = 'Time zone name; the periods of budgets begin at its hours, days, weeks, months, quarters and years'
WHERE name = 'budget_time_zone';

ALTER TABLE tiny_dancer.budget
    DROP CONSTRAINT budget_scope_check,
    ADD CONSTRAINT budget_scope_check CHECK (scope = 'all' OR scope ~ '^(agent|tag|user|conversation):.'),
    ADD COLUMN alert_at float8[] NOT NULL DEFAULT '{0.8,0.95}',
    ADD COLUMN top_up numeric NOT NULL DEFAULT 0 CHECK (top_up >= 0),
    ADD COLUMN forgiven numeric NOT NULL DEFAULT 0 CHECK (forgiven >= 0),
    ADD COLUMN credit_until timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN tiny_dancer.budget.scope IS 'all for every request, agent:NAME for those that the agent answers, tag:NAME for those with the tag, user:NAME and conversation:ID for those with a tag of that very form or, for the latter, that conversation_id';
COMMENT ON COLUMN tiny_dancer.budget.alert_at IS 'Parts of the amount; an alert is raised when so much is spent';
COMMENT ON COLUMN tiny_dancer.budget.top_up IS 'US dollars on top of the amount, in the period that credit_until ends';
COMMENT ON COLUMN tiny_dancer.budget.forgiven IS 'US dollars of what was spent in that period that count no longer';
COMMENT ON COLUMN tiny_dancer.budget.credit_until IS 'End of the period in which top_up and forgiven count';

CREATE TABLE tiny_dancer.budget_alert (
    alert_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant text NOT NULL,
    scope text NOT NULL,
    period text NOT NULL,
    period_start timestamptz NOT NULL,
    threshold float8 NOT NULL,
    amount float8 NOT NULL,
    spent float8 NOT NULL,
    capacity numeric NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (tenant, scope, period_start, threshold, capacity)
);
COMMENT ON TABLE tiny_dancer.budget_alert IS 'When budgets had spent so much of their amount that somebody wants to know; kept for the setting log_retention';
COMMENT ON COLUMN tiny_dancer.budget_alert.alert_id IS 'What the notice of the channel tiny_dancer_budget_alert says';
COMMENT ON COLUMN tiny_dancer.budget_alert.tenant IS 'Whose budget';
COMMENT ON COLUMN tiny_dancer.budget_alert.scope IS 'The scope of the budget';
COMMENT ON COLUMN tiny_dancer.budget_alert.period IS 'hour, day, week, month, quarter, year or total';
COMMENT ON COLUMN tiny_dancer.budget_alert.period_start IS 'When the period began; -infinity for total';
COMMENT ON COLUMN tiny_dancer.budget_alert.threshold IS 'The part of the amount that is spent';
COMMENT ON COLUMN tiny_dancer.budget_alert.amount IS 'US dollars for the period, with those on top';
COMMENT ON COLUMN tiny_dancer.budget_alert.spent IS 'US dollars that were spent then';
COMMENT ON COLUMN tiny_dancer.budget_alert.capacity IS 'The amount with what was forgiven; another one can raise the same alert again';
COMMENT ON COLUMN tiny_dancer.budget_alert.raised_at IS 'When it was raised';

CREATE TYPE tiny_dancer.budget_alert_overview AS (
    alert_id bigint,
    raised_at timestamptz,
    scope text,
    period text,
    period_start timestamptz,
    threshold float8,
    amount float8,
    spent float8
);
COMMENT ON TYPE tiny_dancer.budget_alert_overview IS 'An alert of a budget';
COMMENT ON COLUMN tiny_dancer.budget_alert_overview.alert_id IS 'What the notice of the channel tiny_dancer_budget_alert says';
COMMENT ON COLUMN tiny_dancer.budget_alert_overview.raised_at IS 'When it was raised';
COMMENT ON COLUMN tiny_dancer.budget_alert_overview.scope IS 'The scope of the budget';
COMMENT ON COLUMN tiny_dancer.budget_alert_overview.period IS 'hour, day, week, month, quarter, year or total';
COMMENT ON COLUMN tiny_dancer.budget_alert_overview.period_start IS 'When the period began; -infinity for total';
COMMENT ON COLUMN tiny_dancer.budget_alert_overview.threshold IS 'The part of the amount that is spent, of those in alert_at';
COMMENT ON COLUMN tiny_dancer.budget_alert_overview.amount IS 'US dollars for the period, with those on top';
COMMENT ON COLUMN tiny_dancer.budget_alert_overview.spent IS 'US dollars that were spent then';

ALTER TYPE tiny_dancer.budget_overview
    ADD ATTRIBUTE projected float8,
    ADD ATTRIBUTE alert float8;
COMMENT ON COLUMN tiny_dancer.budget_overview.scope IS 'all, agent:NAME, tag:NAME, user:NAME or conversation:ID';
COMMENT ON COLUMN tiny_dancer.budget_overview.amount IS 'US dollars for the period, with those on top';
COMMENT ON COLUMN tiny_dancer.budget_overview.spent IS 'US dollars spent in it, since it was last reset';
COMMENT ON COLUMN tiny_dancer.budget_overview.projected IS 'US dollars that will be spent at its end if it goes on as it did so far; null where the period is total';
COMMENT ON COLUMN tiny_dancer.budget_overview.alert IS 'The highest part of the amount in alert_at that is spent; null where none is';

-- The form without alert_at.
DROP FUNCTION IF EXISTS ${function_schema}.ruvector_set_budget(text, float8, text, text, jsonb);
