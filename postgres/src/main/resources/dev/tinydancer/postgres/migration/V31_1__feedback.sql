-- What people and judges say of answers: any number of judgements of a decision, whenever they come.

CREATE TABLE tiny_dancer.feedback (
    feedback_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant text NOT NULL,
    decided_at timestamptz NOT NULL,
    decision_id uuid NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    source text NOT NULL,
    quality float8 NOT NULL CHECK (quality BETWEEN 0 AND 1),
    weight float8 NOT NULL CHECK (weight > 0 AND weight < 'Infinity'),
    comment text
);
CREATE INDEX feedback_decision ON tiny_dancer.feedback (decided_at, decision_id);
CREATE INDEX feedback_xid ON tiny_dancer.feedback (xid);
COMMENT ON TABLE tiny_dancer.feedback IS 'Judgements of answers, each as it was given; kept as long as the log. Not by days: there are few, and every look for new ones would open all of them';
COMMENT ON COLUMN tiny_dancer.feedback.feedback_id IS 'In the order of their coming';
COMMENT ON COLUMN tiny_dancer.feedback.tenant IS 'Whose request';
COMMENT ON COLUMN tiny_dancer.feedback.decided_at IS 'When it was decided';
COMMENT ON COLUMN tiny_dancer.feedback.decision_id IS 'The decision';
COMMENT ON COLUMN tiny_dancer.feedback.xid IS 'The transaction that wrote the row, so that readers find what committed since they last looked';
COMMENT ON COLUMN tiny_dancer.feedback.recorded_at IS 'When it was given';
COMMENT ON COLUMN tiny_dancer.feedback.source IS 'Who judges: user, or a name of the caller''s choice; judgements of one source count together as one';
COMMENT ON COLUMN tiny_dancer.feedback.quality IS 'How good the answer was, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.feedback.weight IS 'How much the judgement counts; an outcome''s own quality has the weight 1';
COMMENT ON COLUMN tiny_dancer.feedback.comment IS 'In the judge''s words';
