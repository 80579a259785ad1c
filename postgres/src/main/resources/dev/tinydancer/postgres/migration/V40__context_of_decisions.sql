-- What the log tells of a request beside others: the conversation it belongs to, and the requests that are like it.

ALTER TABLE tiny_dancer.decision ADD COLUMN conversation_id text;
COMMENT ON COLUMN tiny_dancer.decision.conversation_id IS 'The caller''s name for the conversation; null where it named none';
-- Of most decisions it has no entry.
CREATE INDEX decision_conversation ON tiny_dancer.decision (tenant, conversation_id) WHERE conversation_id IS NOT NULL;

-- Whatever columns there are by now, this one comes last.
DO $view$
BEGIN
    EXECUTE format(
        'CREATE OR REPLACE VIEW tiny_dancer.logged_decision AS SELECT %s, conversation_id FROM tiny_dancer.decision',
        (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
         FROM pg_attribute
         WHERE attrelid = 'tiny_dancer.logged_decision'::regclass AND attnum > 0 AND NOT attisdropped));
END
$view$;

CREATE TYPE tiny_dancer.similar_request AS (
    decision_id uuid,
    decided_at timestamptz,
    agent text,
    similarity float8,
    weight float8,
    answered_well float8,
    category text,
    request text
);
COMMENT ON TYPE tiny_dancer.similar_request IS 'A request with an outcome that counts when the quality of another is predicted';
COMMENT ON COLUMN tiny_dancer.similar_request.decision_id IS 'Its decision';
COMMENT ON COLUMN tiny_dancer.similar_request.decided_at IS 'When it was decided';
COMMENT ON COLUMN tiny_dancer.similar_request.agent IS 'The agent that answered';
COMMENT ON COLUMN tiny_dancer.similar_request.similarity IS 'Cosine of the two embeddings, at most 1';
COMMENT ON COLUMN tiny_dancer.similar_request.weight IS 'How much it counts, in [0, 1]: falls with similarity and age';
COMMENT ON COLUMN tiny_dancer.similar_request.answered_well IS 'How good the answer was, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.similar_request.category IS 'Its category as the engine saw it';
COMMENT ON COLUMN tiny_dancer.similar_request.request IS 'Its text, where it was kept and the caller may read texts';
