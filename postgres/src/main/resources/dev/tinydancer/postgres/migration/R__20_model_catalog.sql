-- Models that an agent can be registered from by their name alone.

CREATE OR REPLACE VIEW tiny_dancer.model_catalog AS
SELECT * FROM tiny_dancer.known_model
UNION ALL
SELECT * FROM tiny_dancer.shipped_models() WHERE NOT EXISTS (SELECT FROM tiny_dancer.known_model);
COMMENT ON VIEW tiny_dancer.model_catalog IS 'The models that are known: those of tiny_dancer.known_model, or while there are none those that come along';
COMMENT ON COLUMN tiny_dancer.model_catalog.name IS 'The model''s name';
COMMENT ON COLUMN tiny_dancer.model_catalog.provider IS 'Who offers it at these prices';
COMMENT ON COLUMN tiny_dancer.model_catalog.prices IS 'US dollars, as ruvector_set_prices takes them';
COMMENT ON COLUMN tiny_dancer.model_catalog.context_window IS 'Tokens that a request may have';
COMMENT ON COLUMN tiny_dancer.model_catalog.max_output_tokens IS 'Tokens that an answer may have';
COMMENT ON COLUMN tiny_dancer.model_catalog.modalities IS 'What a request may consist of';
COMMENT ON COLUMN tiny_dancer.model_catalog.features IS 'tools, json, reasoning';
COMMENT ON COLUMN tiny_dancer.model_catalog.source IS 'The list that it comes from';
COMMENT ON COLUMN tiny_dancer.model_catalog.as_of IS 'The day of that list';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_list_models(pattern text = NULL, options jsonb = '{}')
RETURNS SETOF tiny_dancer.known_model_overview
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 20
AS $function$
DECLARE
    problem constant text[] := tiny_dancer.options_problem(ruvector_list_models.options);
BEGIN
    ${raise_problem}
    RETURN QUERY
        SELECT known.name, known.provider, known.prices, known.context_window, known.max_output_tokens, known.modalities,
               known.features, tiny_dancer.known_ability(known.name), known.source, known.as_of
        FROM tiny_dancer.model_catalog AS known
        WHERE ruvector_list_models.pattern IS NULL OR known.name ILIKE '%' || ruvector_list_models.pattern || '%'
        ORDER BY known.name;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_list_models(text, jsonb) IS
    'The known models by name, those whose name has the pattern in it where one is given; % in it stands for anything. Errors: 22023';

CREATE OR REPLACE FUNCTION tiny_dancer.known_models_named(wanted text) RETURNS SETOF tiny_dancer.model_catalog
LANGUAGE sql STABLE
AS $function$
    SELECT *
    FROM tiny_dancer.model_catalog AS known
    WHERE lower(tiny_dancer.trimmed(wanted)) IN (lower(known.name), lower(known.provider || '/' || known.name))
    ORDER BY known.name <> wanted
    LIMIT 1
$function$;
COMMENT ON FUNCTION tiny_dancer.known_models_named(text) IS 'The known model of that name, which may be preceded by its provider, without regard to case';

CREATE OR REPLACE FUNCTION tiny_dancer.guessed_quality(prices jsonb) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN prices ->> 'output' IS NULL THEN 0.7
    WHEN (prices ->> 'output')::float8 < 0.0005 THEN 0.65
    WHEN (prices ->> 'output')::float8 < 0.002 THEN 0.75
    WHEN (prices ->> 'output')::float8 < 0.008 THEN 0.82
    WHEN (prices ->> 'output')::float8 < 0.02 THEN 0.87
    ELSE 0.9 END;
COMMENT ON FUNCTION tiny_dancer.guessed_quality(jsonb) IS
    'What a model of that price may be expected to answer well, in [0, 1]; nothing but a guess, to begin with';

CREATE OR REPLACE FUNCTION tiny_dancer.guessed_latency_ms(prices jsonb, features text[]) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN prices ->> 'output' IS NULL OR (prices ->> 'output')::float8 < 0.002 THEN 1000
    WHEN (prices ->> 'output')::float8 < 0.008 THEN 1500
    ELSE 2500 END * CASE WHEN 'reasoning' = ANY (features) THEN 2 ELSE 1 END;
COMMENT ON FUNCTION tiny_dancer.guessed_latency_ms(jsonb, text[]) IS
    'How long a model of that price may take, in milliseconds; nothing but a guess, to begin with';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_register_model(
    model text,
    name text = NULL,
    overrides jsonb = '{}',
    options jsonb = '{}'
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    changes constant jsonb := coalesce(ruvector_register_model.overrides, '{}');
    known tiny_dancer.model_catalog;
    wanted tiny_dancer.agent;
    is_new boolean;
    ability float8;
    guesses text;
    notice text;
    problem text[] := coalesce(
        tiny_dancer.text_problem('model', ruvector_register_model.model),
        CASE WHEN ruvector_register_model.name IS NOT NULL
             THEN tiny_dancer.text_problem('name', ruvector_register_model.name, 200) END,
        tiny_dancer.changes_problem(changes, 'overrides'),
        tiny_dancer.options_problem(ruvector_register_model.options));
BEGIN
    ${raise_problem}
    SELECT * INTO known FROM tiny_dancer.known_models_named(ruvector_register_model.model);
    IF NOT found THEN
        problem := ARRAY[
            '22023', format('model "%s" is not among the known ones', tiny_dancer.shown(ruvector_register_model.model)), NULL,
            coalesce('The nearest are: ' || nullif(array_to_string(tiny_dancer.nearest_names(
                ruvector_register_model.model,
                ARRAY(SELECT listed.name FROM tiny_dancer.model_catalog AS listed), 5), ', '), '') || '. ', '')
            || 'ruvector_list_models() shows all; ruvector_register_agent takes any.'];
        ${raise_problem}
    END IF;
    ability := tiny_dancer.known_ability(known.name);
    wanted.tenant := caller_tenant;
    wanted.name := coalesce(ruvector_register_model.name, known.name);
    wanted.agent_type := 'llm';
    wanted.capabilities := ARRAY['general'];
    wanted.cost_per_1k_input_tokens := (known.prices ->> 'input')::float8;
    wanted.cost_per_1k_output_tokens := (known.prices ->> 'output')::float8;
    wanted.cost_per_call := (known.prices ->> 'call')::float8;
    wanted.cost_per_second := (known.prices ->> 'second')::float8;
    wanted.more_prices := known.prices - '{input,output,call,second}'::text[];
    wanted.avg_latency_ms := tiny_dancer.guessed_latency_ms(known.prices, known.features);
    wanted.quality_score := coalesce(ability, tiny_dancer.guessed_quality(known.prices));
    wanted.active := true;
    wanted.metadata := jsonb_strip_nulls(jsonb_build_object(
        'model', known.name, 'provider', known.provider, 'context_window', known.context_window,
        'max_output_tokens', known.max_output_tokens, 'modalities', known.modalities))
        || coalesce((SELECT jsonb_object_agg(feature, true) FROM unnest(known.features) AS feature), '{}');
    wanted := jsonb_populate_record(wanted, changes || CASE WHEN changes ? 'metadata' THEN
        jsonb_build_object('metadata', tiny_dancer.merged_metadata(
            wanted.metadata, coalesce(nullif(changes -> 'metadata', 'null'), '{}'))) ELSE '{}' END);
    problem := tiny_dancer.agent_problem(wanted);
    ${raise_problem}
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    is_new := tiny_dancer.put_agent(wanted);
    guesses := concat_ws(
        ' and ',
        CASE WHEN NOT changes ? 'avg_latency_ms' THEN format('avg_latency_ms %s', wanted.avg_latency_ms) END,
        CASE WHEN NOT changes ? 'quality_score' AND ability IS NULL THEN format('quality_score %s', wanted.quality_score) END);
    IF guesses <> '' THEN
        RAISE NOTICE 'agent "%" begins with a guess by the price of the model: %', wanted.name, guesses
            USING HINT = 'State what you know in overrides; recorded outcomes correct the rest.';
    END IF;
    IF NOT changes ? 'quality_score' AND ability IS NOT NULL THEN
        RAISE NOTICE 'quality_score of agent "%" is taken as %: the overall ability of % by public results, see docs/models/abilities.md',
            wanted.name, wanted.quality_score, known.name;
    END IF;
    notice := CASE WHEN changes ? 'capabilities' THEN tiny_dancer.capabilities_notice(wanted.capabilities) END;
    IF notice IS NOT NULL THEN
        RAISE NOTICE '%', notice;
    END IF;
    RETURN is_new;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_register_model(text, text, jsonb, jsonb) IS
    'Registers a known model as an agent, or replaces the agent of that name; true means new. Prices, context window, limits and modalities are those of ruvector_list_models, capabilities are {general}; overrides says otherwise, by the argument names of ruvector_register_agent; of metadata only the keys that it names. Notices tell what was guessed: avg_latency_ms, and quality_score of a model whose ability is not known; and what capabilities of overrides were understood as that are not the classifier''s own words. Errors: 22004; 22023 also for a model that is not known, with the nearest names';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_import_models(
    document jsonb,
    format text = 'auto',
    options jsonb = '{}'
) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    wanted_format constant text := coalesce(ruvector_import_models.format, 'auto');
    is_reset constant boolean := ruvector_import_models.document = '{}';
    taken int;
    problem text[] := coalesce(
        tiny_dancer.default_tenant_problem('the known models are those of'),
        CASE WHEN is_reset IS NOT true
             THEN tiny_dancer.price_list_problem(ruvector_import_models.document, wanted_format) END,
        tiny_dancer.options_problem(ruvector_import_models.options));
BEGIN
    ${raise_problem}
    -- One after the other; who only reads does not wait.
    LOCK TABLE tiny_dancer.known_model IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM tiny_dancer.known_model;
    IF is_reset THEN
        RETURN 0;
    END IF;
    INSERT INTO tiny_dancer.known_model (
        name, provider, prices, context_window, max_output_tokens, modalities, features, source, as_of)
    SELECT DISTINCT ON (named.name) named.name, coalesce(listed.provider, ''), tiny_dancer.orderly_prices(listed.prices),
           listed.context_window, listed.max_output_tokens, coalesce(listed.modalities, '{text}'),
           coalesce(listed.features, '{}'),
           tiny_dancer.price_list_format(ruvector_import_models.document, wanted_format), now()::date
    FROM tiny_dancer.listed_models(ruvector_import_models.document, wanted_format) AS listed
    CROSS JOIN LATERAL (
        -- A model is called by its name alone where that is its maker's.
        SELECT CASE WHEN tiny_dancer.is_maker(listed.provider, tiny_dancer.without_provider(listed.model))
                    THEN tiny_dancer.without_provider(listed.model) ELSE listed.model END AS name
    ) AS named
    WHERE listed.refusal IS NULL AND listed.effective_from IS NULL AND length(named.name) BETWEEN 1 AND 200
    ORDER BY named.name, listed.model = named.name DESC, listed.model;
    GET DIAGNOSTICS taken = ROW_COUNT;
    IF taken = 0 THEN
        problem := ARRAY['22023', 'document has no model with a price that can be taken', NULL, NULL];
        ${raise_problem}
    END IF;
    RETURN taken;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_import_models(jsonb, text, jsonb) IS
    'Replaces the known models, for all tenants, by those of a price list of LiteLLM, models.dev, genai-prices or OpenRouter; returns their number. A model that its maker offers is called by its name alone, any other with its provider. An empty object brings back those that come along. Agents stay as they are. Errors: 22004; 22023; 42501 for other tenants than default';
