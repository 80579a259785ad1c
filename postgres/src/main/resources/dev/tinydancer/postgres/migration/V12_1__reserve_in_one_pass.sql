-- Reservations are added up before any allowance is locked; what is added up are rows of these types.

DROP FUNCTION IF EXISTS tiny_dancer.claimed(jsonb);
DROP FUNCTION IF EXISTS tiny_dancer.settle_allowances(tiny_dancer.due_settlement[]);

CREATE TYPE tiny_dancer.claim_total AS (
    kind text,
    scope text,
    period text,
    period_start timestamptz,
    capacity numeric,
    need numeric,
    may_exceed boolean,
    allowance_id bigint
);
COMMENT ON TYPE tiny_dancer.claim_total IS 'What the decisions of one call claim of one allowance together';
COMMENT ON COLUMN tiny_dancer.claim_total.kind IS 'budget, places or probe';
COMMENT ON COLUMN tiny_dancer.claim_total.scope IS 'The scope of the budget, or the agent';
COMMENT ON COLUMN tiny_dancer.claim_total.period IS 'The budget''s period; total for what has none';
COMMENT ON COLUMN tiny_dancer.claim_total.period_start IS 'When the period began that it falls into now';
COMMENT ON COLUMN tiny_dancer.claim_total.capacity IS 'Of the allowance, as the catalog of the call has it';
COMMENT ON COLUMN tiny_dancer.claim_total.need IS 'US dollars, or requests';
COMMENT ON COLUMN tiny_dancer.claim_total.may_exceed IS 'Whether it is granted even beyond the capacity';
COMMENT ON COLUMN tiny_dancer.claim_total.allowance_id IS 'The allowance; null while there is none';

CREATE TYPE tiny_dancer.allowance_change AS (
    allowance_id bigint,
    spent numeric,
    released numeric
);
COMMENT ON TYPE tiny_dancer.allowance_change IS 'What settling reservations does to one allowance';
COMMENT ON COLUMN tiny_dancer.allowance_change.allowance_id IS 'The allowance';
COMMENT ON COLUMN tiny_dancer.allowance_change.spent IS 'US dollars that are spent beyond those that counted so far; negative when it was less';
COMMENT ON COLUMN tiny_dancer.allowance_change.released IS 'US dollars, or requests, that are reserved no longer';
