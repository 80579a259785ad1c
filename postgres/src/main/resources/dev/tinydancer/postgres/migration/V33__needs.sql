-- What a request needs of an agent beside text, and what agents say of that in their metadata.

ALTER TYPE tiny_dancer.routing_arguments ADD ATTRIBUTE needs text[];
COMMENT ON COLUMN tiny_dancer.routing_arguments.needs IS 'Abilities that the agent must all have, such as vision or tools';

COMMENT ON COLUMN tiny_dancer.agent.metadata IS
    'The owner''s own notes, a JSON object; of these, routing reads model, tokenizer, token_factor, context_window, max_output_tokens, modalities and whatever is true';
COMMENT ON COLUMN tiny_dancer.agent_overview.metadata IS 'The owner''s own notes, of which routing reads some';

-- The forms without needs.
DROP FUNCTION IF EXISTS
    ${function_schema}.ruvector_route(
        text, text, text[], float8, float8, float8, text[], float8, text[], int, float8, text, jsonb, uuid, jsonb),
    ${function_schema}.ruvector_explain_route(
        text, text, text[], float8, float8, float8, text[], float8, text[], int, float8, text, jsonb, jsonb),
    ${function_schema}.ruvector_route_multi(
        text, int, text, text[], float8, float8, float8, text[], float8, text[], int, float8, jsonb),
    ${function_schema}.ruvector_batch_route(
        text[], text, float8, float8, text[], float8, float8, float8, text[], float8, text[], int, float8, jsonb);
