-- Models: installing one in place of that which comes with the program, and going back to it.

CREATE OR REPLACE FUNCTION tiny_dancer.model_change_problem(name text) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    RETURN coalesce(
        tiny_dancer.one_of_problem('name', name, ARRAY['classifier']),
        tiny_dancer.default_tenant_problem('models belong to'));
END
$function$;
COMMENT ON FUNCTION tiny_dancer.model_change_problem(text) IS
    'The name must be that of a model, and the caller one who may change it for all tenants';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_install_model(
    name text,
    content bytea,
    card jsonb = '{}',
    options jsonb = '{}'
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    is_new boolean;
    problem constant text[] := coalesce(
        tiny_dancer.model_change_problem(ruvector_install_model.name),
        tiny_dancer.given_problem('content', ruvector_install_model.content),
        CASE WHEN length(ruvector_install_model.content) = 0 THEN tiny_dancer.invalid('content', '', NULL) END,
        CASE WHEN jsonb_typeof(ruvector_install_model.card) <> 'object'
             THEN tiny_dancer.invalid('card', ruvector_install_model.card::text, 'must be a JSON object') END,
        tiny_dancer.options_problem(ruvector_install_model.options));
BEGIN
    ${raise_problem}
    INSERT INTO tiny_dancer.model (name, content, card)
    VALUES (ruvector_install_model.name, ruvector_install_model.content, coalesce(ruvector_install_model.card, '{}'))
    ON CONFLICT (name) DO NOTHING;
    is_new := found;
    IF NOT is_new THEN
        UPDATE tiny_dancer.model
        SET content = ruvector_install_model.content,
            card = coalesce(ruvector_install_model.card, '{}'),
            installed_by = DEFAULT,
            installed_at = DEFAULT
        WHERE model.name = ruvector_install_model.name;
    END IF;
    RETURN is_new;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_install_model(text, bytea, jsonb, jsonb) IS
    'Has every engine use this model, a file of tiny-dancer train, in place of the one that comes with it; an engine that cannot read it keeps what it has and says so in ruvector_engine_status. True = none was installed, false = one was replaced. Errors: 22004, 22023, 42501';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_remove_model(name text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    problem constant text[] := tiny_dancer.model_change_problem(ruvector_remove_model.name);
BEGIN
    ${raise_problem}
    DELETE FROM tiny_dancer.model WHERE model.name = ruvector_remove_model.name;
    RETURN found;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_remove_model(text) IS
    'Has every engine use the model that comes with it again. Whether one was installed. Errors: 22004, 22023, 42501';
