-- Open circuits leave nobody without an answer, and a half-open one is tried by a share of the requests instead of one that
-- holds a reservation.

INSERT INTO tiny_dancer.setting (name, value, description) VALUES
    ('circuit_last_resort', 'on', 'on: when the circuit of every agent that fits is open, the one whose cool-down ends first is asked all the same; off: that is an error');

DELETE FROM tiny_dancer.allowance WHERE kind = 'probe';
ALTER TABLE tiny_dancer.allowance
    DROP CONSTRAINT allowance_kind_check,
    ADD CONSTRAINT allowance_kind_check CHECK (kind IN ('budget', 'places'));
COMMENT ON TABLE tiny_dancer.allowance IS 'What can be used up: the money of a budget in one period, the places at an agent with max_concurrency';
COMMENT ON COLUMN tiny_dancer.allowance.kind IS 'budget or places';
COMMENT ON COLUMN tiny_dancer.allowance.spent IS 'US dollars that are spent for good; 0 for places';
COMMENT ON COLUMN tiny_dancer.reservation.places IS 'The allowances of which one place is taken';
COMMENT ON COLUMN tiny_dancer.allowance_balance.kind IS 'budget or places';
COMMENT ON COLUMN tiny_dancer.claim_total.kind IS 'budget or places';
