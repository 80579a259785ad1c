-- Price lists that others keep, each in its own form: LiteLLM's, models.dev's, genai-prices' and OpenRouter's.
--
-- What is put together for a model is looked at more than once: OFFSET 0 keeps PostgreSQL from doing it as often. Names must be equal: lists that guessed have sent real bills that were wrong. What a list does not say is not free.

CREATE OR REPLACE FUNCTION tiny_dancer.listed_price(value jsonb, factor numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN value IS NULL OR jsonb_typeof(value) = 'null' THEN NULL
    WHEN jsonb_typeof(value) IN ('number', 'string')
     AND value #>> '{}' ~ '^[ ]*-?[0-9]{0,100}[.]?[0-9]{0,200}([eE][-+]?[0-9]{1,2})?[ ]*$'
     AND value #>> '{}' ~ '[0-9]'
    -- Below 0 it is no price, but a sign.
    THEN trim_scale(round((value #>> '{}')::numeric * CASE WHEN (value #>> '{}')::numeric < 0 THEN 1 ELSE factor END, 15))
    ELSE 'NaN' END;
COMMENT ON FUNCTION tiny_dancer.listed_price(jsonb, numeric) IS
    'A price of a list, times the factor that makes it one of 1,000 tokens; NaN for what is no number';

CREATE OR REPLACE FUNCTION tiny_dancer.listed_count(value jsonb) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN jsonb_typeof(value) = 'number' THEN
    CASE WHEN value::numeric BETWEEN 1 AND 2000000000 THEN value::numeric::int END END;
COMMENT ON FUNCTION tiny_dancer.listed_count(jsonb) IS 'A number of tokens in a list; null for what is none';

CREATE OR REPLACE FUNCTION tiny_dancer.listed_words(value jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN jsonb_typeof(value) = 'array' THEN ARRAY(
    SELECT DISTINCT CASE word #>> '{}' WHEN 'pdf' THEN 'file' ELSE word #>> '{}' END AS listed
    FROM jsonb_array_elements(value) AS word
    WHERE jsonb_typeof(word) = 'string'
    ORDER BY listed) END;
COMMENT ON FUNCTION tiny_dancer.listed_words(jsonb) IS 'Words of a list; null for what is no array';

CREATE OR REPLACE FUNCTION tiny_dancer.listed_elements(value jsonb) RETURNS SETOF jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT * FROM jsonb_array_elements(CASE WHEN jsonb_typeof(value) = 'array' THEN value ELSE '[]' END)
$function$;
COMMENT ON FUNCTION tiny_dancer.listed_elements(jsonb) IS 'The elements of an array; none of what is no array';

CREATE OR REPLACE FUNCTION tiny_dancer.listed_members(value jsonb) RETURNS TABLE (key text, value jsonb)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT * FROM jsonb_each(CASE WHEN jsonb_typeof($1) = 'object' THEN $1 ELSE '{}' END)
$function$;
COMMENT ON FUNCTION tiny_dancer.listed_members(jsonb) IS 'The members of an object; none of what is no object';

CREATE OR REPLACE FUNCTION tiny_dancer.listed_refusal(prices jsonb, is_chat boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(
    (SELECT CASE WHEN jsonb_typeof(price.value) <> 'number' THEN price.key || ' is not a number'
                 WHEN price.value::numeric = -1 THEN price.key || ' varies (-1)'
                 WHEN price.value::numeric < 0 THEN price.key || ' is below 0 (' || price.value || ')'
                 ELSE price.key || ' is above 1e9' END
     FROM (SELECT * FROM jsonb_each(prices - 'tiers')
           UNION ALL
           SELECT 'tiers.' || each.key, each.value
           FROM tiny_dancer.listed_elements(prices -> 'tiers') AS tier
           CROSS JOIN LATERAL jsonb_each(tier) AS each) AS price (key, value)
     WHERE CASE WHEN jsonb_typeof(price.value) = 'number'
                THEN price.value::numeric NOT BETWEEN 0 AND 1e9 ELSE true END
     ORDER BY price.key
     LIMIT 1),
    CASE WHEN NOT prices ?| '{input,output,call,second,image}' THEN 'has no price'
         WHEN is_chat AND prices ? 'output' AND NOT prices ? 'input'
         THEN 'has no price of input; what is missing is not free'
         WHEN is_chat AND prices ? 'input' AND NOT prices ? 'output'
         THEN 'has no price of output; what is missing is not free' END);
COMMENT ON FUNCTION tiny_dancer.listed_refusal(jsonb, boolean) IS
    'Why prices of a list cannot be taken; of a model that answers in tokens both kinds must have their price';

CREATE OR REPLACE FUNCTION tiny_dancer.without_provider(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(name, '^.*/', '');
COMMENT ON FUNCTION tiny_dancer.without_provider(text) IS 'What stands behind the last slash of a model''s name';

CREATE OR REPLACE FUNCTION tiny_dancer.models_in_litellm(document jsonb) RETURNS SETOF tiny_dancer.listed_model
LANGUAGE sql IMMUTABLE PARALLEL SAFE
ROWS 3000
AS $function$
    SELECT entry.provider, entry.name, ARRAY[tiny_dancer.without_provider(entry.name)], NULL::timestamptz, entry.prices,
           tiny_dancer.listed_refusal(entry.prices, entry.is_chat),
           coalesce(tiny_dancer.listed_count(entry.model -> 'max_input_tokens'),
                    tiny_dancer.listed_count(entry.model -> 'max_tokens')),
           tiny_dancer.listed_count(entry.model -> 'max_output_tokens'),
           ARRAY(SELECT word
                 FROM (VALUES (1, 'text', 'true'::jsonb), (2, 'image', entry.model -> 'supports_vision'),
                              (3, 'audio', entry.model -> 'supports_audio_input'),
                              (4, 'video', entry.model -> 'supports_video_input'),
                              (5, 'file', entry.model -> 'supports_pdf_input')) AS kind (place, word, supported)
                 WHERE supported = 'true' ORDER BY place),
           ARRAY(SELECT word
                 FROM (VALUES (1, 'tools', entry.model -> 'supports_function_calling'),
                              (2, 'json', entry.model -> 'supports_response_schema'),
                              (3, 'reasoning', entry.model -> 'supports_reasoning')) AS feature (place, word, supported)
                 WHERE supported = 'true' ORDER BY place)
    FROM (
        SELECT listed.model ->> 'litellm_provider' AS provider, listed.name, listed.model,
               coalesce(listed.model ->> 'mode', 'chat') IN ('chat', 'completion', 'responses') AS is_chat,
               jsonb_strip_nulls(jsonb_build_object(
                   'input', tiny_dancer.listed_price(listed.base -> 'input_cost_per_token', 1000),
                   'output', tiny_dancer.listed_price(listed.base -> 'output_cost_per_token', 1000),
                   'cached_input', tiny_dancer.listed_price(
                       coalesce(listed.base -> 'cache_read_input_token_cost', listed.base -> 'input_cost_per_token_cache_hit'), 1000),
                   'cache_write', tiny_dancer.listed_price(listed.base -> 'cache_creation_input_token_cost', 1000),
                   'cache_write_1h', tiny_dancer.listed_price(
                       listed.base -> 'cache_creation_input_token_cost_above_1hr', 1000),
                   'reasoning', tiny_dancer.listed_price(listed.base -> 'output_cost_per_reasoning_token', 1000),
                   'call', tiny_dancer.listed_price(
                       coalesce(listed.base -> 'input_cost_per_request', listed.base -> 'input_cost_per_query'), 1),
                   -- One of the two is charged; where both stand there, one is 0.
                   'second', greatest(tiny_dancer.listed_price(listed.base -> 'input_cost_per_second', 1),
                                      tiny_dancer.listed_price(listed.base -> 'output_cost_per_second', 1)),
                   'image', greatest(tiny_dancer.listed_price(listed.base -> 'input_cost_per_image', 1),
                                     tiny_dancer.listed_price(listed.base -> 'output_cost_per_image', 1)),
                   'tiers', (
                       SELECT jsonb_agg(jsonb_build_object('above_input_tokens', tier.above) || tier.prices ORDER BY tier.above)
                       FROM (
                           SELECT price.above, jsonb_object_agg(price.key, tiny_dancer.listed_price(price.value, 1000)) AS prices
                           FROM (
                               SELECT part.words[2]::int * 1000 AS above, known.key, member.value
                               FROM tiny_dancer.listed_members(listed.model) AS member
                               CROSS JOIN regexp_match(member.key, '^(.*)_above_([0-9]{1,5})k_tokens$') AS part (words)
                               JOIN (VALUES ('input_cost_per_token', 'input'), ('output_cost_per_token', 'output'),
                                            ('cache_read_input_token_cost', 'cached_input'),
                                            ('cache_creation_input_token_cost', 'cache_write'),
                                            ('cache_creation_input_token_cost_above_1hr', 'cache_write_1h'),
                                            ('output_cost_per_reasoning_token', 'reasoning')) AS known (name, key)
                                 ON known.name = part.words[1]
                               UNION
                               SELECT tiny_dancer.listed_count(step -> 'range' -> 0), known.key, step -> known.name
                               FROM tiny_dancer.listed_elements(listed.model -> 'tiered_pricing') AS step
                               JOIN (VALUES ('input_cost_per_token', 'input'), ('output_cost_per_token', 'output'),
                                            ('cache_read_input_token_cost', 'cached_input'),
                                            ('cache_creation_input_token_cost', 'cache_write'),
                                            ('output_cost_per_reasoning_token', 'reasoning')) AS known (name, key)
                                 ON step ? known.name
                           ) AS price
                           WHERE price.above IS NOT NULL
                           GROUP BY price.above
                       ) AS tier))) AS prices
        FROM (
            SELECT member.key AS name, member.value AS model,
                   member.value || coalesce((
                       SELECT step
                       FROM tiny_dancer.listed_elements(member.value -> 'tiered_pricing') AS step
                       WHERE step -> 'range' -> 0 = '0'
                       LIMIT 1), '{}') AS base
            FROM tiny_dancer.listed_members(document) AS member
            WHERE jsonb_typeof(member.value) = 'object' AND member.key <> 'sample_spec'
            OFFSET 0
        ) AS listed
        OFFSET 0
    ) AS entry
$function$;
COMMENT ON FUNCTION tiny_dancer.models_in_litellm(jsonb) IS
    'What LiteLLM''s list has, model_prices_and_context_window.json: US dollars by token. Prices for priority, batches and sound are passed over';

CREATE OR REPLACE FUNCTION tiny_dancer.models_in_models_dev(document jsonb) RETURNS SETOF tiny_dancer.listed_model
LANGUAGE sql IMMUTABLE PARALLEL SAFE
ROWS 1000
AS $function$
    SELECT entry.provider, entry.provider || '/' || entry.name,
           ARRAY(SELECT DISTINCT name FROM (VALUES (entry.name), (tiny_dancer.without_provider(entry.name))) AS either (name)),
           NULL::timestamptz, entry.prices,
           tiny_dancer.listed_refusal(entry.prices, true),
           tiny_dancer.listed_count(entry.model -> 'limit' -> 'context'),
           tiny_dancer.listed_count(entry.model -> 'limit' -> 'output'),
           tiny_dancer.listed_words(entry.model -> 'modalities' -> 'input'),
           ARRAY(SELECT word
                 FROM (VALUES (1, 'tools', entry.model -> 'tool_call'), (2, 'json', entry.model -> 'structured_output'),
                              (3, 'reasoning', entry.model -> 'reasoning')) AS feature (place, word, supported)
                 WHERE supported = 'true' ORDER BY place)
    FROM (
        SELECT provider.key AS provider, model.key AS name, model.value AS model,
               jsonb_strip_nulls(jsonb_build_object(
                   'input', tiny_dancer.listed_price(model.value -> 'cost' -> 'input', 0.001),
                   'output', tiny_dancer.listed_price(model.value -> 'cost' -> 'output', 0.001),
                   'cached_input', tiny_dancer.listed_price(
                       coalesce(model.value -> 'cost' -> 'cache_read', model.value -> 'cost' -> 'cached_input'), 0.001),
                   'cache_write', tiny_dancer.listed_price(
                       coalesce(model.value -> 'cost' -> 'cache_write', model.value -> 'cost' -> 'cached_write'), 0.001),
                   'reasoning', tiny_dancer.listed_price(model.value -> 'cost' -> 'reasoning', 0.001),
                   -- Of a thousand requests, as its one use shows.
                   'call', tiny_dancer.listed_price(model.value -> 'cost' -> 'request', 0.001),
                   'tiers', (
                       SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                                  'above_input_tokens', tier.above,
                                  'input', tiny_dancer.listed_price(tier.prices -> 'input', 0.001),
                                  'output', tiny_dancer.listed_price(tier.prices -> 'output', 0.001),
                                  'cached_input', tiny_dancer.listed_price(tier.prices -> 'cache_read', 0.001),
                                  'cache_write', tiny_dancer.listed_price(tier.prices -> 'cache_write', 0.001),
                                  'reasoning', tiny_dancer.listed_price(tier.prices -> 'reasoning', 0.001)))
                                  ORDER BY tier.above)
                       FROM (
                           SELECT DISTINCT ON (step.above) step.above, step.prices
                           FROM (
                               SELECT tiny_dancer.listed_count(step -> 'tier' -> 'size') AS above, step AS prices
                               FROM tiny_dancer.listed_elements(model.value -> 'cost' -> 'tiers') AS step
                               UNION ALL
                               SELECT substring(member.key FROM '^context_over_([0-9]{1,5})k$')::int * 1000, member.value
                               FROM tiny_dancer.listed_members(model.value -> 'cost') AS member
                           ) AS step
                           WHERE step.above IS NOT NULL
                           ORDER BY step.above
                       ) AS tier))) AS prices
        FROM tiny_dancer.listed_members(document) AS provider
        CROSS JOIN LATERAL tiny_dancer.listed_members(provider.value -> 'models') AS model
        WHERE jsonb_typeof(model.value) = 'object'
        OFFSET 0
    ) AS entry
$function$;
COMMENT ON FUNCTION tiny_dancer.models_in_models_dev(jsonb) IS
    'What the list of models.dev has, api.json: US dollars by million tokens, models under their providers';

CREATE OR REPLACE FUNCTION tiny_dancer.tiers_in_genai_prices(prices jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT jsonb_agg(jsonb_build_object('above_input_tokens', tier.above) || tier.prices ORDER BY tier.above)
    FROM (
        SELECT tiny_dancer.listed_count(step -> 'start') AS above,
               jsonb_object_agg(known.key, tiny_dancer.listed_price(step -> 'price', 0.001)) AS prices
        FROM (VALUES ('input_mtok', 'input'), ('output_mtok', 'output'), ('cache_read_mtok', 'cached_input'),
                     ('cache_write_mtok', 'cache_write'), ('cache_write_1h_mtok', 'cache_write_1h'),
                     ('output_reasoning_mtok', 'reasoning')) AS known (name, key)
        CROSS JOIN LATERAL tiny_dancer.listed_elements(prices -> known.name -> 'tiers') AS step
        WHERE tiny_dancer.listed_count(step -> 'start') IS NOT NULL
        GROUP BY tiny_dancer.listed_count(step -> 'start')
    ) AS tier
$function$;
COMMENT ON FUNCTION tiny_dancer.tiers_in_genai_prices(jsonb) IS
    'The tiers of prices that genai-prices has for each kind of token by itself';

CREATE OR REPLACE FUNCTION tiny_dancer.base_in_genai_prices(value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE jsonb_typeof(value) WHEN 'object' THEN coalesce(value -> 'base', '"missing"') ELSE value END;
COMMENT ON FUNCTION tiny_dancer.base_in_genai_prices(jsonb) IS 'A price below all tiers; no number where it has none';

CREATE OR REPLACE FUNCTION tiny_dancer.names_in_genai_prices(rule jsonb) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT rule ->> 'equals' WHERE jsonb_typeof(rule -> 'equals') = 'string'
    UNION
    SELECT either ->> 'equals'
    FROM tiny_dancer.listed_elements(rule -> 'or') AS either
    WHERE jsonb_typeof(either -> 'equals') = 'string'
$function$;
COMMENT ON FUNCTION tiny_dancer.names_in_genai_prices(jsonb) IS
    'The names that a rule of genai-prices asks to be equal; what it matches otherwise is passed over';

CREATE OR REPLACE FUNCTION tiny_dancer.models_in_genai_prices(document jsonb) RETURNS SETOF tiny_dancer.listed_model
LANGUAGE sql STABLE PARALLEL SAFE
ROWS 1000
AS $function$
    SELECT entry.provider, entry.provider || '/' || entry.name,
           ARRAY(SELECT DISTINCT name
                 FROM (SELECT entry.name
                       UNION ALL SELECT * FROM tiny_dancer.names_in_genai_prices(entry.model -> 'match')) AS listed (listed)
                 CROSS JOIN LATERAL (VALUES (listed.listed), (tiny_dancer.without_provider(listed.listed))) AS either (name)),
           CASE WHEN entry.since > now() THEN entry.since END, entry.prices,
           coalesce(CASE WHEN entry.by_the_hour THEN 'has other prices at some hours of the day' END,
                    tiny_dancer.listed_refusal(entry.prices, true)),
           tiny_dancer.listed_count(entry.model -> 'context_window'), NULL::int, NULL::text[], NULL::text[]
    FROM (
        SELECT provider.document ->> 'id' AS provider, model.document ->> 'id' AS name, model.document AS model,
               dated.since, dated.by_the_hour,
               -- Of those whose day has come, the last one holds.
               row_number() OVER (PARTITION BY provider.place, model.place, coalesce(dated.since <= now(), true)
                                  ORDER BY dated.since DESC NULLS LAST, dated.place DESC) AS place,
               jsonb_strip_nulls(jsonb_build_object(
                   'input', tiny_dancer.listed_price(tiny_dancer.base_in_genai_prices(dated.prices -> 'input_mtok'), 0.001),
                   'output', tiny_dancer.listed_price(tiny_dancer.base_in_genai_prices(dated.prices -> 'output_mtok'), 0.001),
                   'cached_input', tiny_dancer.listed_price(
                       tiny_dancer.base_in_genai_prices(dated.prices -> 'cache_read_mtok'), 0.001),
                   'cache_write', tiny_dancer.listed_price(
                       tiny_dancer.base_in_genai_prices(dated.prices -> 'cache_write_mtok'), 0.001),
                   'cache_write_1h', tiny_dancer.listed_price(
                       tiny_dancer.base_in_genai_prices(dated.prices -> 'cache_write_1h_mtok'), 0.001),
                   'reasoning', tiny_dancer.listed_price(
                       tiny_dancer.base_in_genai_prices(dated.prices -> 'output_reasoning_mtok'), 0.001),
                   'call', tiny_dancer.listed_price(
                       tiny_dancer.base_in_genai_prices(dated.prices -> 'requests_kcount'), 0.001),
                   'tiers', tiny_dancer.tiers_in_genai_prices(dated.prices))) AS prices
        FROM tiny_dancer.listed_elements(
                 CASE WHEN jsonb_typeof(document) = 'object' THEN document -> 'providers' ELSE document END)
             WITH ORDINALITY AS provider (document, place)
        CROSS JOIN LATERAL tiny_dancer.listed_elements(provider.document -> 'models')
             WITH ORDINALITY AS model (document, place)
        CROSS JOIN LATERAL (
            SELECT 0, model.document -> 'prices', NULL::timestamptz, false
            WHERE jsonb_typeof(model.document -> 'prices') = 'object'
            UNION ALL
            SELECT step.place, step.document -> 'prices',
                   CASE WHEN step.document -> 'constraint' ->> 'start_date' ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$'
                        THEN (step.document -> 'constraint' ->> 'start_date')::timestamp AT TIME ZONE 'UTC'
                        WHEN step.document -> 'constraint' ->> 'start_date' ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(29|3[01])$'
                        THEN (date (left(step.document -> 'constraint' ->> 'start_date', 7) || '-01') + right(step.document -> 'constraint' ->> 'start_date', 2)::int - 1)::timestamp AT TIME ZONE 'UTC' END,
                   bool_or(step.document -> 'constraint' ? 'start_time') OVER ()
            FROM tiny_dancer.listed_elements(model.document -> 'prices') WITH ORDINALITY AS step (document, place)
        ) AS dated (place, prices, since, by_the_hour)
        WHERE jsonb_typeof(provider.document -> 'id') = 'string'
          AND jsonb_typeof(model.document -> 'id') = 'string'
    ) AS entry
    WHERE entry.since > now() OR entry.place = 1
$function$;
COMMENT ON FUNCTION tiny_dancer.models_in_genai_prices(jsonb) IS
    'What the list of genai-prices has, data.json: US dollars by million tokens, some from a day on, some in tiers; a row for each price list that holds or will hold';

CREATE OR REPLACE FUNCTION tiny_dancer.models_in_openrouter(document jsonb) RETURNS SETOF tiny_dancer.listed_model
LANGUAGE sql IMMUTABLE PARALLEL SAFE
ROWS 400
AS $function$
    SELECT entry.provider, entry.name, ARRAY[tiny_dancer.without_provider(entry.name)], NULL::timestamptz, entry.prices,
           tiny_dancer.listed_refusal(entry.prices, true),
           tiny_dancer.listed_count(entry.model -> 'context_length'),
           tiny_dancer.listed_count(entry.model -> 'top_provider' -> 'max_completion_tokens'),
           tiny_dancer.listed_words(entry.model -> 'architecture' -> 'input_modalities'),
           ARRAY(SELECT word
                 FROM (VALUES (1, 'tools', 'tools'), (2, 'json', 'structured_outputs'), (3, 'reasoning', 'reasoning'))
                      AS feature (place, word, parameter)
                 WHERE entry.model -> 'supported_parameters' ? parameter ORDER BY place)
    FROM (
        SELECT substring(model ->> 'id' FROM '^([^/]*)/') AS provider, model ->> 'id' AS name, model,
               jsonb_strip_nulls(jsonb_build_object(
                   'input', tiny_dancer.listed_price(model -> 'pricing' -> 'prompt', 1000),
                   'output', tiny_dancer.listed_price(model -> 'pricing' -> 'completion', 1000),
                   'cached_input', tiny_dancer.listed_price(model -> 'pricing' -> 'input_cache_read', 1000),
                   'cache_write', tiny_dancer.listed_price(model -> 'pricing' -> 'input_cache_write', 1000),
                   'reasoning', tiny_dancer.listed_price(model -> 'pricing' -> 'internal_reasoning', 1000),
                   'call', tiny_dancer.listed_price(model -> 'pricing' -> 'request', 1),
                   'image', tiny_dancer.listed_price(model -> 'pricing' -> 'image', 1))) AS prices
        FROM tiny_dancer.listed_elements(document -> 'data') AS model
        WHERE jsonb_typeof(model -> 'id') = 'string'
        OFFSET 0
    ) AS entry
$function$;
COMMENT ON FUNCTION tiny_dancer.models_in_openrouter(jsonb) IS
    'What OpenRouter''s list has, /api/v1/models: US dollars by token, as text; -1 where the price varies';

CREATE OR REPLACE FUNCTION tiny_dancer.price_list_formats() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY['auto', 'litellm', 'models_dev', 'genai_prices', 'openrouter'];
COMMENT ON FUNCTION tiny_dancer.price_list_formats() IS 'The forms of price lists that are understood, and auto for any of them';

CREATE OR REPLACE FUNCTION tiny_dancer.price_list_format(document jsonb, format text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN format <> 'auto' THEN format
    WHEN EXISTS (SELECT FROM tiny_dancer.listed_elements(document -> 'data') AS model WHERE model ? 'pricing') THEN 'openrouter'
    WHEN EXISTS (SELECT FROM tiny_dancer.listed_elements(
                     CASE WHEN jsonb_typeof(document) = 'object' THEN document -> 'providers' ELSE document END) AS provider
                 WHERE jsonb_typeof(provider -> 'models') = 'array') THEN 'genai_prices'
    WHEN EXISTS (SELECT FROM tiny_dancer.listed_members(document) AS provider
                 WHERE jsonb_typeof(provider.value -> 'models') = 'object') THEN 'models_dev'
    WHEN EXISTS (SELECT FROM tiny_dancer.listed_members(document) AS model
                 WHERE model.value ?| '{litellm_provider,input_cost_per_token}') THEN 'litellm' END;
COMMENT ON FUNCTION tiny_dancer.price_list_format(jsonb, text) IS 'The form of a price list; null for one that is none';

CREATE OR REPLACE FUNCTION tiny_dancer.price_list_problem(document jsonb, format text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(
    tiny_dancer.given_problem('document', document),
    tiny_dancer.one_of_problem('format', format, tiny_dancer.price_list_formats()),
    CASE WHEN tiny_dancer.price_list_format(document, format) IS NULL THEN ARRAY[
        '22023', 'document is not a price list of a known form', NULL,
        'Known are those of LiteLLM, models.dev, genai-prices and OpenRouter; a format may be named: '
        || array_to_string(tiny_dancer.price_list_formats(), ', ') || '.']
         WHEN format <> 'auto' AND coalesce(tiny_dancer.price_list_format(document, 'auto'), format) <> format THEN ARRAY[
        '22023', format('document is of the form %s, not %s', tiny_dancer.price_list_format(document, 'auto'), format),
        NULL, NULL] END);
COMMENT ON FUNCTION tiny_dancer.price_list_problem(jsonb, text) IS 'The document must be a price list of that form';

CREATE OR REPLACE FUNCTION tiny_dancer.listed_models(document jsonb, format text) RETURNS SETOF tiny_dancer.listed_model
LANGUAGE plpgsql STABLE PARALLEL SAFE
ROWS 1000
AS $function$
BEGIN
    CASE tiny_dancer.price_list_format(document, format)
        WHEN 'litellm' THEN RETURN QUERY SELECT * FROM tiny_dancer.models_in_litellm(document);
        WHEN 'models_dev' THEN RETURN QUERY SELECT * FROM tiny_dancer.models_in_models_dev(document);
        WHEN 'genai_prices' THEN RETURN QUERY SELECT * FROM tiny_dancer.models_in_genai_prices(document);
        WHEN 'openrouter' THEN RETURN QUERY SELECT * FROM tiny_dancer.models_in_openrouter(document);
        ELSE NULL;
    END CASE;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.listed_models(jsonb, text) IS 'What a price list has, whatever its form';
