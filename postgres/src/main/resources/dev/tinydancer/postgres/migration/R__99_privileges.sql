-- Who may do what; runs after all other functions are there. Nothing is granted to PUBLIC: V1 has taken EXECUTE on new
-- functions from it.

GRANT USAGE ON SCHEMA tiny_dancer TO tiny_dancer_engine;
GRANT SELECT ON
    tiny_dancer.setting, tiny_dancer.agent, tiny_dancer.agent_circuit, tiny_dancer.catalog_version,
    tiny_dancer.engine_credential, tiny_dancer.decision, tiny_dancer.outcome, tiny_dancer.decision_hourly, tiny_dancer.evidence,
    tiny_dancer.model, tiny_dancer.route, tiny_dancer.route_utterance
    TO tiny_dancer_engine;
GRANT INSERT ON tiny_dancer.decision TO tiny_dancer_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON tiny_dancer.engine, tiny_dancer.route_use TO tiny_dancer_engine;
GRANT EXECUTE ON FUNCTION
    tiny_dancer.catalog_of(text), tiny_dancer.routes_of(text), tiny_dancer.setting_of(text), tiny_dancer.decision_time(uuid),
    tiny_dancer.adopt_early_outcomes(uuid[]), tiny_dancer.maintain_log(), tiny_dancer.roll_up()
    TO tiny_dancer_engine;

GRANT SELECT ON tiny_dancer.budget, tiny_dancer.allowance TO tiny_dancer_engine;
GRANT EXECUTE ON FUNCTION
    tiny_dancer.reserve(text, jsonb), tiny_dancer.refreshed_allowances(text),
    tiny_dancer.settle_all(), tiny_dancer.forget_settled()
    TO tiny_dancer_engine;

DO $privileges$
DECLARE
    for_users constant text[] := ARRAY[
        'ruvector_budget_status',
        'ruvector_list_agents', 'ruvector_get_agent', 'ruvector_find_agents_by_capability',
        'ruvector_update_agent_metrics', 'ruvector_record_outcome', 'ruvector_route', 'ruvector_explain_route',
        'ruvector_route_multi', 'ruvector_batch_route', 'ruvector_routing_analytics', 'ruvector_routing_stats', 'ruvector_optimize_budget',
        'ruvector_classify_request', 'ruvector_classify_capabilities', 'ruvector_embed', 'ruvector_engine_status',
        'ruvector_list_routes', 'ruvector_semantic_route'];
    function_oid oid;
    function_name text;
BEGIN
    FOR function_oid, function_name IN
        SELECT oid, proname
        FROM pg_proc
        WHERE pronamespace = '${function_schema}'::regnamespace
          AND proowner = 'tiny_dancer_owner'::regrole
          AND starts_with(proname, 'ruvector_')
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', function_oid::regprocedure,
                       CASE WHEN function_name = ANY (for_users) THEN 'tiny_dancer_user' ELSE 'tiny_dancer_admin' END);
    END LOOP;
END
$privileges$;
