-- Policies: what a good answer is worth, what a second costs, what quality an agent must keep.

-- The figures stand in the library as well, dev.tinydancer.router.policy.Policy; a test compares.
CREATE OR REPLACE VIEW tiny_dancer.standard_policy AS
SELECT name, worth_in_dearest::float8, quality_per_second::float8, min_relative_quality::float8, explore::float8
FROM (VALUES
    ('cost', 0.2, 0, 0.8, NULL),
    ('latency', 10, 1, 0.7, NULL),
    ('quality', 100, 0.001, 0, 0),
    ('balanced', 5, 0.01, 0, NULL),
    ('quality_per_dollar', 1, 0, 0.5, NULL)
) AS policy (name, worth_in_dearest, quality_per_second, min_relative_quality, explore);
COMMENT ON VIEW tiny_dancer.standard_policy IS 'The policies that need not be set, free of scale';
COMMENT ON COLUMN tiny_dancer.standard_policy.name IS 'What optimize_for takes';
COMMENT ON COLUMN tiny_dancer.standard_policy.worth_in_dearest IS 'What a good answer is worth, in costs of the dearest candidate';
COMMENT ON COLUMN tiny_dancer.standard_policy.quality_per_second IS 'The quality that a second is worth';
COMMENT ON COLUMN tiny_dancer.standard_policy.min_relative_quality IS 'Nobody is chosen below this part of the best candidate''s quality, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.standard_policy.explore IS 'Share of the requests that may try agents out; null for as many as the engine lets';

CREATE OR REPLACE FUNCTION tiny_dancer.policies_of(tenant text) RETURNS SETOF tiny_dancer.policy_overview
LANGUAGE sql STABLE
ROWS 8
AS $function$
    SELECT coalesce(standard.name, own.name),
           own.worth_usd,
           CASE WHEN own.worth_usd IS NULL THEN coalesce(standard.worth_in_dearest, usual.worth_in_dearest) END,
           own.usd_per_second,
           CASE WHEN own.usd_per_second IS NULL THEN coalesce(standard.quality_per_second, usual.quality_per_second) END,
           coalesce(own.min_relative_quality, standard.min_relative_quality, usual.min_relative_quality),
           coalesce(own.explore, standard.explore),
           standard.name IS NOT NULL,
           own.name IS NOT NULL
    FROM tiny_dancer.standard_policy AS standard
    FULL JOIN (SELECT * FROM tiny_dancer.policy WHERE policy.tenant = policies_of.tenant) AS own
      ON own.name = standard.name
    CROSS JOIN (SELECT * FROM tiny_dancer.standard_policy WHERE standard_policy.name = 'balanced') AS usual
    ORDER BY standard.name IS NULL, 1
$function$;
COMMENT ON FUNCTION tiny_dancer.policies_of(text) IS
    'The policies of a tenant, the built-in ones first; each by name';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_set_policy(
    name text,
    worth_usd float8 = NULL,
    usd_per_second float8 = NULL,
    min_relative_quality float8 = NULL,
    explore float8 = NULL,
    options jsonb = '{}'
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    is_new boolean;
    problem text[];
BEGIN
    problem := coalesce(
        tiny_dancer.text_problem('name', ruvector_set_policy.name, 200),
        CASE WHEN ruvector_set_policy.name = 'total_cost'
             THEN tiny_dancer.invalid('name', 'total_cost', 'must not be that of a whole batch''s aim') END,
        CASE WHEN ruvector_set_policy.worth_usd = 0
             THEN tiny_dancer.invalid('worth_usd', '0', 'must be more than 0') END,
        tiny_dancer.figure_problem('worth_usd', ruvector_set_policy.worth_usd),
        tiny_dancer.figure_problem('usd_per_second', ruvector_set_policy.usd_per_second),
        tiny_dancer.figure_problem('min_relative_quality', ruvector_set_policy.min_relative_quality, 1),
        tiny_dancer.figure_problem('explore', ruvector_set_policy.explore, 1),
        tiny_dancer.options_problem(ruvector_set_policy.options));
    ${raise_problem}

    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    INSERT INTO tiny_dancer.policy AS present (
        tenant, name, worth_usd, usd_per_second, min_relative_quality, explore)
    VALUES (caller_tenant, ruvector_set_policy.name, ruvector_set_policy.worth_usd, ruvector_set_policy.usd_per_second,
            ruvector_set_policy.min_relative_quality, ruvector_set_policy.explore)
    ON CONFLICT (tenant, name) DO UPDATE SET (worth_usd, usd_per_second, min_relative_quality, explore)
        = (excluded.worth_usd, excluded.usd_per_second, excluded.min_relative_quality, excluded.explore)
    RETURNING present.xmax = 0 INTO is_new;
    RETURN is_new;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_set_policy(text, float8, float8, float8, float8, jsonb) IS
    'Sets a policy for the tenant, whose name serves wherever optimize_for does, or replaces it; true means new. The agent with the highest P(good) * worth - cost - seconds * usd_per_second is chosen, of those with at least min_relative_quality of the best candidate''s expected quality; explore is the share of requests that may try agents out. What is null is as in the built-in policy of that name, else as in balanced: worth in costs of the dearest candidate. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_list_policies() RETURNS SETOF tiny_dancer.policy_overview
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 8
AS $function$
BEGIN
    RETURN QUERY SELECT * FROM tiny_dancer.policies_of(tiny_dancer.current_tenant());
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_list_policies() IS
    'What optimize_for takes: the built-in policies, as they hold for the tenant, and those that it has set';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_remove_policy(name text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    problem constant text[] := tiny_dancer.text_problem('name', name);
BEGIN
    ${raise_problem}
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    DELETE FROM tiny_dancer.policy
    WHERE policy.tenant = caller_tenant AND policy.name = ruvector_remove_policy.name;
    RETURN found;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_remove_policy(text) IS
    'Removes a policy that was set; a built-in one is as it was before. Whether there was such. Errors: 22004, 22023';
