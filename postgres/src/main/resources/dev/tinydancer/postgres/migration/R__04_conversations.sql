-- Conversations: how they stand, for the engine to read, and what it makes of the next request, for the caller to write.
--
-- The caller's transaction writes the row, so that a conversation is as its decisions are: seen by whoever sees them, gone when
-- they are rolled back. Whatever tiny_dancer.log_decisions says, for who does not want a log still wants to be answered by the
-- same agent; only what may not write at all, a read-only transaction, leaves the conversation as it was.

CREATE OR REPLACE FUNCTION tiny_dancer.conversation_of(conversation_id text) RETURNS json
LANGUAGE plpgsql STABLE
-- With the decision's time at hand, its outcome is looked for in one partition.
SET plan_cache_mode = force_custom_plan
AS $function$
DECLARE
    last tiny_dancer.conversation_turn;
    decision_time timestamptz;
    has_failed boolean;
    context_tokens int;
BEGIN
    SELECT turn.* INTO last
    FROM tiny_dancer.conversation_turn AS turn
    WHERE turn.tenant = (SELECT caller.tenant FROM tiny_dancer.caller)
      AND turn.conversation_id = conversation_of.conversation_id
    ORDER BY turn.turn DESC, turn.decision_id DESC
    LIMIT 1;
    IF last.turn IS NULL THEN
        RETURN NULL;
    END IF;
    decision_time := tiny_dancer.decision_time(last.decision_id);
    -- A wrong answer is no failure of the agent: it counts by what is learned of it.
    SELECT coalesce(outcome.kind IN ('failed', 'rate_limited', 'timeout'), NOT outcome.success),
           outcome.input_tokens + outcome.output_tokens
    INTO has_failed, context_tokens
    FROM tiny_dancer.outcome
    WHERE outcome.tenant = last.tenant
      AND outcome.decided_at = decision_time
      AND outcome.decision_id = last.decision_id;
    RETURN json_build_object(
        'turns', last.turn,
        'agent', last.agent,
        'has_failed', coalesce(has_failed, false),
        'context_tokens', coalesce(context_tokens, last.context_tokens),
        'weight', last.weight,
        'difficulty', last.difficulty,
        'categories', last.categories,
        'embedding', encode(last.embedding, 'base64'),
        'caches', last.caches,
        'cache_lifetime_ms', 1000 * date_part('epoch', tiny_dancer.setting_of('prompt_cache_lifetime')::interval));
END
$function$;
COMMENT ON FUNCTION tiny_dancer.conversation_of(text) IS
    'How a conversation of the caller''s tenant stands, as the engine reads it; null before its first decision. What an outcome says of the last answer counts: its real length, and whether it failed';

CREATE OR REPLACE FUNCTION tiny_dancer.keep_turn(turn text) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    kept constant tiny_dancer.conversation_turn := turn::tiny_dancer.conversation_turn;
BEGIN
    IF current_setting('transaction_read_only') = 'off' THEN
        INSERT INTO tiny_dancer.conversation_turn SELECT (kept).*;
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.keep_turn(text) IS
    'Writes a row of tiny_dancer.conversation_turn, unless the transaction may not write';

CREATE OR REPLACE FUNCTION tiny_dancer.forget_conversations() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    forgotten bigint;
BEGIN
    -- Of several engines one does it.
    IF NOT pg_try_advisory_xact_lock('tiny_dancer.conversation_turn'::regclass::oid::int, 0) THEN
        RETURN 0;
    END IF;
    DELETE FROM tiny_dancer.conversation_turn AS earlier
    USING (
        SELECT turn.tenant, turn.conversation_id, turn.turn, turn.decision_id,
               row_number() OVER (
                   PARTITION BY turn.tenant, turn.conversation_id ORDER BY turn.turn DESC, turn.decision_id DESC) AS age
        FROM tiny_dancer.conversation_turn AS turn
    ) AS ranked
    WHERE (ranked.tenant, ranked.conversation_id, ranked.turn, ranked.decision_id)
          = (earlier.tenant, earlier.conversation_id, earlier.turn, earlier.decision_id)
      AND (ranked.age > 1
           OR tiny_dancer.decision_time(earlier.decision_id)
              < now() - tiny_dancer.setting_of('conversation_retention')::interval);
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.forget_conversations() IS
    'Deletes turns that a newer one has followed, and conversations whose last decision is older than conversation_retention. To be called every few hours, as the engine does; returns the number of rows';

CREATE OR REPLACE FUNCTION tiny_dancer.text_of_content(content jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE jsonb_typeof(content)
    WHEN 'string' THEN content #>> '{}'
    WHEN 'array' THEN (SELECT string_agg(part ->> 'text', E'\n' ORDER BY place)
                       FROM jsonb_array_elements(content) WITH ORDINALITY AS given (part, place)) END;
COMMENT ON FUNCTION tiny_dancer.text_of_content(jsonb) IS 'The text of a message''s content: itself, or that of its parts';

CREATE OR REPLACE FUNCTION tiny_dancer.text_to_read(arguments tiny_dancer.routing_arguments, OUT newest text, OUT whole text)
LANGUAGE sql STABLE
AS $function$
    SELECT coalesce(arguments.request,
                    (array_agg(message.body ORDER BY message.place DESC)
                     FILTER (WHERE message.role = 'user' AND tiny_dancer.trimmed(message.body) <> ''))[1]),
           concat_ws(E'\n', string_agg(message.body, E'\n' ORDER BY message.place), arguments.request)
    FROM (
        SELECT given.place, given.message ->> 'role' AS role,
               tiny_dancer.text_of_content(given.message -> 'content') AS body
        FROM jsonb_array_elements(arguments.messages) WITH ORDINALITY AS given (message, place)
    ) AS message
$function$;
COMMENT ON FUNCTION tiny_dancer.text_to_read(tiny_dancer.routing_arguments) IS
    'What is asked, the newest text of a user where no request is given, and all that is said, for when there is no engine to read it';

CREATE OR REPLACE FUNCTION tiny_dancer.needs_of_messages(messages jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT array_agg(DISTINCT need.ability)
    FROM jsonb_array_elements(messages) AS message
    CROSS JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(message -> 'content') WHEN 'array' THEN message -> 'content' ELSE '[]' END) AS part
    JOIN (VALUES ('image_url', 'vision'), ('input_audio', 'audio')) AS need (type, ability) ON need.type = part ->> 'type');
COMMENT ON FUNCTION tiny_dancer.needs_of_messages(jsonb) IS
    'What an agent must be able to read beside text, vision or audio, to answer these messages; null for nothing';

CREATE OR REPLACE FUNCTION tiny_dancer.messages_problem(messages jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE
AS $function$
DECLARE
    place text;
    message jsonb;
    part jsonb;
    number bigint;
    part_number bigint;
BEGIN
    IF messages IS NULL THEN
        RETURN NULL;
    ELSIF jsonb_typeof(messages) <> 'array' THEN
        RETURN tiny_dancer.invalid('messages', jsonb_typeof(messages), 'must be a JSON array');
    ELSIF messages = '[]' THEN
        RETURN ARRAY['22023', 'messages must not be empty', NULL, NULL];
    END IF;
    FOR message, number IN SELECT * FROM jsonb_array_elements(messages) WITH ORDINALITY LOOP
        place := format('messages[%s]', number - 1);
        IF jsonb_typeof(message) <> 'object' THEN
            RETURN tiny_dancer.invalid(place, jsonb_typeof(message), 'must be a JSON object with role and content');
        ELSIF jsonb_typeof(message -> 'role') IS DISTINCT FROM 'string' THEN
            RETURN tiny_dancer.invalid(
                place || '.role', coalesce(jsonb_typeof(message -> 'role'), 'nothing'), 'must be a text');
        ELSIF message ->> 'role' NOT IN ('system', 'developer', 'user', 'assistant', 'tool', 'function') THEN
            RETURN tiny_dancer.invalid(
                place || '.role', message ->> 'role', 'is unknown',
                ARRAY['system', 'developer', 'user', 'assistant', 'tool', 'function']);
        ELSIF jsonb_typeof(message -> 'content') = 'array' THEN
            FOR part, part_number IN SELECT * FROM jsonb_array_elements(message -> 'content') WITH ORDINALITY LOOP
                IF jsonb_typeof(part) <> 'object' THEN
                    RETURN tiny_dancer.invalid(format('%s.content[%s]', place, part_number - 1), jsonb_typeof(part),
                                               'must be a JSON object with a type');
                ELSIF jsonb_typeof(part -> 'type') IS DISTINCT FROM 'string' THEN
                    RETURN tiny_dancer.invalid(format('%s.content[%s].type', place, part_number - 1),
                                               coalesce(jsonb_typeof(part -> 'type'), 'nothing'), 'must be a text');
                ELSIF part ->> 'type' NOT IN ('text', 'image_url', 'input_audio') THEN
                    RETURN tiny_dancer.invalid(
                        format('%s.content[%s].type', place, part_number - 1), part ->> 'type', 'is unknown',
                        ARRAY['text', 'image_url', 'input_audio']);
                ELSIF part ->> 'type' = 'text' AND jsonb_typeof(part -> 'text') IS DISTINCT FROM 'string' THEN
                    RETURN tiny_dancer.invalid(format('%s.content[%s].text', place, part_number - 1),
                                               coalesce(jsonb_typeof(part -> 'text'), 'nothing'), 'must be a text');
                END IF;
            END LOOP;
        ELSIF jsonb_typeof(message -> 'content') IS DISTINCT FROM 'string'
              AND NOT (message ->> 'role' = 'assistant'
                       AND coalesce(jsonb_typeof(message -> 'content'), 'null') = 'null') THEN
            RETURN tiny_dancer.invalid(
                place || '.content', coalesce(jsonb_typeof(message -> 'content'), 'nothing'),
                'must be a text or an array of parts');
        END IF;
    END LOOP;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.messages_problem(jsonb) IS
    'The check that the engine makes of messages, for when there is none: it names the place, and never shows what is said there';
