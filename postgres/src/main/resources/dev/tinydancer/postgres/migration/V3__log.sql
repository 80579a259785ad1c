-- The log: decisions and their outcomes, a partition for each day (UTC), and the hourly sums that outlive them.

-- Without CHECK constraints: PostgreSQL makes them ready anew for each INSERT, which costs microseconds of every call.
CREATE TABLE tiny_dancer.decision (
    tenant text NOT NULL,
    decided_at timestamptz NOT NULL,
    decision_id uuid NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    agent text NOT NULL,
    fallback boolean NOT NULL DEFAULT false,
    optimize_for text NOT NULL,
    category text,
    confidence float8,
    estimated_cost float8,
    estimated_latency_ms float8,
    expected_quality float8,
    input_tokens int,
    output_tokens int,
    reasoning text,
    alternatives jsonb,
    tags text[],
    request_hash bytea NOT NULL,
    request text,
    embedding bytea,
    PRIMARY KEY (tenant, decided_at, decision_id)
) PARTITION BY RANGE (decided_at);
CREATE INDEX decision_decided_at ON tiny_dancer.decision USING brin (decided_at);
CREATE INDEX decision_xid ON tiny_dancer.decision (xid);
CREATE TABLE tiny_dancer.decision_default PARTITION OF tiny_dancer.decision DEFAULT;
COMMENT ON TABLE tiny_dancer.decision IS 'One row for each request that was routed';
COMMENT ON TABLE tiny_dancer.decision_default IS 'Takes decisions of days that have no partition yet; tiny_dancer.maintain_log() moves them';
COMMENT ON COLUMN tiny_dancer.decision.tenant IS 'Whose request';
COMMENT ON COLUMN tiny_dancer.decision.decided_at IS 'When, in whole milliseconds: the time inside decision_id';
COMMENT ON COLUMN tiny_dancer.decision.decision_id IS 'UUID version 7, made before the engine is asked';
COMMENT ON COLUMN tiny_dancer.decision.xid IS 'The transaction that wrote the row, so that readers find what committed since they last looked';
COMMENT ON COLUMN tiny_dancer.decision.agent IS 'The agent that was chosen';
COMMENT ON COLUMN tiny_dancer.decision.fallback IS 'Whether it was chosen in SQL from the registered figures, because no engine answered';
COMMENT ON COLUMN tiny_dancer.decision.optimize_for IS 'What the caller optimised for';
COMMENT ON COLUMN tiny_dancer.decision.category IS 'The request''s category as the engine saw it; null from the fallback';
COMMENT ON COLUMN tiny_dancer.decision.confidence IS 'Probability that the chosen agent answers well, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.decision.estimated_cost IS 'Of this request with this agent, US dollars';
COMMENT ON COLUMN tiny_dancer.decision.estimated_latency_ms IS 'Of this request with this agent, milliseconds';
COMMENT ON COLUMN tiny_dancer.decision.expected_quality IS 'Predicted quality, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.decision.input_tokens IS 'Length of the request in tokens';
COMMENT ON COLUMN tiny_dancer.decision.output_tokens IS 'Expected length of the answer in tokens';
COMMENT ON COLUMN tiny_dancer.decision.reasoning IS 'Why this agent, in words';
COMMENT ON COLUMN tiny_dancer.decision.alternatives IS 'The agents that came next, with their figures';
COMMENT ON COLUMN tiny_dancer.decision.tags IS 'The caller''s tags';
COMMENT ON COLUMN tiny_dancer.decision.request_hash IS 'SHA-256 of the request''s UTF-8 bytes';
COMMENT ON COLUMN tiny_dancer.decision.request IS 'The request itself, only with tiny_dancer.log_requests = on';
COMMENT ON COLUMN tiny_dancer.decision.embedding IS 'The request''s quantised embedding, of the form that the engine writes and reads';

CREATE TABLE tiny_dancer.outcome (
    tenant text NOT NULL,
    decided_at timestamptz NOT NULL,
    decision_id uuid,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    agent text,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    success boolean NOT NULL,
    latency_ms float8 CHECK (latency_ms >= 0 AND latency_ms < 'Infinity'),
    cost float8 CHECK (cost >= 0 AND cost < 'Infinity'),
    input_tokens int CHECK (input_tokens >= 0),
    output_tokens int CHECK (output_tokens >= 0),
    quality float8 CHECK (quality BETWEEN 0 AND 1),
    error text,
    UNIQUE (tenant, decided_at, decision_id)
) PARTITION BY RANGE (decided_at);
CREATE INDEX outcome_decided_at ON tiny_dancer.outcome USING brin (decided_at);
CREATE INDEX outcome_xid ON tiny_dancer.outcome (xid);
CREATE INDEX outcome_of_agent ON tiny_dancer.outcome (tenant, agent, recorded_at);
CREATE TABLE tiny_dancer.outcome_default PARTITION OF tiny_dancer.outcome DEFAULT;
COMMENT ON TABLE tiny_dancer.outcome IS 'What came of a decision; written by insertion, so that sessions never wait for each other''s rows';
COMMENT ON TABLE tiny_dancer.outcome_default IS 'Takes outcomes of days that have no partition yet; tiny_dancer.maintain_log() moves them';
COMMENT ON COLUMN tiny_dancer.outcome.tenant IS 'Whose request';
COMMENT ON COLUMN tiny_dancer.outcome.decided_at IS 'When it was decided, so that a decision and its outcome share a partition; without a decision, when it was recorded';
COMMENT ON COLUMN tiny_dancer.outcome.decision_id IS 'The decision; null for an outcome without one';
COMMENT ON COLUMN tiny_dancer.outcome.xid IS 'The transaction that last wrote the row, so that readers find what committed since they last looked';
COMMENT ON COLUMN tiny_dancer.outcome.agent IS 'The agent that answered; null while the engine has not yet written the decision (log_decisions = async)';
COMMENT ON COLUMN tiny_dancer.outcome.recorded_at IS 'When it was recorded, or last replaced';
COMMENT ON COLUMN tiny_dancer.outcome.success IS 'Whether the agent answered';
COMMENT ON COLUMN tiny_dancer.outcome.latency_ms IS 'How long it took, in milliseconds';
COMMENT ON COLUMN tiny_dancer.outcome.cost IS 'What it cost, in US dollars';
COMMENT ON COLUMN tiny_dancer.outcome.input_tokens IS 'Length of the request in the agent''s tokens';
COMMENT ON COLUMN tiny_dancer.outcome.output_tokens IS 'Length of the answer in the agent''s tokens';
COMMENT ON COLUMN tiny_dancer.outcome.quality IS 'How good the answer was, in [0, 1]; null when nobody judged it';
COMMENT ON COLUMN tiny_dancer.outcome.error IS 'What went wrong, in the caller''s words';

CREATE TABLE tiny_dancer.decision_hourly (
    tenant text NOT NULL,
    hour timestamptz NOT NULL,
    agent text NOT NULL,
    category text,
    tags text[],
    total_requests bigint NOT NULL,
    completed_requests bigint NOT NULL,
    successes bigint NOT NULL,
    total_cost float8 NOT NULL,
    latency_sum_ms float8 NOT NULL,
    latency_buckets int[] NOT NULL,
    latency_counts bigint[] NOT NULL,
    CHECK (cardinality(latency_buckets) = cardinality(latency_counts))
);
CREATE INDEX decision_hourly_hour ON tiny_dancer.decision_hourly (tenant, hour);
COMMENT ON TABLE tiny_dancer.decision_hourly IS 'The log added up by hour (UTC), agent, category and tags; kept when the log''s partitions are dropped';
COMMENT ON COLUMN tiny_dancer.decision_hourly.tenant IS 'Whose requests';
COMMENT ON COLUMN tiny_dancer.decision_hourly.hour IS 'Beginning of the hour in which they were decided';
COMMENT ON COLUMN tiny_dancer.decision_hourly.agent IS 'The agent';
COMMENT ON COLUMN tiny_dancer.decision_hourly.category IS 'The requests'' category; null where the engine gave none';
COMMENT ON COLUMN tiny_dancer.decision_hourly.tags IS 'The decisions'' tags, sorted, as one set';
COMMENT ON COLUMN tiny_dancer.decision_hourly.total_requests IS 'Decisions, and outcomes without a decision';
COMMENT ON COLUMN tiny_dancer.decision_hourly.completed_requests IS 'Those with an outcome';
COMMENT ON COLUMN tiny_dancer.decision_hourly.successes IS 'Those whose outcome was a success';
COMMENT ON COLUMN tiny_dancer.decision_hourly.total_cost IS 'US dollars: the recorded cost, and the estimated one where none was recorded';
COMMENT ON COLUMN tiny_dancer.decision_hourly.latency_sum_ms IS 'Sum of the recorded latencies; their number is the sum of latency_counts';
COMMENT ON COLUMN tiny_dancer.decision_hourly.latency_buckets IS 'Histogram: those tiny_dancer.latency_bucket() that occur, ascending';
COMMENT ON COLUMN tiny_dancer.decision_hourly.latency_counts IS 'Histogram: how many latencies are in the bucket at the same place';

CREATE TABLE tiny_dancer.rollup_progress (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    hours_before timestamptz NOT NULL,
    transactions_before xid8 NOT NULL
);
COMMENT ON TABLE tiny_dancer.rollup_progress IS 'How far tiny_dancer.decision_hourly has come';
COMMENT ON COLUMN tiny_dancer.rollup_progress.only_row IS 'Keeps the table at one row';
COMMENT ON COLUMN tiny_dancer.rollup_progress.hours_before IS 'Earlier hours are read from decision_hourly, later ones from the log';
COMMENT ON COLUMN tiny_dancer.rollup_progress.transactions_before IS 'Everything that earlier transactions wrote has been added up';
INSERT INTO tiny_dancer.rollup_progress (hours_before, transactions_before)
VALUES (date_trunc('hour', now(), 'UTC'), pg_snapshot_xmin(pg_current_snapshot()));
