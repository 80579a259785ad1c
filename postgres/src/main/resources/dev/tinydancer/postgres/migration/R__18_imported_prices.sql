-- What a price list says of the agents that are registered.

CREATE OR REPLACE FUNCTION tiny_dancer.word_parts(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT DISTINCT substr('  ' || lower(word) || ' ', place, 3)
             FROM generate_series(1, least(length(word), 200) + 1) AS place);
COMMENT ON FUNCTION tiny_dancer.word_parts(text) IS 'All that three characters in a row are in a name, by which names are near each other';

CREATE OR REPLACE FUNCTION tiny_dancer.nearest_names(wanted text, names text[], most int = 3) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT coalesce(array_agg(near.name ORDER BY near.place), '{}')
    FROM (
        SELECT candidate.name, row_number() OVER (ORDER BY compared.likeness DESC, length(candidate.name), candidate.name) AS place
        FROM (SELECT DISTINCT name FROM unnest(names) AS name) AS candidate
        CROSS JOIN (SELECT tiny_dancer.word_parts(wanted) AS parts OFFSET 0) AS sought
        CROSS JOIN LATERAL (SELECT tiny_dancer.word_parts(candidate.name) AS parts OFFSET 0) AS own
        CROSS JOIN LATERAL (
            SELECT count(*)::float8 / nullif(cardinality(own.parts) + cardinality(sought.parts) - count(*), 0) AS likeness
            FROM unnest(own.parts) AS part
            WHERE part = ANY (sought.parts)
        ) AS compared
        WHERE compared.likeness > 0.2
    ) AS near
    WHERE near.place <= most
$function$;
COMMENT ON FUNCTION tiny_dancer.nearest_names(text, text[], int) IS 'Those of the names that look most like the one that is wanted, the nearest first; without any that is far';

CREATE OR REPLACE FUNCTION tiny_dancer.is_maker(provider text, model text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN EXISTS (
    SELECT FROM (VALUES
        ('^(gpt|chatgpt|o[1-9]|codex|text-embedding|dall-e|whisper)', ARRAY['openai']),
        ('^claude', ARRAY['anthropic']),
        ('^(gemini|gemma)', ARRAY['google', 'gemini']),
        ('^(mistral|ministral|magistral|codestral|devstral|pixtral|mixtral|open-mi)', ARRAY['mistral', 'mistralai']),
        ('^deepseek', ARRAY['deepseek']),
        ('^grok', ARRAY['xai', 'x-ai']),
        ('^(command|c4ai|aya)', ARRAY['cohere', 'cohere_chat']),
        ('^(kimi|moonshot)', ARRAY['moonshot', 'moonshotai']),
        ('^glm', ARRAY['zai', 'z-ai', 'zhipuai']),
        ('^minimax', ARRAY['minimax']),
        ('^sonar', ARRAY['perplexity']),
        ('^(qwen|qwq|qvq)', ARRAY['alibaba', 'dashscope', 'qwen']),
        ('^llama', ARRAY['meta', 'meta-llama', 'meta_llama'])) AS maker (family, providers)
    WHERE provider = ANY (maker.providers) AND lower(model) ~ maker.family);
COMMENT ON FUNCTION tiny_dancer.is_maker(text, text) IS
    'Whether a provider made the model: one that is named without a provider is its maker''s, and not what others charge for it';

CREATE OR REPLACE FUNCTION tiny_dancer.price_of_key(prices jsonb, key text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((prices ->> key)::numeric, CASE key
    WHEN 'cached_input' THEN (prices ->> 'input')::numeric
    WHEN 'cache_write' THEN (prices ->> 'input')::numeric
    WHEN 'cache_write_1h' THEN coalesce(prices ->> 'cache_write', prices ->> 'input')::numeric
    WHEN 'reasoning' THEN (prices ->> 'output')::numeric END, 0);
COMMENT ON FUNCTION tiny_dancer.price_of_key(jsonb, text) IS 'What a list without tiers charges for one kind of thing, by itself or as another kind';

CREATE OR REPLACE FUNCTION tiny_dancer.dearer_prices(before jsonb, after jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT string_agg(point.words, '; ' ORDER BY point.above)
    FROM (
        SELECT start.above,
               CASE WHEN start.above > 0 THEN format('above %s input tokens: ', start.above) ELSE '' END
               || string_agg(format('%s %s → %s', key, was, becomes), ', ' ORDER BY place) AS words
        FROM (SELECT 0::numeric AS above
              UNION
              SELECT (tier ->> 'above_input_tokens')::numeric
              FROM tiny_dancer.listed_elements(coalesce(before -> 'tiers', '[]') || coalesce(after -> 'tiers', '[]')) AS tier
        ) AS start
        CROSS JOIN unnest(tiny_dancer.token_price_keys() || '{call,second,image}'::text[]) WITH ORDINALITY AS kind (key, place)
        CROSS JOIN LATERAL tiny_dancer.price_of_key(tiny_dancer.prices_for(before, start.above::float8 + 1), key) AS was
        CROSS JOIN LATERAL tiny_dancer.price_of_key(tiny_dancer.prices_for(after, start.above::float8 + 1), key) AS becomes
        WHERE becomes > was AND (start.above = 0 OR key = ANY (tiny_dancer.token_price_keys()))
          -- What follows another kind is not said again.
          AND (after ? key OR before ? key OR start.above > 0 AND key IN ('input', 'output'))
        GROUP BY start.above
    ) AS point
$function$;
COMMENT ON FUNCTION tiny_dancer.dearer_prices(jsonb, jsonb) IS 'What one list charges more for than another, with both prices; null for nothing';

CREATE OR REPLACE FUNCTION tiny_dancer.price_changes(tenant text, document jsonb, format text)
RETURNS TABLE (agent text, model text, change text, before jsonb, after jsonb, reason text, effective_from timestamptz)
LANGUAGE sql STABLE
SET jit = off
AS $function$
    WITH listed AS MATERIALIZED (
        SELECT row_number() OVER () AS id, *
        FROM tiny_dancer.listed_models(price_changes.document, price_changes.format)
    ), listed_name AS MATERIALIZED (
        SELECT listed.id, listed.model AS name, 1 AS rank
        FROM listed
        UNION ALL
        SELECT listed.id, listed.provider || '/' || listed.model, 1
        FROM listed
        WHERE NOT starts_with(listed.model, listed.provider || '/')
        UNION ALL
        SELECT listed.id, name, CASE WHEN tiny_dancer.is_maker(listed.provider, name) THEN 2 ELSE 3 END
        FROM listed
        CROSS JOIN LATERAL unnest(listed.names) AS name
        WHERE name <> listed.model
    ), registered AS MATERIALIZED (
        SELECT present.name AS agent, present.agent_type, coalesce(present.metadata ->> 'model', present.name) AS model,
               wanted.place, wanted.name
        FROM tiny_dancer.agent AS present
        CROSS JOIN LATERAL (VALUES (1, present.metadata ->> 'model'), (2, present.name)) AS wanted (place, name)
        WHERE present.tenant = price_changes.tenant AND wanted.name IS NOT NULL
    ), candidate AS MATERIALIZED (
        SELECT registered.agent, listed_name.id,
               rank() OVER (PARTITION BY registered.agent
                            ORDER BY registered.place, listed_name.rank, listed_name.name <> registered.name) AS rank
        FROM registered
        JOIN listed_name ON lower(listed_name.name) = lower(registered.name)
    ), meant AS (
        -- Of those that are named alike, the ones that can be taken; they must say the same.
        SELECT candidate.agent, count(DISTINCT listed.prices) FILTER (WHERE listed.refusal IS NULL) AS lists,
               (array_agg(listed.id ORDER BY listed.refusal IS NOT NULL, listed.model, listed.id))[1] AS id,
               array_agg(DISTINCT listed.model) FILTER (WHERE listed.refusal IS NULL) AS models
        FROM candidate
        JOIN listed ON listed.id = candidate.id
        WHERE candidate.rank = 1 AND listed.effective_from IS NULL
        GROUP BY candidate.agent
    ), said AS (
        SELECT meant.agent, listed.model, listed.prices, listed.effective_from,
               CASE WHEN meant.lists > 1
                    THEN format('names %s: say which in metadata.model', array_to_string(meant.models, ' and '))
                    ELSE listed.model || ' ' || listed.refusal END AS refusal
        FROM meant
        JOIN listed AS chosen ON chosen.id = meant.id
        JOIN listed ON listed.model = chosen.model AND listed.provider IS NOT DISTINCT FROM chosen.provider
        WHERE listed.effective_from IS NULL AND listed.id = chosen.id
           OR listed.effective_from IS NOT NULL AND meant.lists = 1
    ), compared AS (
        SELECT said.*, tiny_dancer.orderly_prices(said.prices) AS after,
               nullif(tiny_dancer.prices_at(price_changes.tenant, said.agent,
                                            coalesce(said.effective_from, clock_timestamp())), '{}') AS before
        FROM said
    )
    SELECT compared.agent, compared.model,
           CASE WHEN compared.refusal IS NOT NULL THEN 'refused'
                WHEN compared.before IS NULL THEN 'new'
                WHEN compared.before = compared.after THEN 'same'
                ELSE 'changed' END,
           compared.before,
           CASE WHEN compared.refusal IS NULL THEN compared.after END,
           coalesce(compared.refusal, nullif(concat_ws(
               '; ',
               'from ' || (compared.effective_from AT TIME ZONE 'UTC')::date,
               CASE WHEN compared.before <> compared.after
                    THEN 'costs more: ' || tiny_dancer.dearer_prices(compared.before, compared.after) END,
               CASE WHEN compared.before <> compared.after THEN
                   (SELECT 'has no longer ' || string_agg(format('%s (%s)', price.key, price.value), ', ' ORDER BY price.key)
                    FROM jsonb_each(compared.before) AS price
                    WHERE NOT compared.after ? price.key) END,
               CASE WHEN (SELECT bool_and(price.value::numeric = 0) FROM jsonb_each(compared.after - 'tiers') AS price)
                     AND compared.before IS DISTINCT FROM compared.after THEN 'costs nothing, says the list' END), '')),
           compared.effective_from
    FROM compared
    UNION ALL
    SELECT DISTINCT ON (registered.agent) registered.agent, NULL, 'unmatched',
           nullif(tiny_dancer.prices_at(price_changes.tenant, registered.agent, clock_timestamp()), '{}'), NULL,
           CASE WHEN registered.agent_type = 'llm' THEN
               'nearest: ' || nullif(array_to_string(tiny_dancer.nearest_names(
                   registered.model, ARRAY(SELECT DISTINCT listed.model FROM listed)), ', '), '') END,
           NULL
    FROM registered
    WHERE NOT EXISTS (SELECT FROM meant WHERE meant.agent = registered.agent)
    ORDER BY 1, 7 NULLS FIRST
$function$;
COMMENT ON FUNCTION tiny_dancer.price_changes(text, jsonb, text) IS
    'What a price list says of each agent of a tenant, by agent; of one that has later prices there, too, a row for each time. An agent''s model is metadata.model or else its name, which the list must have, with the provider or without';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_import_prices(
    document jsonb,
    format text = 'auto',
    dry_run boolean = false,
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.price_change
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 20
AS $function$
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    wanted_format constant text := coalesce(ruvector_import_prices.format, 'auto');
    said record;
    problem text[] := coalesce(
        tiny_dancer.price_list_problem(ruvector_import_prices.document, wanted_format),
        tiny_dancer.options_problem(ruvector_import_prices.options));
BEGIN
    ${raise_problem}
    IF ruvector_import_prices.dry_run IS NOT true THEN
        PERFORM tiny_dancer.lock_catalog(caller_tenant);
    END IF;
    FOR said IN SELECT * FROM tiny_dancer.price_changes(caller_tenant, ruvector_import_prices.document, wanted_format) LOOP
        IF said.change IN ('new', 'changed') AND ruvector_import_prices.dry_run IS NOT true THEN
            PERFORM tiny_dancer.put_prices(
                caller_tenant, said.agent,
                coalesce(said.effective_from, date_trunc('milliseconds', clock_timestamp())), said.after);
        END IF;
        RETURN NEXT (said.agent, said.model, said.change, said.before, said.after, said.reason)::tiny_dancer.price_change;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_import_prices(jsonb, text, boolean, jsonb) IS
    'Sets the prices of agents by a list of LiteLLM, models.dev, genai-prices or OpenRouter, from now on, or from the list''s own day where that comes; dry_run shows and changes nothing. An agent''s model is metadata.model or else its name; it must stand in the list, with its provider or without. change is new, changed, same, unmatched or refused; a price that is missing or varies is refused. Errors: 22004, 22023';
