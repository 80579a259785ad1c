-- The catalog: what the engine has to know before it can answer, and what makes its version rise.

COMMENT ON SCHEMA tiny_dancer IS 'Tiny Dancer: routes requests to AI agents; tables and inner functions';

-- PostgreSQL lets PUBLIC execute every new function; of what this role makes, nobody may unless it is granted.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE TABLE tiny_dancer.setting (
    name text PRIMARY KEY,
    value text NOT NULL,
    description text NOT NULL
);
COMMENT ON TABLE tiny_dancer.setting IS 'Settings of the whole installation; settings of a session are tiny_dancer.* parameters';
COMMENT ON COLUMN tiny_dancer.setting.name IS 'Lower-case words joined by underscores';
COMMENT ON COLUMN tiny_dancer.setting.value IS 'The value as text, of the form that the description names';
COMMENT ON COLUMN tiny_dancer.setting.description IS 'What it governs, its form and its unit';

INSERT INTO tiny_dancer.setting (name, value, description) VALUES
    ('log_retention', '90 days', 'Interval; decisions and outcomes older than this are dropped, whole days at a time'),
    ('log_partitions_ahead', '7', 'Integer; for how many days to come the log has its partitions ready'),
    ('in_flight_lease', '60 seconds', 'Interval; a decision without an outcome counts as in flight for at most so long'),
    ('circuit_window', '10 minutes', 'Interval; outcomes recorded longer ago do not count for an agent''s circuit'),
    ('circuit_cool_down', '30 seconds', 'Interval; so long after its last failure a tripped circuit stays open');

CREATE TABLE tiny_dancer.tenant_role (
    role_name name PRIMARY KEY,
    tenant text NOT NULL CHECK (tenant <> '')
);
COMMENT ON TABLE tiny_dancer.tenant_role IS 'Which tenant a role acts for; a role that is not here acts for ''default''';
COMMENT ON COLUMN tiny_dancer.tenant_role.role_name IS 'The role of the session, or the one taken with SET ROLE';
COMMENT ON COLUMN tiny_dancer.tenant_role.tenant IS 'The tenant that owns what the role registers and sees';

CREATE TABLE tiny_dancer.agent (
    tenant text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    agent_type text NOT NULL CHECK (agent_type IN ('llm', 'tool', 'api', 'human', 'ensemble')),
    capabilities text[] NOT NULL CHECK (cardinality(capabilities) > 0),
    cost_per_1k_tokens float8 CHECK (cost_per_1k_tokens >= 0 AND cost_per_1k_tokens < 'Infinity'),
    cost_per_1k_input_tokens float8 CHECK (cost_per_1k_input_tokens >= 0 AND cost_per_1k_input_tokens < 'Infinity'),
    cost_per_1k_output_tokens float8 CHECK (cost_per_1k_output_tokens >= 0 AND cost_per_1k_output_tokens < 'Infinity'),
    cost_per_call float8 CHECK (cost_per_call >= 0 AND cost_per_call < 'Infinity'),
    cost_per_second float8 CHECK (cost_per_second >= 0 AND cost_per_second < 'Infinity'),
    avg_latency_ms float8 NOT NULL CHECK (avg_latency_ms >= 0 AND avg_latency_ms < 'Infinity'),
    p99_latency_ms float8 CHECK (p99_latency_ms >= avg_latency_ms AND p99_latency_ms < 'Infinity'),
    quality_score float8 NOT NULL CHECK (quality_score BETWEEN 0 AND 1),
    max_concurrency int CHECK (max_concurrency > 0),
    metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
    active boolean NOT NULL DEFAULT true,
    registered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, name)
);
COMMENT ON TABLE tiny_dancer.agent IS 'The agents that requests are routed to, as registered; what was learned of them is in the log';
COMMENT ON COLUMN tiny_dancer.agent.tenant IS 'Whose agent it is';
COMMENT ON COLUMN tiny_dancer.agent.name IS 'Unique in its tenant, 1 to 200 characters';
COMMENT ON COLUMN tiny_dancer.agent.agent_type IS 'llm, tool, api, human or ensemble';
COMMENT ON COLUMN tiny_dancer.agent.capabilities IS 'What it can do, trimmed, in the order given; compared without regard to case';
COMMENT ON COLUMN tiny_dancer.agent.cost_per_1k_tokens IS 'US dollars for 1,000 tokens where input or output has no price of its own';
COMMENT ON COLUMN tiny_dancer.agent.cost_per_1k_input_tokens IS 'US dollars for 1,000 tokens of the request';
COMMENT ON COLUMN tiny_dancer.agent.cost_per_1k_output_tokens IS 'US dollars for 1,000 tokens of the answer';
COMMENT ON COLUMN tiny_dancer.agent.cost_per_call IS 'US dollars for each call, whatever its size';
COMMENT ON COLUMN tiny_dancer.agent.cost_per_second IS 'US dollars for each second that the agent works';
COMMENT ON COLUMN tiny_dancer.agent.avg_latency_ms IS 'Mean time to an answer in milliseconds, as registered';
COMMENT ON COLUMN tiny_dancer.agent.p99_latency_ms IS 'Milliseconds that 99 of 100 answers keep; null when not given';
COMMENT ON COLUMN tiny_dancer.agent.quality_score IS 'Share of requests that it answers well, as its owner judges it, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.agent.max_concurrency IS 'How many requests it takes at a time; null for no limit';
COMMENT ON COLUMN tiny_dancer.agent.metadata IS 'The owner''s own notes, a JSON object; not used for routing';
COMMENT ON COLUMN tiny_dancer.agent.active IS 'Whether it takes part in routing';
COMMENT ON COLUMN tiny_dancer.agent.registered_at IS 'When it was registered or last replaced';

CREATE TABLE tiny_dancer.catalog_version (
    tenant text PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0)
);
COMMENT ON TABLE tiny_dancer.catalog_version IS 'How often the catalog of a tenant has changed; no row means never, version 0';
COMMENT ON COLUMN tiny_dancer.catalog_version.tenant IS 'Whose catalog';
COMMENT ON COLUMN tiny_dancer.catalog_version.version IS 'Raised in the transaction that changes the catalog, so that equal versions mean equal catalogs';

INSERT INTO tiny_dancer.catalog_version (tenant, version) VALUES ('default', 1);

-- Of the old and the new rows a statement trigger names only those that its event has; the branches keep the others
-- from being looked up.
CREATE FUNCTION tiny_dancer.raise_catalog_version() RETURNS trigger
LANGUAGE plpgsql
AS $function$
DECLARE
    changed text[];
    tenant_name text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT tenant ORDER BY tenant) INTO changed FROM new_row;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT tenant ORDER BY tenant) INTO changed FROM old_row;
    ELSIF TG_OP = 'UPDATE' THEN
        SELECT array_agg(DISTINCT tenant ORDER BY tenant) INTO changed
        FROM (SELECT tenant FROM old_row UNION ALL SELECT tenant FROM new_row) AS row;
    ELSE
        SELECT array_agg(tenant ORDER BY tenant) INTO changed FROM tiny_dancer.catalog_version;
    END IF;
    FOREACH tenant_name IN ARRAY coalesce(changed, '{}') LOOP
        INSERT INTO tiny_dancer.catalog_version AS catalog (tenant, version) VALUES (tenant_name, 1)
        ON CONFLICT (tenant) DO UPDATE SET version = catalog.version + 1;
        PERFORM pg_notify('tiny_dancer_catalog', tenant_name);
    END LOOP;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.raise_catalog_version() IS
    'Trigger for catalog tables: raises the version of each tenant whose rows changed, and tells the engines';

CREATE TRIGGER agent_inserted AFTER INSERT ON tiny_dancer.agent REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
CREATE TRIGGER agent_updated AFTER UPDATE ON tiny_dancer.agent REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
CREATE TRIGGER agent_deleted AFTER DELETE ON tiny_dancer.agent REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
CREATE TRIGGER agent_truncated AFTER TRUNCATE ON tiny_dancer.agent
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version();
COMMENT ON TRIGGER agent_inserted ON tiny_dancer.agent IS 'Raises the catalog version';
COMMENT ON TRIGGER agent_updated ON tiny_dancer.agent IS 'Raises the catalog version';
COMMENT ON TRIGGER agent_deleted ON tiny_dancer.agent IS 'Raises the catalog version';
COMMENT ON TRIGGER agent_truncated ON tiny_dancer.agent IS 'Raises the catalog version of every tenant';

CREATE TYPE tiny_dancer.agent_overview AS (
    name text,
    agent_type text,
    capabilities text[],
    cost_per_1k_tokens float8,
    cost_per_1k_input_tokens float8,
    cost_per_1k_output_tokens float8,
    cost_per_call float8,
    cost_per_second float8,
    avg_latency_ms float8,
    p99_latency_ms float8,
    quality_score float8,
    success_rate float8,
    total_requests bigint,
    in_flight bigint,
    circuit text,
    active boolean,
    metadata jsonb
);
COMMENT ON TYPE tiny_dancer.agent_overview IS 'An agent with its figures as registered and what the log says of it';
COMMENT ON COLUMN tiny_dancer.agent_overview.name IS 'Unique in its tenant';
COMMENT ON COLUMN tiny_dancer.agent_overview.agent_type IS 'llm, tool, api, human or ensemble';
COMMENT ON COLUMN tiny_dancer.agent_overview.capabilities IS 'What it can do, in the order given';
COMMENT ON COLUMN tiny_dancer.agent_overview.cost_per_1k_tokens IS 'US dollars for 1,000 tokens where input or output has no price of its own';
COMMENT ON COLUMN tiny_dancer.agent_overview.cost_per_1k_input_tokens IS 'US dollars for 1,000 tokens of the request';
COMMENT ON COLUMN tiny_dancer.agent_overview.cost_per_1k_output_tokens IS 'US dollars for 1,000 tokens of the answer';
COMMENT ON COLUMN tiny_dancer.agent_overview.cost_per_call IS 'US dollars for each call';
COMMENT ON COLUMN tiny_dancer.agent_overview.cost_per_second IS 'US dollars for each second that the agent works';
COMMENT ON COLUMN tiny_dancer.agent_overview.avg_latency_ms IS 'Mean time to an answer in milliseconds, as registered';
COMMENT ON COLUMN tiny_dancer.agent_overview.p99_latency_ms IS 'Milliseconds that 99 of 100 answers keep, as registered';
COMMENT ON COLUMN tiny_dancer.agent_overview.quality_score IS 'Share of requests that it answers well, as registered, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.agent_overview.success_rate IS 'Share of its recorded outcomes that were a success; null without outcomes';
COMMENT ON COLUMN tiny_dancer.agent_overview.total_requests IS 'Decisions for it, and outcomes recorded without a decision';
COMMENT ON COLUMN tiny_dancer.agent_overview.in_flight IS 'Decisions for it that wait for an outcome and are younger than the setting in_flight_lease';
COMMENT ON COLUMN tiny_dancer.agent_overview.circuit IS 'closed, open or half_open; the rule is that of tiny_dancer.agent_circuit';
COMMENT ON COLUMN tiny_dancer.agent_overview.active IS 'Whether it takes part in routing';
COMMENT ON COLUMN tiny_dancer.agent_overview.metadata IS 'The owner''s own notes';

CREATE TYPE tiny_dancer.capability_match AS (
    name text,
    capability text,
    similarity float8,
    quality_score float8,
    cost_per_1k_tokens float8,
    cost_per_call float8,
    avg_latency_ms float8
);
COMMENT ON TYPE tiny_dancer.capability_match IS 'An agent found by a capability';
COMMENT ON COLUMN tiny_dancer.capability_match.name IS 'The agent';
COMMENT ON COLUMN tiny_dancer.capability_match.capability IS 'That of the agent''s capabilities which is nearest to the one asked for';
COMMENT ON COLUMN tiny_dancer.capability_match.similarity IS 'How near, in [0, 1]; 1 is the same word';
COMMENT ON COLUMN tiny_dancer.capability_match.quality_score IS 'Share of requests that it answers well, as registered, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.capability_match.cost_per_1k_tokens IS 'US dollars for 1,000 tokens where input or output has no price of its own';
COMMENT ON COLUMN tiny_dancer.capability_match.cost_per_call IS 'US dollars for each call';
COMMENT ON COLUMN tiny_dancer.capability_match.avg_latency_ms IS 'Mean time to an answer in milliseconds, as registered';
