-- Conversations: what is known of one between two of its requests.

-- A row for each turn, and none is ever changed: sessions of the same conversation wait for nobody, and the newest row that a
-- transaction sees is how the conversation stands for it. Without CHECK constraints, as decision.
CREATE TABLE tiny_dancer.conversation_turn (
    tenant text NOT NULL,
    conversation_id text NOT NULL,
    turn int NOT NULL,
    decision_id uuid NOT NULL,
    agent text NOT NULL,
    context_tokens int NOT NULL,
    weight float8,
    difficulty float8,
    categories jsonb,
    embedding bytea,
    caches jsonb NOT NULL,
    PRIMARY KEY (tenant, conversation_id, turn, decision_id)
);
COMMENT ON TABLE tiny_dancer.conversation_turn IS 'How conversations stand after each of their decisions; of older turns than the newest nothing is needed, and tiny_dancer.forget_conversations() deletes them';
COMMENT ON COLUMN tiny_dancer.conversation_turn.tenant IS 'Whose conversation';
COMMENT ON COLUMN tiny_dancer.conversation_turn.conversation_id IS 'The caller''s name for it, 1 to 200 characters';
COMMENT ON COLUMN tiny_dancer.conversation_turn.turn IS 'How many decisions there have been; two sessions may come to the same number, and then the later decision counts';
COMMENT ON COLUMN tiny_dancer.conversation_turn.decision_id IS 'The decision, a UUID of version 7 that has its time in it';
COMMENT ON COLUMN tiny_dancer.conversation_turn.agent IS 'The agent that was chosen';
COMMENT ON COLUMN tiny_dancer.conversation_turn.context_tokens IS 'Length of what was said so far, the expected answer among it, in tokens';
COMMENT ON COLUMN tiny_dancer.conversation_turn.weight IS 'How much has been said that speaks for the mix of the next three columns, in tokens; null where no engine has read any of it';
COMMENT ON COLUMN tiny_dancer.conversation_turn.difficulty IS 'Running mix of how difficult the turns looked, in logits; 0 is ordinary';
COMMENT ON COLUMN tiny_dancer.conversation_turn.categories IS 'Running mix of the turns'' categories: a JSON object of probabilities';
COMMENT ON COLUMN tiny_dancer.conversation_turn.embedding IS 'Running mix of the turns'' embeddings, quantised, of the form that the engine writes and reads';
COMMENT ON COLUMN tiny_dancer.conversation_turn.caches IS 'What agents have read of it: a JSON object by agent of [tokens from the beginning, when, in seconds since 1970]';

INSERT INTO tiny_dancer.setting (name, value, description) VALUES
    ('conversation_retention', '7 days', 'Interval; so long after its last decision a conversation is forgotten'),
    ('prompt_cache_lifetime', '5 minutes', 'Interval; so long after an agent was last asked its provider still has the beginning of the conversation in its cache');

ALTER TYPE tiny_dancer.routing_arguments
    ADD ATTRIBUTE conversation_id text,
    ADD ATTRIBUTE messages jsonb,
    ADD ATTRIBUTE conversation json;
COMMENT ON COLUMN tiny_dancer.routing_arguments.conversation_id IS 'The caller''s name for the conversation';
COMMENT ON COLUMN tiny_dancer.routing_arguments.messages IS 'What has been said, in the form of chat completions';
COMMENT ON COLUMN tiny_dancer.routing_arguments.conversation IS 'How the conversation stands, tiny_dancer.conversation_of; null before its first decision';

ALTER TYPE tiny_dancer.engine_answer ADD ATTRIBUTE turn text;
COMMENT ON COLUMN tiny_dancer.engine_answer.turn IS 'A row of tiny_dancer.conversation_turn that the caller is to write; null for none';

-- The forms without conversation_id and messages.
DROP FUNCTION IF EXISTS
    ${function_schema}.ruvector_route(
        text, text, text[], float8, float8, float8, text[], float8, text[], int, float8, jsonb),
    ${function_schema}.ruvector_explain_route(
        text, text, text[], float8, float8, float8, text[], float8, text[], int, float8, jsonb);
