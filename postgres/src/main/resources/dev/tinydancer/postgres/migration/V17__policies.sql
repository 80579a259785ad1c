-- Policies of a tenant's own, and with what probability an agent was chosen.

CREATE TABLE tiny_dancer.policy (
    tenant text NOT NULL,
    name text NOT NULL CHECK (name <> '' AND length(name) <= 200 AND name <> 'total_cost'),
    worth_usd float8 CHECK (worth_usd > 0 AND worth_usd < 'Infinity'),
    usd_per_second float8 CHECK (usd_per_second >= 0 AND usd_per_second < 'Infinity'),
    min_relative_quality float8 CHECK (min_relative_quality BETWEEN 0 AND 1),
    explore float8 CHECK (explore BETWEEN 0 AND 1),
    PRIMARY KEY (tenant, name)
);
COMMENT ON TABLE tiny_dancer.policy IS 'Policies as set with ruvector_set_policy; a part of the catalog. Null is what a policy of that name has without being set, otherwise what balanced has';
COMMENT ON COLUMN tiny_dancer.policy.tenant IS 'Whose policy';
COMMENT ON COLUMN tiny_dancer.policy.name IS 'What optimize_for takes, 1 to 200 characters';
COMMENT ON COLUMN tiny_dancer.policy.worth_usd IS 'What a good answer is worth, US dollars';
COMMENT ON COLUMN tiny_dancer.policy.usd_per_second IS 'What a second costs, US dollars';
COMMENT ON COLUMN tiny_dancer.policy.min_relative_quality IS 'Nobody is chosen below this part of the best candidate''s quality, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.policy.explore IS 'Share of the requests that may try agents out, in [0, 1]';

CREATE TRIGGER policy_inserted AFTER INSERT ON tiny_dancer.policy REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
CREATE TRIGGER policy_updated AFTER UPDATE ON tiny_dancer.policy REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
CREATE TRIGGER policy_deleted AFTER DELETE ON tiny_dancer.policy REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
CREATE TRIGGER policy_truncated AFTER TRUNCATE ON tiny_dancer.policy
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
COMMENT ON TRIGGER policy_inserted ON tiny_dancer.policy IS 'Raises the catalog version';
COMMENT ON TRIGGER policy_updated ON tiny_dancer.policy IS 'Raises the catalog version';
COMMENT ON TRIGGER policy_deleted ON tiny_dancer.policy IS 'Raises the catalog version';
COMMENT ON TRIGGER policy_truncated ON tiny_dancer.policy IS 'Raises the catalog version of every tenant';

CREATE TYPE tiny_dancer.policy_overview AS (
    name text,
    worth_usd float8,
    worth_in_dearest float8,
    usd_per_second float8,
    quality_per_second float8,
    min_relative_quality float8,
    explore float8,
    built_in boolean,
    is_set boolean
);
COMMENT ON TYPE tiny_dancer.policy_overview IS 'A policy: what a good answer is worth, what a second costs, what quality an agent must keep';
COMMENT ON COLUMN tiny_dancer.policy_overview.name IS 'What optimize_for takes';
COMMENT ON COLUMN tiny_dancer.policy_overview.worth_usd IS 'What a good answer is worth, US dollars; null where it is free of scale';
COMMENT ON COLUMN tiny_dancer.policy_overview.worth_in_dearest IS 'The same in costs of the dearest candidate; null where it is in dollars';
COMMENT ON COLUMN tiny_dancer.policy_overview.usd_per_second IS 'What a second costs, US dollars; null where it is free of scale';
COMMENT ON COLUMN tiny_dancer.policy_overview.quality_per_second IS 'The same in quality; null where it is in dollars';
COMMENT ON COLUMN tiny_dancer.policy_overview.min_relative_quality IS 'Nobody is chosen below this part of the best candidate''s quality, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.policy_overview.explore IS 'Share of the requests that may try agents out; null for as many as the engine lets';
COMMENT ON COLUMN tiny_dancer.policy_overview.built_in IS 'Whether it is there without being set';
COMMENT ON COLUMN tiny_dancer.policy_overview.is_set IS 'Whether it has been set for this tenant';

ALTER TYPE tiny_dancer.routing_arguments
    ADD ATTRIBUTE min_relative_quality float8,
    ADD ATTRIBUTE explore text;
COMMENT ON COLUMN tiny_dancer.routing_arguments.min_relative_quality IS 'Least part of the best candidate''s quality, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.routing_arguments.explore IS 'The session''s tiny_dancer.explore: on, off or a share of the requests';

ALTER TABLE tiny_dancer.decision ADD COLUMN probability float8;
COMMENT ON COLUMN tiny_dancer.decision.probability IS 'That this agent was chosen of its candidates, in (0, 1]: less than 1 where agents are tried out or equal ones share requests; null before it was kept';
CREATE OR REPLACE VIEW tiny_dancer.logged_decision AS
SELECT tenant, decided_at, decision_id, agent, fallback, optimize_for, category, confidence, estimated_cost,
       estimated_latency_ms, expected_quality, input_tokens, output_tokens, reasoning, alternatives, tags, request_hash,
       request, embedding, probability
FROM tiny_dancer.decision;

-- The forms without min_relative_quality.
DROP FUNCTION IF EXISTS
    ${function_schema}.ruvector_route(
        text, text, text[], float8, float8, float8, text[], float8, text[], int, jsonb),
    ${function_schema}.ruvector_explain_route(
        text, text, text[], float8, float8, float8, text[], float8, text[], int, jsonb),
    ${function_schema}.ruvector_route_multi(
        text, int, text, text[], float8, float8, float8, text[], float8, text[], int, jsonb),
    ${function_schema}.ruvector_batch_route(
        text[], text, float8, float8, text[], float8, float8, float8, text[], float8, text[], int, jsonb);
