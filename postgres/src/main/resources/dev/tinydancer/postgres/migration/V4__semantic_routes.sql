-- Semantic routes: what they are made of, and how often those with a limit were used.

ALTER TABLE tiny_dancer.catalog_version
    ADD COLUMN routes_version bigint NOT NULL DEFAULT 0 CHECK (routes_version >= 0);
COMMENT ON COLUMN tiny_dancer.catalog_version.routes_version IS
    'The same for the tenant''s semantic routes, which are far larger than its agents and needed by few calls';

CREATE TABLE tiny_dancer.route (
    tenant text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    description text NOT NULL,
    target_agent text NOT NULL CHECK (length(target_agent) BETWEEN 1 AND 200),
    priority int NOT NULL,
    conditions jsonb NOT NULL CHECK (jsonb_typeof(conditions) = 'object'),
    score_threshold float8 CHECK (score_threshold BETWEEN 0 AND 1),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, name)
);
COMMENT ON TABLE tiny_dancer.route IS 'The semantic routes, as created';
COMMENT ON COLUMN tiny_dancer.route.tenant IS 'Whose route it is';
COMMENT ON COLUMN tiny_dancer.route.name IS 'Unique in its tenant, 1 to 200 characters';
COMMENT ON COLUMN tiny_dancer.route.description IS 'What it is for; its words count in a match';
COMMENT ON COLUMN tiny_dancer.route.target_agent IS 'The agent that answers, not necessarily registered';
COMMENT ON COLUMN tiny_dancer.route.priority IS 'The higher wins among routes that are equally similar within the model''s noise';
COMMENT ON COLUMN tiny_dancer.route.conditions IS 'When it takes part: time_range, time_zone, user_tier, rate_limit; {} for always';
COMMENT ON COLUMN tiny_dancer.route.score_threshold IS 'The least similarity that counts as a match, given or fitted; null for the default';
COMMENT ON COLUMN tiny_dancer.route.created_at IS 'When it was created or last replaced';

CREATE TABLE tiny_dancer.route_utterance (
    tenant text NOT NULL,
    route text NOT NULL,
    place int NOT NULL CHECK (place > 0),
    utterance text NOT NULL,
    embedding real[] NOT NULL CHECK (cardinality(embedding) = 384),
    PRIMARY KEY (tenant, route, place),
    FOREIGN KEY (tenant, route) REFERENCES tiny_dancer.route (tenant, name) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE tiny_dancer.route_utterance IS 'What queries are compared with: the examples that a route is known by';
COMMENT ON COLUMN tiny_dancer.route_utterance.tenant IS 'Whose route it is';
COMMENT ON COLUMN tiny_dancer.route_utterance.route IS 'The route''s name';
COMMENT ON COLUMN tiny_dancer.route_utterance.place IS 'From 1, in the order given';
COMMENT ON COLUMN tiny_dancer.route_utterance.utterance IS 'The text that was embedded; empty where the embedding was given';
COMMENT ON COLUMN tiny_dancer.route_utterance.embedding IS 'Its vector, as embedded or given';

CREATE TABLE tiny_dancer.route_use (
    tenant text NOT NULL,
    route text NOT NULL,
    minute timestamptz NOT NULL,
    uses int NOT NULL CHECK (uses > 0),
    PRIMARY KEY (tenant, route)
) WITH (fillfactor = 50);
COMMENT ON TABLE tiny_dancer.route_use IS
    'How often a route with a rate limit was chosen in the latest minute in which it was; written by the engines, without a foreign key so that they never wait for a transaction that changes the route';
COMMENT ON COLUMN tiny_dancer.route_use.tenant IS 'Whose route it is';
COMMENT ON COLUMN tiny_dancer.route_use.route IS 'The route''s name';
COMMENT ON COLUMN tiny_dancer.route_use.minute IS 'Its first moment, by this database''s clock';
COMMENT ON COLUMN tiny_dancer.route_use.uses IS 'How often it was chosen in that minute';

-- Of the old and the new rows a statement trigger names only those that its event has; the branches keep the others
-- from being looked up.
CREATE OR REPLACE FUNCTION tiny_dancer.raise_catalog_version() RETURNS trigger
LANGUAGE plpgsql
AS $function$
DECLARE
    of_routes constant boolean := TG_NARGS = 1 AND TG_ARGV[0] = 'routes';
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
        INSERT INTO tiny_dancer.catalog_version AS catalog (tenant, version, routes_version)
        VALUES (tenant_name, (NOT of_routes)::int, of_routes::int)
        ON CONFLICT (tenant) DO UPDATE
        SET version = catalog.version + excluded.version,
            routes_version = catalog.routes_version + excluded.routes_version;
        PERFORM pg_notify(CASE WHEN of_routes THEN 'tiny_dancer_routes' ELSE 'tiny_dancer_catalog' END, tenant_name);
    END LOOP;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.raise_catalog_version() IS
    'Trigger for catalog tables: raises the version of each tenant whose rows changed, that of its routes with the argument ''routes'', and tells the engines';

CREATE TRIGGER route_inserted AFTER INSERT ON tiny_dancer.route REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version('routes');
CREATE TRIGGER route_updated AFTER UPDATE ON tiny_dancer.route REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version('routes');
CREATE TRIGGER route_deleted AFTER DELETE ON tiny_dancer.route REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version('routes');
CREATE TRIGGER route_truncated AFTER TRUNCATE ON tiny_dancer.route
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version('routes');
COMMENT ON TRIGGER route_inserted ON tiny_dancer.route IS 'Raises the version of the routes';
COMMENT ON TRIGGER route_updated ON tiny_dancer.route IS 'Raises the version of the routes';
COMMENT ON TRIGGER route_deleted ON tiny_dancer.route IS 'Raises the version of the routes';
COMMENT ON TRIGGER route_truncated ON tiny_dancer.route IS 'Raises the version of every tenant''s routes';

CREATE TRIGGER utterance_inserted AFTER INSERT ON tiny_dancer.route_utterance REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version('routes');
CREATE TRIGGER utterance_updated AFTER UPDATE ON tiny_dancer.route_utterance
    REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version('routes');
CREATE TRIGGER utterance_deleted AFTER DELETE ON tiny_dancer.route_utterance REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version('routes');
CREATE TRIGGER utterance_truncated AFTER TRUNCATE ON tiny_dancer.route_utterance
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.raise_catalog_version('routes');
COMMENT ON TRIGGER utterance_inserted ON tiny_dancer.route_utterance IS 'Raises the version of the routes';
COMMENT ON TRIGGER utterance_updated ON tiny_dancer.route_utterance IS 'Raises the version of the routes';
COMMENT ON TRIGGER utterance_deleted ON tiny_dancer.route_utterance IS 'Raises the version of the routes';
COMMENT ON TRIGGER utterance_truncated ON tiny_dancer.route_utterance IS 'Raises the version of every tenant''s routes';
