-- Who may do what, and what is to be done after every migration. Nothing is granted to PUBLIC.

-- Of the first versions; what called it is made anew by now.
DROP FUNCTION IF EXISTS tiny_dancer.tenant_of(name);

CREATE OR REPLACE FUNCTION tiny_dancer.wanted_privileges()
RETURNS TABLE (kind text, object oid, grantee oid, privilege text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT 'SCHEMA', 'tiny_dancer'::regnamespace::oid, 'tiny_dancer_engine'::regrole::oid, 'USAGE'
    UNION ALL
    SELECT 'TABLE', ('tiny_dancer.' || name)::regclass, 'tiny_dancer_engine'::regrole, wanted.privilege
    FROM (VALUES
        ('SELECT', ARRAY[
            'agent', 'agent_circuit', 'allowance', 'budget', 'catalog_version', 'decision', 'decision_hourly', 'engine',
            'engine_credential', 'evidence', 'feedback', 'judgement', 'lone_feedback', 'model', 'outcome', 'page_token', 'policy',
            'route', 'route_use', 'route_utterance', 'setting']),
        ('INSERT', ARRAY['engine', 'logged_decision', 'route_use']),
        ('UPDATE', ARRAY['engine', 'route_use']),
        ('DELETE', ARRAY['engine', 'route_use'])) AS wanted (privilege, names)
    CROSS JOIN LATERAL unnest(wanted.names) AS name
    UNION ALL
    SELECT 'FUNCTION', ('tiny_dancer.' || signature)::regprocedure, 'tiny_dancer_engine'::regrole, 'EXECUTE'
    FROM unnest(ARRAY[
        'adopt_early_outcomes(uuid[])', 'catalog_of(text)', 'circuits(text)', 'credit_of(tiny_dancer.budget, timestamptz)', 'decision_time(uuid)',
        'evidence_since(pg_snapshot)', 'feedback_on(text, timestamptz, uuid)', 'first_unseen(pg_snapshot)', 'forget_conversations()', 'forget_settled()', 'is_copy()',
        'judged(float8, float8, float8)', 'kind_of(text, boolean, text)', 'maintain_log()', 'oldest_engine()',
        'open_allowances(text, jsonb)', 'outcomes_since(pg_snapshot)', 'refreshed_allowances(text)', 'reserve(text, jsonb)', 'roll_up()',
        'routes_of(text)', 'schema_version()', 'setting_of(text)', 'settle(text)', 'settle_all()', 'take_up_prices()', 'tally()',
        'tells_answered(text, boolean, text, float8)',
        'tenants_to_settle()']) AS signature
    UNION ALL
    -- The views call them with the rights of whoever reads.
    SELECT 'FUNCTION', ('tiny_dancer.' || signature)::regprocedure, 'tiny_dancer_user'::regrole, 'EXECUTE'
    FROM unnest(ARRAY[
        'alternatives_of(text, jsonb)', 'decision_time(uuid)', 'figure_of(text)', 'may_read_texts()',
        'reasoning_of(text, text)', 'reasoning_phrases()', 'row_tenant()']) AS signature
    UNION ALL
    SELECT 'TABLE', oid, 'tiny_dancer_user'::regrole, 'SELECT'
    FROM pg_class
    WHERE relnamespace = '${function_schema}'::regnamespace
      AND relowner = 'tiny_dancer_owner'::regrole
      AND relkind = 'v'
      AND starts_with(relname, 'ruvector_')
    UNION ALL
    SELECT 'FUNCTION', oid,
           CASE WHEN proname IN (
               'ruvector_batch_route', 'ruvector_budget_alerts', 'ruvector_budget_holders', 'ruvector_budget_status',
               'ruvector_classify_capabilities',
               'ruvector_classify_request', 'ruvector_classify_requests', 'ruvector_embed', 'ruvector_embed_batch',
               'ruvector_engine_status', 'ruvector_explain_fit', 'ruvector_explain_route',
               'ruvector_find_agents_by_capability', 'ruvector_get_agent', 'ruvector_latest_decisions',
               'ruvector_list_agents', 'ruvector_list_models', 'ruvector_list_policies', 'ruvector_list_prices', 'ruvector_list_routes',
               'ruvector_optimize_budget', 'ruvector_record_feedback', 'ruvector_record_outcome', 'ruvector_route',
               'ruvector_route_map', 'ruvector_route_multi',
               'ruvector_routing_analytics', 'ruvector_routing_history', 'ruvector_routing_stats',
               'ruvector_semantic_route', 'ruvector_similar_requests',
               'ruvector_update_agent_metrics', 'ruvector_whoami')
           THEN 'tiny_dancer_user'::regrole ELSE 'tiny_dancer_admin'::regrole END,
           'EXECUTE'
    FROM pg_proc
    WHERE pronamespace = '${function_schema}'::regnamespace
      AND proowner = 'tiny_dancer_owner'::regrole
      AND starts_with(proname, 'ruvector_')
$function$;
COMMENT ON FUNCTION tiny_dancer.wanted_privileges() IS
    'What the roles tiny_dancer_engine, _user and _admin may do, all of it';

CREATE OR REPLACE FUNCTION tiny_dancer.present_privileges()
RETURNS TABLE (kind text, object oid, grantee oid, privilege text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT granted.kind, granted.object, acl.grantee, acl.privilege_type
    FROM (
        SELECT 'SCHEMA' AS kind, oid AS object, nspacl AS entries
        FROM pg_namespace
        WHERE nspname = 'tiny_dancer'
        UNION ALL
        SELECT 'TABLE', oid, relacl
        FROM pg_class
        WHERE relnamespace = 'tiny_dancer'::regnamespace AND relkind IN ('r', 'p', 'v')
           OR relnamespace = '${function_schema}'::regnamespace AND relkind = 'v'
              AND relowner = 'tiny_dancer_owner'::regrole
        UNION ALL
        SELECT 'FUNCTION', oid, coalesce(proacl, acldefault('f', proowner))
        FROM pg_proc
        WHERE proowner = 'tiny_dancer_owner'::regrole
          AND pronamespace IN ('tiny_dancer'::regnamespace, '${function_schema}'::regnamespace)
    ) AS granted
    CROSS JOIN LATERAL aclexplode(granted.entries) AS acl
    WHERE acl.grantee IN (0, 'tiny_dancer_engine'::regrole, 'tiny_dancer_user'::regrole, 'tiny_dancer_admin'::regrole)
$function$;
COMMENT ON FUNCTION tiny_dancer.present_privileges() IS
    'What PUBLIC and the roles tiny_dancer_engine, _user and _admin are granted; others are the administrator''s affair';

CREATE OR REPLACE FUNCTION tiny_dancer.settle_privileges() RETURNS SETOF text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    change text;
    granted int := 0;
    revoked int := 0;
BEGIN
    -- PostgreSQL lets PUBLIC execute every new function unless its maker has said otherwise, and a dump may leave that out.
    IF NOT EXISTS (SELECT FROM pg_default_acl
                   WHERE defaclrole = 'tiny_dancer_owner'::regrole AND defaclnamespace = 0 AND defaclobjtype = 'f') THEN
        ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    END IF;
    FOR change IN
        SELECT format('%s %s ON %s %s %s %s',
                      differing.action, differing.privilege, differing.kind,
                      CASE differing.kind
                          WHEN 'SCHEMA' THEN differing.object::regnamespace::text
                          WHEN 'TABLE' THEN differing.object::regclass::text
                          ELSE differing.object::regprocedure::text END,
                      CASE differing.action WHEN 'GRANT' THEN 'TO' ELSE 'FROM' END,
                      CASE differing.grantee WHEN 0 THEN 'PUBLIC' ELSE differing.grantee::regrole::text END)
        FROM (
            SELECT 'GRANT' AS action, missing.*
            FROM (SELECT * FROM tiny_dancer.wanted_privileges()
                  EXCEPT SELECT * FROM tiny_dancer.present_privileges()) AS missing
            UNION ALL
            SELECT 'REVOKE', surplus.*
            FROM (SELECT * FROM tiny_dancer.present_privileges()
                  EXCEPT SELECT * FROM tiny_dancer.wanted_privileges()) AS surplus
        ) AS differing
    LOOP
        EXECUTE change;
        IF starts_with(change, 'GRANT') THEN
            granted := granted + 1;
        ELSE
            revoked := revoked + 1;
        END IF;
    END LOOP;
    IF granted > 0 THEN
        RETURN NEXT format('granted %s privileges to the roles of Tiny Dancer', granted);
    END IF;
    IF revoked > 0 THEN
        RETURN NEXT format('revoked %s privileges that nobody needs', revoked);
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.settle_privileges() IS
    'Grants what tiny_dancer.wanted_privileges() has and revokes what it has not. Says what it did, nothing where all was as it should be';

CREATE OR REPLACE FUNCTION tiny_dancer.settle_installation() RETURNS SETOF text
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT * FROM tiny_dancer.settle_privileges()
    UNION ALL
    SELECT format('protected the rows of %s tables', count(*)) FROM tiny_dancer.protect_tables() HAVING count(*) > 0
    UNION ALL
    SELECT format('renewed %s comments of partitions', changed) FROM tiny_dancer.describe_partitions() AS changed WHERE changed > 0
    UNION ALL
    SELECT * FROM tiny_dancer.leave_original()
    UNION ALL
    SELECT * FROM tiny_dancer.leave_old_engines()
    UNION ALL
    SELECT * FROM tiny_dancer.renew_engine_options()
$function$;
COMMENT ON FUNCTION tiny_dancer.settle_installation() IS
    'What every installation ends with, in the transaction of the migrations if there were any: privileges, protection of rows, secrets. Says what it did, nothing where all was as it should be';
