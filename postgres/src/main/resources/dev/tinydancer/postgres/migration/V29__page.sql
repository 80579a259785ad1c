-- What the page shows over time, and by what it knows who may look.

CREATE TYPE tiny_dancer.routing_period AS (
    period_start timestamptz,
    group_key text,
    total_requests bigint,
    completed_requests bigint,
    successes bigint,
    total_cost float8,
    avg_latency_ms float8,
    p50_latency_ms float8,
    p95_latency_ms float8,
    p99_latency_ms float8
);
COMMENT ON TYPE tiny_dancer.routing_period IS 'What was routed for one group within an hour, a day or the whole time asked for';
COMMENT ON COLUMN tiny_dancer.routing_period.period_start IS 'Beginning of the hour or day of the session''s time zone; with all, of the time asked for';
COMMENT ON COLUMN tiny_dancer.routing_period.group_key IS 'The agent, the category, ... or (none)';
COMMENT ON COLUMN tiny_dancer.routing_period.total_requests IS 'Decisions, and outcomes without a decision';
COMMENT ON COLUMN tiny_dancer.routing_period.completed_requests IS 'Those with an outcome';
COMMENT ON COLUMN tiny_dancer.routing_period.successes IS 'Those whose outcome was a success';
COMMENT ON COLUMN tiny_dancer.routing_period.total_cost IS 'US dollars: the recorded cost, and the estimated one where none was recorded';
COMMENT ON COLUMN tiny_dancer.routing_period.avg_latency_ms IS 'Mean of the recorded latencies';
COMMENT ON COLUMN tiny_dancer.routing_period.p50_latency_ms IS 'Median of the recorded latencies, to one percent';
COMMENT ON COLUMN tiny_dancer.routing_period.p95_latency_ms IS 'Below it are 95 of 100 recorded latencies, to one percent';
COMMENT ON COLUMN tiny_dancer.routing_period.p99_latency_ms IS 'Below it are 99 of 100 recorded latencies, to one percent';

CREATE TYPE tiny_dancer.identity AS (
    role_name text,
    tenant text,
    reads_texts boolean,
    is_admin boolean,
    database_name text,
    schema_version int
);
COMMENT ON TYPE tiny_dancer.identity IS 'Who asks';
COMMENT ON COLUMN tiny_dancer.identity.role_name IS 'The role of the session, or the one taken with SET ROLE';
COMMENT ON COLUMN tiny_dancer.identity.tenant IS 'The tenant for which it acts';
COMMENT ON COLUMN tiny_dancer.identity.reads_texts IS 'Whether it sees the texts of requests, where they were kept';
COMMENT ON COLUMN tiny_dancer.identity.is_admin IS 'Whether it may register agents, routes and budgets';
COMMENT ON COLUMN tiny_dancer.identity.database_name IS 'The database';
COMMENT ON COLUMN tiny_dancer.identity.schema_version IS 'The first number of the newest migration';

CREATE TABLE tiny_dancer.page_token (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    role_name name NOT NULL,
    note text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE tiny_dancer.page_token IS 'Who may look at the page and its JSON interface, and as which role; the tokens themselves are kept nowhere';
COMMENT ON COLUMN tiny_dancer.page_token.token_hash IS 'SHA-256 of the token';
COMMENT ON COLUMN tiny_dancer.page_token.role_name IS 'The role that the engine takes for the bearer''s questions: it sees what that role sees in psql';
COMMENT ON COLUMN tiny_dancer.page_token.note IS 'For whom it was made, in the maker''s words';
COMMENT ON COLUMN tiny_dancer.page_token.created_at IS 'When it was made';
COMMENT ON COLUMN tiny_dancer.page_token.expires_at IS 'From then on it opens nothing';
