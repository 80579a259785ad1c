-- Agents: registering, looking at them, and the catalog as the engine reads it.

CREATE OR REPLACE FUNCTION tiny_dancer.kind_of(kind text, success boolean, error text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(kind, CASE WHEN success THEN 'success' WHEN error IS NOT NULL THEN 'failed' END);
COMMENT ON FUNCTION tiny_dancer.kind_of(text, boolean, text) IS
    'Of what kind an outcome is: as reported, else by its success and error; null where all that is known is that there was no good answer';

CREATE OR REPLACE FUNCTION tiny_dancer.tells_answered(kind text, success boolean, error text, retry_after_ms float8)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE tiny_dancer.kind_of(kind, success, error)
    WHEN 'success' THEN true
    WHEN 'wrong' THEN true
    WHEN 'failed' THEN false
    WHEN 'timeout' THEN false
    WHEN 'rate_limited' THEN CASE WHEN retry_after_ms IS NULL THEN false END END;
COMMENT ON FUNCTION tiny_dancer.tells_answered(text, boolean, text, float8) IS
    'Whether an agent answered, well or badly, by an outcome; null where that does not say: of a cancelled request, of one for which the agent has named a pause, and where all that is known is that there was no good answer';

CREATE OR REPLACE FUNCTION tiny_dancer.circuits(only_tenant text = NULL)
RETURNS TABLE (tenant text, agent text, circuit text, rests_until timestamptz)
LANGUAGE plpgsql STABLE
-- Planned with the times at hand, so that only their partitions are opened.
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
    recorded_since constant timestamptz := now() - tiny_dancer.setting_of('circuit_window')::interval;
    cool_down constant interval := tiny_dancer.setting_of('circuit_cool_down')::interval;
    decided_since constant timestamptz := now() - interval '1 day';
    decided_before constant timestamptz := now() + interval '1 hour';
BEGIN
    RETURN QUERY
        SELECT agent.tenant, agent.name,
               CASE
                   WHEN greatest(recent.rests_until, pause.ends_at) > now() THEN 'open'
                   WHEN recent.rests_until IS NOT NULL THEN 'half_open'
                   ELSE 'closed'
               END,
               CASE WHEN recent.rests_until IS NOT NULL OR pause.ends_at > now()
                    THEN greatest(recent.rests_until, pause.ends_at) END
        FROM tiny_dancer.agent
        CROSS JOIN LATERAL (
            SELECT CASE WHEN count(*) >= 5
                         AND 2 * count(*) FILTER (WHERE NOT latest.answered) >= count(*)
                         AND NOT bool_and(latest.answered) FILTER (WHERE latest.place <= 3)
                        THEN max(latest.recorded_at) FILTER (WHERE NOT latest.answered) + cool_down END AS rests_until
            FROM (
                SELECT told.answered, told.recorded_at, row_number() OVER (ORDER BY told.recorded_at DESC) AS place
                FROM (
                    SELECT outcome.recorded_at, tiny_dancer.tells_answered(
                               outcome.kind, outcome.success, outcome.error, outcome.retry_after_ms) AS answered
                    FROM tiny_dancer.outcome
                    WHERE outcome.tenant = agent.tenant
                      AND outcome.agent = agent.name
                      AND outcome.recorded_at > recorded_since
                      AND outcome.decided_at > decided_since
                      AND outcome.decided_at < decided_before
                    ORDER BY outcome.recorded_at DESC
                    LIMIT 100
                ) AS told
                WHERE told.answered IS NOT NULL
                ORDER BY told.recorded_at DESC
                LIMIT 20
            ) AS latest
        ) AS recent
        CROSS JOIN LATERAL (
            SELECT max(limited.recorded_at + limited.retry_after_ms * interval '1 millisecond') AS ends_at
            FROM (
                SELECT outcome.recorded_at, outcome.retry_after_ms
                FROM tiny_dancer.outcome
                WHERE outcome.tenant = agent.tenant
                  AND outcome.agent = agent.name
                  AND outcome.retry_after_ms IS NOT NULL
                  AND outcome.recorded_at > decided_since
                  AND outcome.decided_at > decided_since
                  AND outcome.decided_at < decided_before
                ORDER BY outcome.recorded_at DESC
                LIMIT 20
            ) AS limited
        ) AS pause
        WHERE only_tenant IS NULL OR agent.tenant = only_tenant;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.circuits(text) IS
    'Whether the agents of a tenant or, by default, of all are fit to be asked. Of an agent''s latest 100 outcomes within the setting circuit_window (of decisions not older than a day) those count that tell whether it answered, at most 20: closed with fewer than 5 of them, with less than half unanswered, or when the latest 3 were answers; otherwise open until circuit_cool_down after the last failure, then half_open, when a share of the requests may try it. Open, too, while it has asked for a pause with retry_after_ms';

CREATE OR REPLACE VIEW tiny_dancer.agent_circuit AS
SELECT circuit.tenant, circuit.agent, circuit.circuit, circuit.rests_until FROM tiny_dancer.circuits() AS circuit;
COMMENT ON VIEW tiny_dancer.agent_circuit IS 'Whether an agent is fit to be asked, as tiny_dancer.circuits() says';
COMMENT ON COLUMN tiny_dancer.agent_circuit.tenant IS 'Whose agent';
COMMENT ON COLUMN tiny_dancer.agent_circuit.agent IS 'The agent';
COMMENT ON COLUMN tiny_dancer.agent_circuit.circuit IS 'closed, open or half_open';
COMMENT ON COLUMN tiny_dancer.agent_circuit.rests_until IS 'When circuit_cool_down after the last failure is over; null for a closed circuit';

CREATE OR REPLACE FUNCTION tiny_dancer.token_limit(metadata jsonb, key text) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
-- Rows may be older than the checks of today.
RETURN CASE WHEN jsonb_typeof(metadata -> key) = 'number'
            THEN CASE WHEN (metadata ->> key)::numeric BETWEEN 1 AND 1e9 THEN floor((metadata ->> key)::numeric)::int END END;
COMMENT ON FUNCTION tiny_dancer.token_limit(jsonb, text) IS
    'The number of tokens that an agent''s metadata has under a key; null where it has none from 1 to 1e9';

CREATE OR REPLACE FUNCTION tiny_dancer.ability(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE regexp_replace(lower(tiny_dancer.trimmed(name)), '^supports_', '')
    WHEN 'image' THEN 'vision' WHEN 'images' THEN 'vision' WHEN 'image_input' THEN 'vision'
    WHEN 'audio_input' THEN 'audio'
    WHEN 'function_calling' THEN 'tools' WHEN 'tool_call' THEN 'tools' WHEN 'tool_calls' THEN 'tools'
    WHEN 'tool_use' THEN 'tools'
    WHEN 'json_mode' THEN 'json' WHEN 'response_schema' THEN 'json' WHEN 'structured_output' THEN 'json'
    WHEN 'structured_outputs' THEN 'json'
    ELSE regexp_replace(lower(tiny_dancer.trimmed(name)), '^supports_', '') END;
COMMENT ON FUNCTION tiny_dancer.ability(text) IS
    'The ordinary name of what is called differently by different providers, as AgentLimits in Java has it: image is vision';

CREATE OR REPLACE FUNCTION tiny_dancer.abilities_of(metadata jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(
    SELECT DISTINCT tiny_dancer.ability(told.name)
    FROM (
        SELECT given.key AS name FROM jsonb_each(metadata) AS given (key, value) WHERE given.value = 'true'
        UNION ALL
        SELECT element #>> '{}' AS name
        FROM jsonb_array_elements(
            CASE WHEN jsonb_typeof(metadata -> 'modalities') = 'array' THEN metadata -> 'modalities'
                 WHEN jsonb_typeof(metadata #> '{modalities,input}') = 'array' THEN metadata #> '{modalities,input}'
                 ELSE '[]' END) AS element
        WHERE jsonb_typeof(element) = 'string'
        UNION ALL
        SELECT 'long_output' AS name WHERE tiny_dancer.token_limit(metadata, 'max_output_tokens') >= 16000
    ) AS told
    ORDER BY 1);
COMMENT ON FUNCTION tiny_dancer.abilities_of(jsonb) IS
    'What an agent''s metadata says that it can do beside text: every key that is true, the modalities (of the input, where those of input and output are told apart), and long_output from 16,000 output tokens on';

CREATE OR REPLACE FUNCTION tiny_dancer.catalog_of(tenant text) RETURNS json
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    RETURN json_build_object(
        'version', coalesce((SELECT version FROM tiny_dancer.catalog_version AS catalog
                             WHERE catalog.tenant = catalog_of.tenant), 0),
        'agents', coalesce((
            SELECT json_agg(json_build_object(
                       'name', agent.name,
                       'agent_type', agent.agent_type,
                       'capabilities', agent.capabilities,
                       'cost_per_1k_tokens', agent.cost_per_1k_tokens,
                       'cost_per_1k_input_tokens', agent.cost_per_1k_input_tokens,
                       'cost_per_1k_output_tokens', agent.cost_per_1k_output_tokens,
                       'cost_per_call', agent.cost_per_call,
                       'cost_per_second', agent.cost_per_second,
                       'more_prices', agent.more_prices,
                       'avg_latency_ms', agent.avg_latency_ms,
                       'p99_latency_ms', agent.p99_latency_ms,
                       'quality_score', agent.quality_score,
                       'max_concurrency', agent.max_concurrency,
                       'model', agent.metadata ->> 'model',
                       'tokenizer', agent.metadata ->> 'tokenizer',
                       'token_factor', CASE WHEN jsonb_typeof(agent.metadata -> 'token_factor') = 'number'
                                            THEN agent.metadata -> 'token_factor' END,
                       'context_window', CASE WHEN jsonb_typeof(agent.metadata -> 'context_window') = 'number'
                                              THEN agent.metadata -> 'context_window' END,
                       'max_output_tokens', CASE WHEN jsonb_typeof(agent.metadata -> 'max_output_tokens') = 'number'
                                                 THEN agent.metadata -> 'max_output_tokens' END,
                       'modalities', coalesce(agent.metadata #> '{modalities,input}', agent.metadata -> 'modalities'),
                       -- What abilities_of makes of these, the engine makes itself: of 10,000 agents it took a second.
                       'abilities', jsonb_path_query_array(agent.metadata, '$.keyvalue() ? (@.value == true).key'),
                       'active', agent.active,
                       'circuit', circuit.circuit)
                   ORDER BY agent.name)
            FROM tiny_dancer.agent
            JOIN tiny_dancer.circuits(catalog_of.tenant) AS circuit ON circuit.agent = agent.name
            WHERE agent.tenant = catalog_of.tenant), '[]'),
        'budgets', coalesce((
            SELECT json_agg(json_build_object(
                       'scope', budget.scope,
                       'amount', budget.amount,
                       'period', budget.period,
                       'on_exhausted', budget.on_exhausted,
                       'credit', credit.top_up + credit.forgiven,
                       'credit_until', CASE WHEN isfinite(budget.credit_until) THEN budget.credit_until END)
                   ORDER BY budget.scope)
            FROM tiny_dancer.budget
            CROSS JOIN LATERAL tiny_dancer.credit_of(budget, clock_timestamp()) AS credit
            WHERE budget.tenant = catalog_of.tenant), '[]'),
        'policies', coalesce((
            SELECT json_agg(json_build_object(
                       'name', policy.name,
                       'worth_usd', policy.worth_usd,
                       'usd_per_second', policy.usd_per_second,
                       'min_relative_quality', policy.min_relative_quality,
                       'explore', policy.explore)
                   ORDER BY policy.name)
            FROM tiny_dancer.policy
            WHERE policy.tenant = catalog_of.tenant), '[]'));
END
$function$;
COMMENT ON FUNCTION tiny_dancer.catalog_of(text) IS
    'What the engine has to know of a tenant, as the caller''s snapshot sees it; the form is in docs/protocol.md';

-- What has been tallied, and what has come since then. Outcomes of decisions that are older than two days show with the
-- next tally, a second later: to look for them here, every partition of the log would have to be opened.
CREATE OR REPLACE FUNCTION tiny_dancer.agent_figures(tenant text)
RETURNS TABLE (agent text, requests bigint, completed bigint, successes bigint, in_flight bigint)
LANGUAGE plpgsql STABLE
AS $function$
#variable_conflict use_column
DECLARE
    lease constant interval := tiny_dancer.setting_of('in_flight_lease')::interval;
BEGIN
    RETURN QUERY
        WITH counted AS (
            SELECT part.agent, sum(part.requests) AS requests, sum(part.completed) AS completed,
                   sum(part.successes) AS successes,
                   sum(part.awaited) FILTER (WHERE part.decided_at > now() - lease) AS awaited
            FROM (
                SELECT tally.agent, tally.decided_from, tally.requests, tally.completed, tally.successes, tally.awaited
                FROM tiny_dancer.agent_tally AS tally
                WHERE tally.tenant = agent_figures.tenant
                UNION ALL
                SELECT fresh.agent, fresh.decided_at, fresh.requests, fresh.completed, fresh.successes, fresh.awaited
                FROM tiny_dancer.untallied(agent_figures.tenant) AS fresh
            ) AS part (agent, decided_at, requests, completed, successes, awaited)
            GROUP BY part.agent
        ), held AS (
            -- Also by transactions that have not committed, and for longer than the lease where that is expected.
            SELECT allowance.scope AS agent, sum(allowance.reserved - coalesce(due.places, 0)) AS places
            FROM tiny_dancer.allowance
            LEFT JOIN (
                SELECT place.allowance_id, count(*) AS places
                FROM tiny_dancer.due_settlement AS settlement
                CROSS JOIN LATERAL unnest(settlement.places) AS place (allowance_id)
                WHERE settlement.tenant = agent_figures.tenant AND settlement.open
                GROUP BY place.allowance_id
            ) AS due ON due.allowance_id = allowance.allowance_id
            WHERE allowance.tenant = agent_figures.tenant AND allowance.kind = 'places'
            GROUP BY allowance.scope
        )
        SELECT coalesce(counted.agent, held.agent), coalesce(counted.requests, 0)::bigint,
               coalesce(counted.completed, 0)::bigint, coalesce(counted.successes, 0)::bigint,
               (greatest(0, counted.awaited) + greatest(0, held.places))::bigint
        FROM counted
        FULL JOIN held ON held.agent = counted.agent;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.agent_figures(text) IS
    'What the log says of each agent of a tenant, from tiny_dancer.agent_tally and what came since; in flight are decisions without an outcome that are younger than the setting in_flight_lease, or hold a place';

CREATE OR REPLACE FUNCTION tiny_dancer.agents_of(tenant text, only_name text = NULL)
RETURNS SETOF tiny_dancer.agent_overview
LANGUAGE sql STABLE
AS $function$
    SELECT agent.name, agent.agent_type, agent.capabilities, agent.cost_per_1k_tokens,
           agent.cost_per_1k_input_tokens, agent.cost_per_1k_output_tokens, agent.cost_per_call,
           agent.cost_per_second, agent.avg_latency_ms, agent.p99_latency_ms, agent.quality_score,
           figures.successes::float8 / nullif(figures.completed, 0), coalesce(figures.requests, 0),
           coalesce(figures.in_flight, 0), circuit.circuit, agent.active, agent.metadata
    FROM tiny_dancer.agent
    JOIN tiny_dancer.circuits(agents_of.tenant) AS circuit ON circuit.agent = agent.name
    LEFT JOIN tiny_dancer.agent_figures(agents_of.tenant) AS figures ON figures.agent = agent.name
    WHERE agent.tenant = agents_of.tenant AND agent.name = coalesce(only_name, agent.name)
    ORDER BY agent.name
$function$;
COMMENT ON FUNCTION tiny_dancer.agents_of(text, text) IS
    'The agents of a tenant, or the one of that name, with their figures; by name';

-- Any role may LISTEN, so a notice says that something has changed and not whose; engines compare the versions.
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
    END LOOP;
    IF of_routes THEN
        NOTIFY tiny_dancer_routes;
    ELSE
        NOTIFY tiny_dancer_catalog;
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.raise_catalog_version() IS
    'Trigger for catalog tables: raises the version of each tenant whose rows changed, that of its routes with the argument ''routes'', and tells the engines';

CREATE OR REPLACE FUNCTION tiny_dancer.lock_catalog(tenant text) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $function$
BEGIN
    INSERT INTO tiny_dancer.catalog_version (tenant, version) VALUES (lock_catalog.tenant, 0)
    ON CONFLICT DO NOTHING;
    PERFORM FROM tiny_dancer.catalog_version AS catalog WHERE catalog.tenant = lock_catalog.tenant FOR NO KEY UPDATE;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.lock_catalog(text) IS
    'Makes those who change a tenant''s catalog queue before they lock its rows; otherwise two who change the same rows in different order would wait for each other at the version';

CREATE OR REPLACE FUNCTION tiny_dancer.metadata_problem(metadata jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN jsonb_typeof(metadata) <> 'object'
            THEN tiny_dancer.invalid('metadata', metadata::text, 'must be a JSON object')
       ELSE coalesce(
            CASE WHEN metadata ->> 'tokenizer' IS NOT NULL THEN tiny_dancer.one_of_problem(
                'metadata.tokenizer', lower(tiny_dancer.trimmed(metadata ->> 'tokenizer')), ARRAY[
                    'o200k', 'o200k_base', 'cl100k', 'cl100k_base', 'claude', 'gemini', 'llama', 'mistral', 'qwen',
                    'deepseek', 'grok', 'command']) END,
            CASE WHEN metadata ->> 'token_factor' IS NULL THEN NULL
                 WHEN jsonb_typeof(metadata -> 'token_factor') <> 'number'
                 THEN tiny_dancer.invalid('metadata.token_factor', metadata ->> 'token_factor', 'must be a number in JSON')
                 WHEN (metadata ->> 'token_factor')::numeric NOT BETWEEN 0.1 AND 10
                 THEN tiny_dancer.invalid('metadata.token_factor', metadata ->> 'token_factor',
                                          'must be between 0.1 and 10') END,
            (SELECT CASE WHEN jsonb_typeof(metadata -> given.key) <> 'number'
                         THEN tiny_dancer.invalid('metadata.' || given.key, metadata ->> given.key,
                                                  'must be a number in JSON')
                         WHEN tiny_dancer.token_limit(metadata, given.key) IS NULL
                         THEN tiny_dancer.invalid('metadata.' || given.key, metadata ->> given.key,
                                                  'must be between 1 and 1e9') END
             FROM unnest(ARRAY['context_window', 'max_output_tokens']) AS given (key)
             WHERE metadata ->> given.key IS NOT NULL
               AND tiny_dancer.token_limit(metadata, given.key) IS NULL
             LIMIT 1),
            (SELECT tiny_dancer.invalid('metadata.' || given.key, metadata ->> given.key, 'must be true or false in JSON')
             FROM unnest(ARRAY['vision', 'audio', 'tools', 'json', 'long_output']) AS given (key)
             WHERE jsonb_typeof(metadata -> given.key) NOT IN ('boolean', 'null')
             LIMIT 1)) END;
COMMENT ON FUNCTION tiny_dancer.metadata_problem(jsonb) IS
    'Metadata of an agent must be a JSON object, and what routing reads of it must be of its type and in its range';

CREATE OR REPLACE FUNCTION tiny_dancer.merged_metadata(metadata jsonb, changes jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (metadata || changes) - ARRAY(SELECT change.key FROM jsonb_each(changes) AS change WHERE change.value = 'null');
COMMENT ON FUNCTION tiny_dancer.merged_metadata(jsonb, jsonb) IS
    'Metadata with other keys taken in or replaced; one that is null there is taken away';

CREATE OR REPLACE FUNCTION tiny_dancer.agent_problem(agent tiny_dancer.agent) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(
        tiny_dancer.text_problem('name', agent.name, 200),
        tiny_dancer.one_of_problem('agent_type', agent.agent_type,
                                   ARRAY['llm', 'tool', 'api', 'human', 'ensemble']),
        tiny_dancer.given_problem('capabilities', agent.capabilities),
        CASE WHEN cardinality(agent.capabilities) = 0
             THEN tiny_dancer.invalid('capabilities', '{}', 'must have at least one element') END,
        tiny_dancer.capabilities_problem('capabilities', agent.capabilities),
        tiny_dancer.figure_problem('cost_per_1k_tokens', agent.cost_per_1k_tokens),
        tiny_dancer.figure_problem('cost_per_call', agent.cost_per_call),
        tiny_dancer.given_problem('avg_latency_ms', agent.avg_latency_ms),
        tiny_dancer.figure_problem('avg_latency_ms', agent.avg_latency_ms),
        tiny_dancer.given_problem('quality_score', agent.quality_score),
        tiny_dancer.figure_problem('quality_score', agent.quality_score, 1),
        tiny_dancer.figure_problem('cost_per_second', agent.cost_per_second),
        tiny_dancer.figure_problem('cost_per_1k_input_tokens', agent.cost_per_1k_input_tokens),
        tiny_dancer.figure_problem('cost_per_1k_output_tokens', agent.cost_per_1k_output_tokens),
        tiny_dancer.figure_problem('p99_latency_ms', agent.p99_latency_ms),
        CASE WHEN agent.p99_latency_ms < agent.avg_latency_ms
             THEN tiny_dancer.invalid('p99_latency_ms', agent.p99_latency_ms::text,
                 format('must be at least avg_latency_ms, which is %s', agent.avg_latency_ms)) END,
        CASE WHEN agent.max_concurrency < 1
             THEN tiny_dancer.invalid('max_concurrency', agent.max_concurrency::text,
                 'must be at least 1') END,
        tiny_dancer.metadata_problem(agent.metadata));
COMMENT ON FUNCTION tiny_dancer.agent_problem(tiny_dancer.agent) IS 'An agent must be as it can be registered';

CREATE OR REPLACE FUNCTION tiny_dancer.dropped_prices(before tiny_dancer.agent, after tiny_dancer.agent) RETURNS text
LANGUAGE sql STABLE
AS $function$
    SELECT string_agg(price.name || ' (' || price.was || ')', ', ')
    FROM (
        SELECT *
        FROM (VALUES
            -- What the price of all tokens takes the place of is still charged, and so is what two prices take the place of.
            ('cost_per_1k_tokens', before.cost_per_1k_tokens::text,
             coalesce(after.cost_per_1k_tokens,
                      after.cost_per_1k_input_tokens + after.cost_per_1k_output_tokens)::text),
            ('cost_per_1k_input_tokens', before.cost_per_1k_input_tokens::text,
             coalesce(after.cost_per_1k_input_tokens, after.cost_per_1k_tokens)::text),
            ('cost_per_1k_output_tokens', before.cost_per_1k_output_tokens::text,
             coalesce(after.cost_per_1k_output_tokens, after.cost_per_1k_tokens)::text),
            ('cost_per_call', before.cost_per_call::text, after.cost_per_call::text),
            ('cost_per_second', before.cost_per_second::text, after.cost_per_second::text)
        ) AS own (name, was, becomes)
        UNION ALL
        SELECT listed.key, listed.value, after.more_prices ->> listed.key
        FROM jsonb_each_text(before.more_prices) AS listed
    ) AS price (name, was, becomes)
    WHERE price.was IS NOT NULL AND price.becomes IS NULL
$function$;
COMMENT ON FUNCTION tiny_dancer.dropped_prices(tiny_dancer.agent, tiny_dancer.agent) IS
    'The prices that an agent had and has no more, with what they were; null for none';

CREATE OR REPLACE FUNCTION tiny_dancer.put_agent(wanted tiny_dancer.agent) RETURNS boolean
LANGUAGE plpgsql VOLATILE
AS $function$
#variable_conflict use_column
DECLARE
    before tiny_dancer.agent;
    is_new boolean;
    dropped text;
BEGIN
    wanted.capabilities := ARRAY(
        SELECT tiny_dancer.trimmed(word)
        FROM unnest(wanted.capabilities) WITH ORDINALITY AS given (word, place)
        ORDER BY place);
    SELECT * INTO before FROM tiny_dancer.agent WHERE agent.tenant = wanted.tenant AND agent.name = wanted.name;
    IF wanted.more_prices IS NULL THEN
        -- A program that registers its agents at each start takes nothing away from a list that was set since. Other prices
        -- are another list.
        wanted.more_prices := '{}';
        IF tiny_dancer.listed_prices(wanted) || before.more_prices = tiny_dancer.listed_prices(before) THEN
            wanted.more_prices := before.more_prices;
        END IF;
    END IF;
    INSERT INTO tiny_dancer.agent AS present (
        tenant, name, agent_type, capabilities, cost_per_1k_tokens, cost_per_1k_input_tokens,
        cost_per_1k_output_tokens, cost_per_call, cost_per_second, avg_latency_ms, p99_latency_ms, quality_score,
        max_concurrency, metadata, more_prices, active)
    VALUES (
        wanted.tenant, wanted.name, wanted.agent_type, wanted.capabilities, wanted.cost_per_1k_tokens,
        wanted.cost_per_1k_input_tokens, wanted.cost_per_1k_output_tokens, wanted.cost_per_call,
        wanted.cost_per_second, wanted.avg_latency_ms, wanted.p99_latency_ms, wanted.quality_score,
        wanted.max_concurrency, wanted.metadata, wanted.more_prices, coalesce(wanted.active, true))
    ON CONFLICT (tenant, name) DO UPDATE SET (
        agent_type, capabilities, cost_per_1k_tokens, cost_per_1k_input_tokens, cost_per_1k_output_tokens,
        cost_per_call, cost_per_second, avg_latency_ms, p99_latency_ms, quality_score, max_concurrency, metadata,
        more_prices, active, registered_at
    ) = (
        excluded.agent_type, excluded.capabilities, excluded.cost_per_1k_tokens, excluded.cost_per_1k_input_tokens,
        excluded.cost_per_1k_output_tokens, excluded.cost_per_call, excluded.cost_per_second,
        excluded.avg_latency_ms, excluded.p99_latency_ms, excluded.quality_score, excluded.max_concurrency,
        excluded.metadata, excluded.more_prices, excluded.active, excluded.registered_at)
    -- A row that was inserted has never been deleted or locked.
    RETURNING present.xmax = 0 INTO is_new;
    dropped := tiny_dancer.dropped_prices(before, wanted);
    IF dropped IS NOT NULL THEN
        RAISE NOTICE '% has no longer %', wanted.name, dropped
            USING HINT = 'A price that is not given is not charged; ruvector_update_agent changes only what it is told.';
    END IF;
    RETURN is_new;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.put_agent(tiny_dancer.agent) IS
    'Registers an agent that has no problem, or replaces the one of that name; true means new. A notice tells which prices it has no more. more_prices that are null stay where all others do. The catalog must be locked';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_register_agent(
    name text,
    agent_type text,
    capabilities text[],
    cost_per_1k_tokens float8 = NULL,
    cost_per_call float8 = NULL,
    avg_latency_ms float8 = NULL,
    quality_score float8 = NULL,
    metadata jsonb = '{}',
    cost_per_second float8 = NULL,
    cost_per_1k_input_tokens float8 = NULL,
    cost_per_1k_output_tokens float8 = NULL,
    p99_latency_ms float8 = NULL,
    max_concurrency int = NULL,
    options jsonb = '{}'
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    wanted tiny_dancer.agent;
    is_new boolean;
    problem text[];
    known_as text;
    notice text;
BEGIN
    wanted.tenant := caller_tenant;
    wanted.name := ruvector_register_agent.name;
    wanted.agent_type := ruvector_register_agent.agent_type;
    wanted.capabilities := ruvector_register_agent.capabilities;
    wanted.cost_per_1k_tokens := ruvector_register_agent.cost_per_1k_tokens;
    wanted.cost_per_1k_input_tokens := ruvector_register_agent.cost_per_1k_input_tokens;
    wanted.cost_per_1k_output_tokens := ruvector_register_agent.cost_per_1k_output_tokens;
    wanted.cost_per_call := ruvector_register_agent.cost_per_call;
    wanted.cost_per_second := ruvector_register_agent.cost_per_second;
    wanted.avg_latency_ms := ruvector_register_agent.avg_latency_ms;
    wanted.p99_latency_ms := ruvector_register_agent.p99_latency_ms;
    wanted.quality_score := ruvector_register_agent.quality_score;
    wanted.max_concurrency := ruvector_register_agent.max_concurrency;
    wanted.metadata := coalesce(ruvector_register_agent.metadata, '{}');
    IF wanted.quality_score IS NULL THEN
        -- The model that an agent runs says more than the name that its owner gave it.
        SELECT model, tiny_dancer.known_ability(model)
        INTO known_as, wanted.quality_score
        FROM unnest(ARRAY[ruvector_register_agent.metadata ->> 'model', ruvector_register_agent.name])
            WITH ORDINALITY AS candidate (model, place)
        WHERE tiny_dancer.known_ability(model) IS NOT NULL
        ORDER BY place
        LIMIT 1;
    END IF;
    problem := coalesce(
        tiny_dancer.agent_problem(wanted),
        tiny_dancer.options_problem(ruvector_register_agent.options));
    ${raise_problem}

    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    is_new := tiny_dancer.put_agent(wanted);
    IF known_as IS NOT NULL THEN
        RAISE NOTICE 'quality_score of agent "%" is taken as %: the overall ability of % by public results, see docs/models/abilities.md',
            wanted.name, wanted.quality_score, known_as;
    END IF;
    notice := tiny_dancer.capabilities_notice(ruvector_register_agent.capabilities);
    IF notice IS NOT NULL THEN
        RAISE NOTICE '%', notice;
    END IF;
    RETURN is_new;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_register_agent(
    text, text, text[], float8, float8, float8, float8, jsonb, float8, float8, float8, float8, int, jsonb) IS
    'Registers an agent, or replaces the one of that name; true means new. Prices are US dollars, times milliseconds, quality_score is in [0, 1]; avg_latency_ms must be given, and quality_score unless name or metadata.model is a model of which the ability is known. Notices tell where quality_score was taken from, which prices an agent that is replaced has no more, and what capabilities were understood as that are not the classifier''s own words, for estimates: required_capabilities are compared word by word. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION tiny_dancer.changes_problem(changes jsonb, argument text = 'changes') RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(
    tiny_dancer.given_problem(argument, changes),
    tiny_dancer.keys_problem(argument, changes, ARRAY[
        'agent_type', 'capabilities', 'cost_per_1k_tokens', 'cost_per_1k_input_tokens', 'cost_per_1k_output_tokens',
        'cost_per_call', 'cost_per_second', 'avg_latency_ms', 'p99_latency_ms', 'quality_score', 'max_concurrency',
        'metadata', 'active']),
    (SELECT tiny_dancer.invalid(change.key, change.value::text, 'must be a ' || wanted.type || ' in JSON')
     FROM jsonb_each(changes) AS change
     CROSS JOIN LATERAL (
         SELECT CASE change.key WHEN 'agent_type' THEN 'string' WHEN 'capabilities' THEN 'array'
                                WHEN 'metadata' THEN 'object' WHEN 'active' THEN 'boolean' ELSE 'number' END AS type
     ) AS wanted
     WHERE jsonb_typeof(change.value) NOT IN (wanted.type, 'null')
     ORDER BY change.key
     LIMIT 1),
    (SELECT tiny_dancer.invalid(change.key, change.value::text, 'must be between 0 and 1e9')
     FROM jsonb_each(changes) AS change
     WHERE jsonb_typeof(change.value) = 'number' AND abs(change.value::numeric) > 1e9
     ORDER BY change.key
     LIMIT 1),
    -- By rows: of a constant, what stands behind the checks is worked out before them.
    (SELECT tiny_dancer.invalid(change.key, change.value::text, 'must be an integer')
     FROM jsonb_each(changes) AS change
     WHERE change.key = 'max_concurrency'
       AND CASE WHEN jsonb_typeof(change.value) = 'number' THEN change.value::numeric % 1 <> 0 END),
    (SELECT tiny_dancer.invalid('an element of capabilities', word::text, 'must be a string in JSON')
     FROM jsonb_array_elements(nullif(changes -> 'capabilities', 'null')) AS word
     WHERE jsonb_typeof(word) <> 'string'
     LIMIT 1));
COMMENT ON FUNCTION tiny_dancer.changes_problem(jsonb, text) IS
    'Changes of an agent must be an object of what it is registered with, each value of its type in JSON or null';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_update_agent(name text, changes jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    wanted tiny_dancer.agent;
    notice text;
    problem text[] := coalesce(tiny_dancer.text_problem('name', name), tiny_dancer.changes_problem(changes));
BEGIN
    ${raise_problem}
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    SELECT * INTO wanted FROM tiny_dancer.agent
    WHERE agent.tenant = caller_tenant AND agent.name = ruvector_update_agent.name;
    IF NOT found THEN
        RETURN false;
    END IF;
    wanted := jsonb_populate_record(wanted, changes || CASE WHEN jsonb_typeof(changes -> 'metadata') = 'object' THEN
        jsonb_build_object('metadata', tiny_dancer.merged_metadata(wanted.metadata, changes -> 'metadata')) ELSE '{}' END);
    problem := coalesce(
        tiny_dancer.agent_problem(wanted),
        tiny_dancer.given_problem('metadata', wanted.metadata),
        tiny_dancer.given_problem('active', wanted.active));
    ${raise_problem}
    wanted.capabilities := ARRAY(
        SELECT tiny_dancer.trimmed(word)
        FROM unnest(wanted.capabilities) WITH ORDINALITY AS given (word, place)
        ORDER BY place);
    UPDATE tiny_dancer.agent
    SET (agent_type, capabilities, cost_per_1k_tokens, cost_per_1k_input_tokens, cost_per_1k_output_tokens,
         cost_per_call, cost_per_second, avg_latency_ms, p99_latency_ms, quality_score, max_concurrency, metadata, active)
      = (wanted.agent_type, wanted.capabilities, wanted.cost_per_1k_tokens, wanted.cost_per_1k_input_tokens,
         wanted.cost_per_1k_output_tokens, wanted.cost_per_call, wanted.cost_per_second, wanted.avg_latency_ms,
         wanted.p99_latency_ms, wanted.quality_score, wanted.max_concurrency, wanted.metadata, wanted.active)
    WHERE agent.tenant = caller_tenant AND agent.name = ruvector_update_agent.name;
    notice := CASE WHEN changes ? 'capabilities' THEN tiny_dancer.capabilities_notice(wanted.capabilities) END;
    IF notice IS NOT NULL THEN
        RAISE NOTICE '%', notice;
    END IF;
    RETURN true;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_update_agent(text, jsonb) IS
    'Changes of an agent what the JSON object names, by the argument names of ruvector_register_agent and active, and nothing else: {"quality_score": 0.9, "cost_per_call": null} sets one figure and takes one price away. Of metadata, too, only the keys that are named change, and one that is null is taken away. Whether there is such an agent. A notice tells what new capabilities were understood as that are not the classifier''s own words. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_list_agents() RETURNS SETOF tiny_dancer.agent_overview
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 20
AS $function$
BEGIN
    RETURN QUERY SELECT * FROM tiny_dancer.agents_of(tiny_dancer.current_tenant());
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_list_agents() IS
    'All agents by name, inactive ones too, with their figures as registered and as the log has them';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_get_agent(name text) RETURNS SETOF tiny_dancer.agent_overview
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 1
AS $function$
DECLARE
    problem constant text[] := tiny_dancer.text_problem('name', name);
BEGIN
    ${raise_problem}
    RETURN QUERY SELECT * FROM tiny_dancer.agents_of(tiny_dancer.current_tenant(), name);
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_get_agent(text) IS
    'The agent of that name as in ruvector_list_agents, or no row. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_find_agents_by_capability(
    capability text,
    k int = 10,
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.capability_match
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 10
AS $function$
#variable_conflict use_variable
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    answer constant tiny_dancer.engine_answer := tiny_dancer.exchange(
        'find_agents_by_capability', json_build_object('capability', capability, 'k', k, 'options', options));
    problem text[] := coalesce(tiny_dancer.options_problem(options), tiny_dancer.without_engine(answer.problem));
BEGIN
    IF tiny_dancer.falls_back(problem) THEN
        problem := coalesce(
            tiny_dancer.text_problem('capability', capability),
            CASE WHEN k < 1 THEN tiny_dancer.invalid('k', k::text, 'must be at least 1') END);
        ${raise_problem}
        RETURN QUERY
            SELECT agent.name, word, 1::float8, agent.quality_score, agent.cost_per_1k_tokens, agent.cost_per_call,
                   agent.avg_latency_ms
            FROM tiny_dancer.agent
            CROSS JOIN LATERAL unnest(agent.capabilities) AS word
            WHERE agent.tenant = caller_tenant
              AND agent.active
              AND lower(word) = lower(tiny_dancer.trimmed(capability))
            ORDER BY agent.quality_score DESC, agent.name
            LIMIT coalesce(k, 10);
        RETURN;
    END IF;
    ${raise_problem}
    RETURN QUERY
        SELECT agent.name, coalesce(given.word, found.capability), found.similarity, agent.quality_score,
               agent.cost_per_1k_tokens, agent.cost_per_call, agent.avg_latency_ms
        FROM (SELECT (answered.result).*
              FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
                  result tiny_dancer.capability_match, log_row text)) AS found
        JOIN tiny_dancer.agent ON agent.tenant = caller_tenant AND agent.name = found.name
        -- The engine has capabilities as they compare, the caller sees them as they were given.
        LEFT JOIN LATERAL (
            SELECT word FROM unnest(agent.capabilities) AS word WHERE lower(word) = found.capability LIMIT 1
        ) AS given ON true
        ORDER BY found.similarity DESC, agent.quality_score DESC, agent.name;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_find_agents_by_capability(text, int, jsonb) IS
    'At most k active agents, each with the capability of its that is nearest in meaning, the most similar first; the same word, after trimming and without regard to case, has similarity 1. Without an engine and with tiny_dancer.on_engine_down = fallback the same words only. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_set_agent_active(name text, active boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    problem constant text[] :=
        coalesce(tiny_dancer.text_problem('name', name), tiny_dancer.given_problem('active', active));
BEGIN
    ${raise_problem}
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    UPDATE tiny_dancer.agent SET active = ruvector_set_agent_active.active
    WHERE agent.tenant = caller_tenant AND agent.name = ruvector_set_agent_active.name;
    RETURN found;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_set_agent_active(text, boolean) IS
    'Takes an agent out of routing or puts it back; whether there is such an agent. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_remove_agent(name text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    problem constant text[] := tiny_dancer.text_problem('name', name);
BEGIN
    ${raise_problem}
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    DELETE FROM tiny_dancer.agent
    WHERE agent.tenant = caller_tenant AND agent.name = ruvector_remove_agent.name;
    RETURN found;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_remove_agent(text) IS
    'Removes an agent; its decisions and outcomes stay in the log. Whether there was such an agent. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_update_agent_metrics(
    name text,
    latency_ms float8,
    success boolean,
    quality float8 = NULL,
    options jsonb = '{}'
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
    problem constant text[] := coalesce(
        tiny_dancer.text_problem('name', name),
        tiny_dancer.given_problem('latency_ms', latency_ms),
        tiny_dancer.figure_problem('latency_ms', latency_ms),
        tiny_dancer.given_problem('success', success),
        tiny_dancer.figure_problem('quality', quality, 1),
        tiny_dancer.options_problem(options));
BEGIN
    ${raise_problem}
    INSERT INTO tiny_dancer.outcome (tenant, decided_at, agent, success, latency_ms, quality, kind)
    SELECT agent.tenant, clock_timestamp(), agent.name, success, latency_ms, quality,
           -- Whose answers are judged says so with quality.
           CASE WHEN NOT success THEN 'failed' END
    FROM tiny_dancer.agent
    WHERE agent.tenant = tiny_dancer.current_tenant() AND agent.name = ruvector_update_agent_metrics.name;
    RETURN found;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_update_agent_metrics(text, float8, boolean, float8, jsonb) IS
    'Records an outcome that belongs to no decision: success says whether the agent answered, quality how well. Whether there is such an agent. Errors: 22004, 22023';
