-- Prices: what a list may say, which one holds, what a request costs by it.
--
-- The log books what an agent charged when it was asked, so lists have times and stay. The one that holds now also stands
-- in tiny_dancer.agent, where engines read it with all else; whoever changes it there makes a list that holds from then on.

CREATE OR REPLACE FUNCTION tiny_dancer.token_price_keys() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY['input', 'output', 'cached_input', 'cache_write', 'cache_write_1h', 'reasoning'];
COMMENT ON FUNCTION tiny_dancer.token_price_keys() IS 'What a price list may charge by 1,000 tokens, in all and in a tier';

CREATE OR REPLACE FUNCTION tiny_dancer.price_figures_problem(argument text, prices jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT CASE WHEN jsonb_typeof(price.value) <> 'number'
                THEN tiny_dancer.invalid(argument || '.' || price.key, price.value::text, 'must be a number in JSON')
                ELSE tiny_dancer.invalid(argument || '.' || price.key, price.value::text, 'must be between 0 and 1e9') END
    FROM jsonb_each(prices) AS price
    WHERE price.key <> 'tiers'
      AND jsonb_typeof(price.value) <> 'null'
      -- Both sides are evaluated in no certain order, but a CASE is.
      AND CASE WHEN jsonb_typeof(price.value) = 'number' THEN price.value::numeric NOT BETWEEN 0 AND 1e9 ELSE true END
    ORDER BY price.key
    LIMIT 1
$function$;
COMMENT ON FUNCTION tiny_dancer.price_figures_problem(text, jsonb) IS
    'The values of the object, but for tiers, must be numbers between 0 and 1e9, or null for what is not given';

CREATE OR REPLACE FUNCTION tiny_dancer.tiers_problem(argument text, tiers jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    problem text[];
    tier jsonb;
    starts numeric[] := '{}'::numeric[];
BEGIN
    IF tiers IS NULL OR jsonb_typeof(tiers) = 'null' THEN
        RETURN NULL;
    END IF;
    IF jsonb_typeof(tiers) <> 'array' THEN
        RETURN tiny_dancer.invalid(argument, tiers::text, 'must be a JSON array');
    END IF;
    IF jsonb_array_length(tiers) > 20 THEN
        RETURN tiny_dancer.invalid(argument, jsonb_array_length(tiers)::text, 'must have at most 20 elements');
    END IF;
    FOR tier IN SELECT * FROM jsonb_array_elements(tiers) LOOP
        problem := coalesce(
            tiny_dancer.keys_problem('an element of ' || argument, tier,
                                     tiny_dancer.token_price_keys() || '{above_input_tokens}'::text[]),
            CASE WHEN jsonb_typeof(tier -> 'above_input_tokens') IS DISTINCT FROM 'number'
                 THEN tiny_dancer.invalid(argument || '.above_input_tokens',
                                          coalesce(tier -> 'above_input_tokens', 'null')::text,
                                          'must be a number of tokens') END,
            tiny_dancer.price_figures_problem(argument, tier));
        EXIT WHEN problem IS NOT NULL;
        IF (tier ->> 'above_input_tokens')::numeric % 1 <> 0 OR (tier ->> 'above_input_tokens')::numeric = ANY (starts) THEN
            problem := tiny_dancer.invalid(argument || '.above_input_tokens', tier ->> 'above_input_tokens',
                                           'must be a whole number that no other tier has');
            EXIT;
        END IF;
        starts := starts || (tier ->> 'above_input_tokens')::numeric;
    END LOOP;
    RETURN problem;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.tiers_problem(text, jsonb) IS
    'Tiers, if any, must be an array of objects, each with a number of input tokens of its own and prices of 1,000 tokens';

CREATE OR REPLACE FUNCTION tiny_dancer.prices_problem(argument text, prices jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(
    tiny_dancer.given_problem(argument, prices),
    tiny_dancer.keys_problem(argument, prices, tiny_dancer.token_price_keys() || '{call,second,image,tiers}'::text[]),
    tiny_dancer.price_figures_problem(argument, prices),
    tiny_dancer.tiers_problem(argument || '.tiers', prices -> 'tiers'),
    CASE WHEN jsonb_strip_nulls(prices - 'tiers') = '{}' THEN ARRAY[
        '22023', format('%s must have at least one price, got %s', argument, tiny_dancer.shown(prices::text)), NULL,
        'An agent that charges nothing says so: {"call": 0}.'] END);
COMMENT ON FUNCTION tiny_dancer.prices_problem(text, jsonb) IS
    'Prices must be an object with at least one price, of the keys that ruvector_set_prices names';

CREATE OR REPLACE FUNCTION tiny_dancer.orderly_prices(prices jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN jsonb_strip_nulls(prices - 'tiers') || coalesce(
    (SELECT jsonb_build_object('tiers', jsonb_agg(jsonb_strip_nulls(tier) ORDER BY (tier ->> 'above_input_tokens')::numeric))
     FROM jsonb_array_elements(nullif(prices -> 'tiers', 'null')) AS tier
     HAVING count(*) > 0), '{}');
COMMENT ON FUNCTION tiny_dancer.orderly_prices(jsonb) IS
    'The same prices as any others that mean the same: without nulls, tiers by ascending number of input tokens';

CREATE OR REPLACE FUNCTION tiny_dancer.listed_prices(agent tiny_dancer.agent) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN jsonb_strip_nulls(jsonb_build_object(
    'input', coalesce(agent.cost_per_1k_input_tokens, agent.cost_per_1k_tokens),
    'output', coalesce(agent.cost_per_1k_output_tokens, agent.cost_per_1k_tokens),
    'call', agent.cost_per_call,
    'second', agent.cost_per_second)) || agent.more_prices;
COMMENT ON FUNCTION tiny_dancer.listed_prices(tiny_dancer.agent) IS 'An agent''s prices as a list, by the keys that ruvector_set_prices takes';

CREATE OR REPLACE FUNCTION tiny_dancer.prices_at(tenant text, agent text, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE
-- One lookup by key, always planned alike, also for callers whose statements are planned anew each time.
SET plan_cache_mode = force_generic_plan
AS $function$
BEGIN
    RETURN (
        SELECT price.prices
        FROM tiny_dancer.agent_price AS price
        WHERE price.tenant = prices_at.tenant
          AND price.agent = prices_at.agent
          AND price.effective_from <= prices_at.at
        ORDER BY price.effective_from DESC
        LIMIT 1);
END
$function$;
COMMENT ON FUNCTION tiny_dancer.prices_at(text, text, timestamptz) IS
    'The price list of an agent that held at this time; null before its first';

CREATE OR REPLACE FUNCTION tiny_dancer.prices_for(prices jsonb, input_tokens float8) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN prices ? 'tiers' THEN coalesce(
    (SELECT prices - 'tiers' || (tier - 'above_input_tokens')
     FROM jsonb_array_elements(prices -> 'tiers') AS tier
     WHERE (tier ->> 'above_input_tokens')::float8 < input_tokens
     ORDER BY (tier ->> 'above_input_tokens')::float8 DESC
     LIMIT 1), prices) ELSE prices END;
COMMENT ON FUNCTION tiny_dancer.prices_for(jsonb, float8) IS
    'The prices of a request of so many input tokens: those of the highest tier that it is above hold for all of its tokens, and what the tier does not price is as without it';

CREATE OR REPLACE FUNCTION tiny_dancer.cost_of(
    prices jsonb,
    input_tokens int,
    output_tokens int,
    cached_input_tokens int = NULL,
    cache_write_tokens int = NULL,
    cache_write_1h_tokens int = NULL,
    reasoning_tokens int = NULL,
    latency_ms float8 = NULL,
    images int = NULL
) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    listed constant jsonb :=
        CASE WHEN prices ? 'tiers' THEN tiny_dancer.prices_for(prices, input_tokens) ELSE prices END;
    input_price constant numeric := coalesce((listed ->> 'input')::numeric, 0);
    output_price constant numeric := coalesce((listed ->> 'output')::numeric, 0);
BEGIN
    RETURN least(1e9,
        ((coalesce(input_tokens, 0)::numeric - coalesce(cached_input_tokens, 0) - coalesce(cache_write_tokens, 0)
          - coalesce(cache_write_1h_tokens, 0)) * input_price
         + coalesce(cached_input_tokens, 0) * coalesce((listed ->> 'cached_input')::numeric, input_price)
         + coalesce(cache_write_tokens, 0) * coalesce((listed ->> 'cache_write')::numeric, input_price)
         + coalesce(cache_write_1h_tokens, 0)
           * coalesce((listed ->> 'cache_write_1h')::numeric, (listed ->> 'cache_write')::numeric, input_price)
         + (coalesce(output_tokens, 0)::numeric - coalesce(reasoning_tokens, 0)) * output_price
         + coalesce(reasoning_tokens, 0) * coalesce((listed ->> 'reasoning')::numeric, output_price)
         + coalesce(latency_ms::numeric, 0) * coalesce((listed ->> 'second')::numeric, 0)) / 1000
        + coalesce((listed ->> 'call')::numeric, 0)
        + coalesce(images, 0) * coalesce((listed ->> 'image')::numeric, 0));
END
$function$;
COMMENT ON FUNCTION tiny_dancer.cost_of(jsonb, int, int, int, int, int, int, float8, int) IS
    'What a request costs by a price list, in US dollars, at most 1e9: input tokens with those that were read from a cache or written to one among them, output tokens with those of reasoning among them, latency in milliseconds, images. What is null is 0';

CREATE OR REPLACE FUNCTION tiny_dancer.hold_prices(tenant text, agent text) RETURNS void
LANGUAGE sql VOLATILE
AS $function$
    UPDATE tiny_dancer.agent
    SET cost_per_1k_tokens = NULL,
        cost_per_1k_input_tokens = (holding.prices ->> 'input')::float8,
        cost_per_1k_output_tokens = (holding.prices ->> 'output')::float8,
        cost_per_call = (holding.prices ->> 'call')::float8,
        cost_per_second = (holding.prices ->> 'second')::float8,
        more_prices = holding.prices - '{input,output,call,second}'::text[]
    FROM (SELECT tiny_dancer.prices_at(hold_prices.tenant, hold_prices.agent, clock_timestamp()) AS prices) AS holding
    WHERE agent.tenant = hold_prices.tenant
      AND agent.name = hold_prices.agent
      AND tiny_dancer.listed_prices(agent) <> holding.prices
$function$;
COMMENT ON FUNCTION tiny_dancer.hold_prices(text, text) IS
    'Has tiny_dancer.agent say the prices that hold now, where it says others; the catalog must be locked';

CREATE OR REPLACE FUNCTION tiny_dancer.put_prices(tenant text, agent text, holds_from timestamptz, prices jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $function$
BEGIN
    INSERT INTO tiny_dancer.agent_price (tenant, agent, effective_from, prices, taken_up)
    VALUES (put_prices.tenant, put_prices.agent, put_prices.holds_from, put_prices.prices,
            put_prices.holds_from <= clock_timestamp())
    ON CONFLICT ON CONSTRAINT agent_price_pkey DO UPDATE
    SET (prices, set_at, taken_up) = (excluded.prices, excluded.set_at, excluded.taken_up);
    PERFORM tiny_dancer.hold_prices(put_prices.tenant, put_prices.agent);
END
$function$;
COMMENT ON FUNCTION tiny_dancer.put_prices(text, text, timestamptz, jsonb) IS
    'Has a list hold from that time on, in place of one of the very same time; the catalog must be locked';

CREATE OR REPLACE FUNCTION tiny_dancer.note_prices() RETURNS trigger
LANGUAGE plpgsql
AS $function$
DECLARE
    -- A decision has its time in whole milliseconds, and may be made in the same one.
    from_now constant timestamptz := date_trunc('milliseconds', clock_timestamp());
    wanted constant jsonb := tiny_dancer.listed_prices(NEW);
BEGIN
    IF tiny_dancer.prices_at(NEW.tenant, NEW.name, clock_timestamp()) IS DISTINCT FROM wanted THEN
        INSERT INTO tiny_dancer.agent_price (tenant, agent, effective_from, prices, taken_up)
        VALUES (NEW.tenant, NEW.name, from_now, wanted, true)
        ON CONFLICT (tenant, agent, effective_from) DO UPDATE
        SET (prices, set_at, taken_up) = (excluded.prices, excluded.set_at, true);
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.note_prices() IS 'Trigger of agents: prices that they get there hold from now on';

CREATE OR REPLACE TRIGGER agent_gets_prices AFTER INSERT ON tiny_dancer.agent
    FOR EACH ROW EXECUTE FUNCTION tiny_dancer.note_prices();
COMMENT ON TRIGGER agent_gets_prices ON tiny_dancer.agent IS 'Keeps the history of prices';
CREATE OR REPLACE TRIGGER agent_changes_prices AFTER UPDATE ON tiny_dancer.agent
    -- Compared one by one: a comparison of rows reads otherwise after a dump.
    FOR EACH ROW WHEN (OLD.cost_per_1k_tokens IS DISTINCT FROM NEW.cost_per_1k_tokens
                       OR OLD.cost_per_1k_input_tokens IS DISTINCT FROM NEW.cost_per_1k_input_tokens
                       OR OLD.cost_per_1k_output_tokens IS DISTINCT FROM NEW.cost_per_1k_output_tokens
                       OR OLD.cost_per_call IS DISTINCT FROM NEW.cost_per_call
                       OR OLD.cost_per_second IS DISTINCT FROM NEW.cost_per_second
                       OR OLD.more_prices IS DISTINCT FROM NEW.more_prices)
    EXECUTE FUNCTION tiny_dancer.note_prices();
COMMENT ON TRIGGER agent_changes_prices ON tiny_dancer.agent IS 'Keeps the history of prices';

CREATE OR REPLACE FUNCTION tiny_dancer.forget_prices_to_come() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    DELETE FROM tiny_dancer.agent_price AS price
    WHERE price.tenant = OLD.tenant AND price.agent = OLD.name AND price.effective_from > clock_timestamp();
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.forget_prices_to_come() IS
    'Trigger of agents: another agent of the same name is not to get what was planned for this one';

CREATE OR REPLACE TRIGGER agent_leaves_prices AFTER DELETE ON tiny_dancer.agent
    FOR EACH ROW EXECUTE FUNCTION tiny_dancer.forget_prices_to_come();
COMMENT ON TRIGGER agent_leaves_prices ON tiny_dancer.agent IS 'Keeps what it charged, and not what it would have charged';

CREATE OR REPLACE FUNCTION tiny_dancer.take_up_prices() RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    due_by constant timestamptz := clock_timestamp();
    due record;
    taken int := 0;
BEGIN
    FOR due IN
        SELECT price.tenant, array_agg(DISTINCT price.agent ORDER BY price.agent) AS agents
        FROM tiny_dancer.agent_price AS price
        WHERE NOT price.taken_up AND price.effective_from <= due_by
        GROUP BY price.tenant
    LOOP
        -- Whoever changes a tenant's catalog for long keeps no other tenant waiting; it is tried again a second later.
        PERFORM FROM tiny_dancer.catalog_version AS catalog WHERE catalog.tenant = due.tenant
        FOR NO KEY UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT found;
        PERFORM tiny_dancer.hold_prices(due.tenant, agent) FROM unnest(due.agents) AS agent;
        UPDATE tiny_dancer.agent_price AS price
        SET taken_up = true
        WHERE price.tenant = due.tenant
          AND price.agent = ANY (due.agents)
          AND NOT price.taken_up
          AND price.effective_from <= due_by;
        taken := taken + cardinality(due.agents);
    END LOOP;
    RETURN taken;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.take_up_prices() IS
    'Gives agents the prices whose time has come, which tells the engines; returns the number of agents. For the engine, every second';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_set_prices(
    agent text,
    prices jsonb,
    effective_from timestamptz = now(),
    options jsonb = '{}'
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    wanted jsonb;
    before jsonb;
    holds_from timestamptz;
    next_from timestamptz;
    dropped text;
    problem text[];
BEGIN
    problem := coalesce(
        tiny_dancer.text_problem('agent', ruvector_set_prices.agent),
        tiny_dancer.prices_problem('prices', ruvector_set_prices.prices),
        CASE WHEN ruvector_set_prices.effective_from = 'infinity'
             THEN tiny_dancer.invalid('effective_from', 'infinity', 'must be a time that comes') END,
        tiny_dancer.keys_problem('options', coalesce(ruvector_set_prices.options, '{}'), ARRAY['replace_later']),
        CASE WHEN jsonb_typeof(ruvector_set_prices.options -> 'replace_later') <> 'boolean'
             THEN tiny_dancer.invalid('options.replace_later', ruvector_set_prices.options ->> 'replace_later',
                                      'must be a boolean in JSON') END);
    ${raise_problem}
    wanted := tiny_dancer.orderly_prices(ruvector_set_prices.prices);
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    IF NOT EXISTS (SELECT FROM tiny_dancer.agent AS registered
                   WHERE registered.tenant = caller_tenant AND registered.name = ruvector_set_prices.agent) THEN
        RETURN false;
    END IF;
    -- By the clock, not by when the transaction began: another may have set prices meanwhile. Decisions have whole milliseconds.
    holds_from := CASE WHEN ruvector_set_prices.effective_from IS NULL OR ruvector_set_prices.effective_from = now()
                       THEN date_trunc('milliseconds', clock_timestamp())
                       ELSE ruvector_set_prices.effective_from END;
    IF (ruvector_set_prices.options -> 'replace_later')::boolean THEN
        DELETE FROM tiny_dancer.agent_price AS price
        WHERE price.tenant = caller_tenant AND price.agent = ruvector_set_prices.agent AND price.effective_from > holds_from;
    END IF;
    before := tiny_dancer.prices_at(caller_tenant, ruvector_set_prices.agent, holds_from);
    PERFORM tiny_dancer.put_prices(caller_tenant, ruvector_set_prices.agent, holds_from, wanted);

    SELECT string_agg(format('%s (%s)', price.key, price.value), ', ' ORDER BY price.key) INTO dropped
    FROM jsonb_each(before) AS price
    WHERE NOT wanted ? price.key;
    IF dropped IS NOT NULL THEN
        RAISE NOTICE '% has no longer %', ruvector_set_prices.agent, dropped
            USING HINT = 'A list replaces the one before as a whole.';
    END IF;
    IF wanted ? 'input' <> wanted ? 'output' THEN
        RAISE NOTICE '% has no price of %, which is not charged', ruvector_set_prices.agent,
            CASE WHEN wanted ? 'input' THEN 'output' ELSE 'input' END;
    END IF;
    SELECT min(price.effective_from) INTO next_from
    FROM tiny_dancer.agent_price AS price
    WHERE price.tenant = caller_tenant AND price.agent = ruvector_set_prices.agent AND price.effective_from > holds_from;
    IF next_from IS NOT NULL THEN
        RAISE NOTICE '% has other prices from % on', ruvector_set_prices.agent, next_from
            USING HINT = 'With options {"replace_later": true} these hold from then on, too.';
    END IF;
    RETURN true;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_set_prices(text, jsonb, timestamptz, jsonb) IS
    'Sets what an agent charges from a time on, now, earlier or later; whether there is such an agent. US dollars: input, output, cached_input, cache_write, cache_write_1h, reasoning for 1,000 tokens, call, second, image for each, tiers [{"above_input_tokens": 200000, "input": …}] for requests of more input tokens. cached_input and cache_write cost as input where they have no price, cache_write_1h as cache_write, reasoning as output. Replaces the whole list of that very time; later lists hold from their time on, unless options has "replace_later": true. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_list_prices(agent text = NULL, options jsonb = '{}')
RETURNS SETOF tiny_dancer.price_overview
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 20
AS $function$
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    problem text[] := coalesce(
        CASE WHEN ruvector_list_prices.agent IS NOT NULL
             THEN tiny_dancer.text_problem('agent', ruvector_list_prices.agent) END,
        tiny_dancer.options_problem(ruvector_list_prices.options));
BEGIN
    ${raise_problem}
    RETURN QUERY
        SELECT price.agent, price.effective_from, price.prices,
               coalesce(price.effective_from = max(price.effective_from)
                   FILTER (WHERE price.effective_from <= clock_timestamp()) OVER (PARTITION BY price.agent), false),
               price.set_at
        FROM tiny_dancer.agent_price AS price
        WHERE price.tenant = caller_tenant
          AND (ruvector_list_prices.agent IS NULL OR price.agent = ruvector_list_prices.agent)
        ORDER BY price.agent, price.effective_from;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_list_prices(text, jsonb) IS
    'What an agent or, by default, each of them charged, charges and will charge, by agent and time; also of agents that were removed. Errors: 22023';
