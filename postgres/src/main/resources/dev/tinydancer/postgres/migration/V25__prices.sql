-- Prices are data: each list with the time from which it holds, so that what was decided keeps its money.

ALTER TABLE tiny_dancer.agent
    ADD COLUMN more_prices jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(more_prices) = 'object');
COMMENT ON COLUMN tiny_dancer.agent.more_prices IS 'The prices that hold now and have no column of their own: cached_input, cache_write, cache_write_1h, reasoning, image, tiers; as in tiny_dancer.agent_price.prices';

CREATE TABLE tiny_dancer.agent_price (
    tenant text NOT NULL,
    agent text NOT NULL,
    effective_from timestamptz NOT NULL CHECK (effective_from < 'infinity'),
    prices jsonb NOT NULL CHECK (jsonb_typeof(prices) = 'object'),
    set_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    taken_up boolean NOT NULL,
    PRIMARY KEY (tenant, agent, effective_from)
);
CREATE INDEX agent_price_to_come ON tiny_dancer.agent_price (effective_from) WHERE NOT taken_up;
COMMENT ON TABLE tiny_dancer.agent_price IS 'What each agent charged, charges and will charge. A list holds from its time until the next one''s; the one that holds now also stands in tiny_dancer.agent';
COMMENT ON COLUMN tiny_dancer.agent_price.tenant IS 'Whose agent';
COMMENT ON COLUMN tiny_dancer.agent_price.agent IS 'The agent; its lists stay when it is removed, for its decisions do';
COMMENT ON COLUMN tiny_dancer.agent_price.effective_from IS 'For decisions from this time on, -infinity for those before prices had a time';
COMMENT ON COLUMN tiny_dancer.agent_price.prices IS 'US dollars: input, output, cached_input, cache_write, cache_write_1h, reasoning for 1,000 tokens; call, second, image for each; tiers [{"above_input_tokens", …}] for requests of more input tokens';
COMMENT ON COLUMN tiny_dancer.agent_price.set_at IS 'When it was set';
COMMENT ON COLUMN tiny_dancer.agent_price.taken_up IS 'False for one whose time has not come';

INSERT INTO tiny_dancer.agent_price (tenant, agent, effective_from, prices, taken_up)
SELECT agent.tenant, agent.name, '-infinity',
       jsonb_strip_nulls(jsonb_build_object(
           'input', coalesce(agent.cost_per_1k_input_tokens, agent.cost_per_1k_tokens),
           'output', coalesce(agent.cost_per_1k_output_tokens, agent.cost_per_1k_tokens),
           'call', agent.cost_per_call,
           'second', agent.cost_per_second)),
       true
FROM tiny_dancer.agent;

CREATE TYPE tiny_dancer.price_overview AS (
    agent text,
    effective_from timestamptz,
    prices jsonb,
    holds boolean,
    set_at timestamptz
);
COMMENT ON TYPE tiny_dancer.price_overview IS 'A price list of an agent';
COMMENT ON COLUMN tiny_dancer.price_overview.agent IS 'The agent';
COMMENT ON COLUMN tiny_dancer.price_overview.effective_from IS 'From when it holds, until the next one does; -infinity for what held before prices had a time';
COMMENT ON COLUMN tiny_dancer.price_overview.prices IS 'US dollars, as ruvector_set_prices takes them';
COMMENT ON COLUMN tiny_dancer.price_overview.holds IS 'Whether it holds now';
COMMENT ON COLUMN tiny_dancer.price_overview.set_at IS 'When it was set';
