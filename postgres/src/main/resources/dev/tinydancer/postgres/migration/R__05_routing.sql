-- Routing and what else the engine is asked for.
--
-- The engine judges the arguments; SQL judges them only where it has to choose without one. A public function raises the
-- problem of an answer itself, so that an error has its one line of context and no chain of inner functions.

CREATE OR REPLACE FUNCTION tiny_dancer.arguments_problem(arguments tiny_dancer.routing_arguments) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    RETURN coalesce(
        tiny_dancer.messages_problem(arguments.messages),
        CASE WHEN arguments.messages IS NULL OR arguments.request IS NOT NULL
             THEN tiny_dancer.text_problem('request', arguments.request)
             WHEN (tiny_dancer.text_to_read(arguments)).newest IS NULL THEN ARRAY[
                 '22023', 'messages must have a text of a user', NULL, 'Give request, where messages have none.'] END,
        CASE WHEN arguments.conversation_id IS NOT NULL
             THEN tiny_dancer.text_problem('conversation_id', arguments.conversation_id, 200) END,
        tiny_dancer.one_of_problem('optimize_for', coalesce(arguments.optimize_for, 'balanced'),
                                   ARRAY(SELECT name FROM tiny_dancer.policies_of(tiny_dancer.current_tenant()))),
        tiny_dancer.capabilities_problem('required_capabilities', arguments.required_capabilities),
        tiny_dancer.figure_problem('max_cost', arguments.max_cost),
        tiny_dancer.figure_problem('max_latency_ms', arguments.max_latency_ms),
        tiny_dancer.figure_problem('min_quality', arguments.min_quality, 1),
        tiny_dancer.figure_problem('min_relative_quality', arguments.min_relative_quality, 1),
        tiny_dancer.elements_problem('excluded_agents', arguments.excluded_agents),
        tiny_dancer.figure_problem('budget_remaining', arguments.budget_remaining),
        tiny_dancer.elements_problem('tags', arguments.tags),
        tiny_dancer.figure_problem('expected_output_tokens', arguments.expected_output_tokens),
        tiny_dancer.elements_problem('needs', arguments.needs),
        tiny_dancer.options_problem(arguments.options),
        CASE WHEN arguments.explore !~ '^(|on|off|[01](\.0*)?|0?\.[0-9]+)$' THEN tiny_dancer.invalid(
            'tiny_dancer.explore', arguments.explore, 'must be on, off or a share between 0 and 1') END);
END
$function$;
COMMENT ON FUNCTION tiny_dancer.arguments_problem(tiny_dancer.routing_arguments) IS
    'The checks that the engine makes of what routes a request, for when there is none';

CREATE OR REPLACE FUNCTION tiny_dancer.nearest_agent(tenant text, name text) RETURNS text
LANGUAGE sql STABLE
AS $function$
    SELECT agent.name
    FROM tiny_dancer.agent
    WHERE agent.tenant = nearest_agent.tenant
    ORDER BY (SELECT count(*)
              FROM generate_series(1, length(agent.name) - 1) AS one
              JOIN generate_series(1, least(length(nearest_agent.name), 200) - 1) AS other
                ON lower(substr(agent.name, one, 2)) = lower(substr(nearest_agent.name, other, 2)))::float8
             / (length(agent.name) + length(nearest_agent.name)) DESC,
             agent.name
    LIMIT 1
$function$;
COMMENT ON FUNCTION tiny_dancer.nearest_agent(text, text) IS
    'The agent whose name is most like another, by the pairs of letters that both have; null without agents';

CREATE OR REPLACE FUNCTION tiny_dancer.exclusions_notice(tenant text, excluded_agents text[]) RETURNS text
LANGUAGE sql STABLE
AS $function$
    SELECT string_agg(format('excluded_agents has "%s", which is no agent', unknown.name)
                      || coalesce('; the nearest is "' || tiny_dancer.nearest_agent(exclusions_notice.tenant, unknown.name) || '"', ''),
                      '; ' ORDER BY unknown.place)
    FROM (
        SELECT tiny_dancer.trimmed(given.name) AS name, min(given.place) AS place
        FROM unnest(excluded_agents) WITH ORDINALITY AS given (name, place)
        WHERE NOT EXISTS (
            SELECT FROM tiny_dancer.agent
            WHERE agent.tenant = exclusions_notice.tenant
              AND lower(tiny_dancer.trimmed(agent.name)) = lower(tiny_dancer.trimmed(given.name)))
        GROUP BY tiny_dancer.trimmed(given.name)
        ORDER BY min(given.place)
        LIMIT 3
    ) AS unknown
$function$;
COMMENT ON FUNCTION tiny_dancer.exclusions_notice(text, text[]) IS
    'What is to be said of names in excluded_agents that no agent has, of three at most; null where all are known';

CREATE OR REPLACE FUNCTION tiny_dancer.routing_problem(
    problem text[],
    arguments tiny_dancer.routing_arguments
) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    RETURN coalesce(
        CASE WHEN problem[1] = '08P01' THEN coalesce(
            tiny_dancer.elements_problem('required_capabilities', arguments.required_capabilities),
            tiny_dancer.elements_problem('excluded_agents', arguments.excluded_agents),
            tiny_dancer.elements_problem('tags', arguments.tags),
            tiny_dancer.elements_problem('needs', arguments.needs),
            tiny_dancer.options_problem(arguments.options)) END,
        tiny_dancer.without_engine(problem));
END
$function$;
COMMENT ON FUNCTION tiny_dancer.routing_problem(text[], tiny_dancer.routing_arguments) IS
    'The problem of a routing call, where there is one: a payload that the engine cannot read may be so because of an argument, as an array of two dimensions';

CREATE OR REPLACE FUNCTION tiny_dancer.budgets_concerned(tenant text, agent text, tags text[]) RETURNS SETOF tiny_dancer.budget
LANGUAGE sql STABLE
AS $function$
    SELECT budget.*
    FROM tiny_dancer.budget
    WHERE budget.tenant = budgets_concerned.tenant
      AND (budget.scope IN ('all', 'agent:' || budgets_concerned.agent)
           OR budget.scope = ANY (SELECT 'tag:' || tag FROM unnest(tags) AS tag)
           OR budget.scope ~ '^(user|conversation):' AND budget.scope = ANY (tags))
$function$;
COMMENT ON FUNCTION tiny_dancer.budgets_concerned(text, text, text[]) IS
    'The budgets that an answer of this agent draws on, to a request with these tags';

CREATE OR REPLACE FUNCTION tiny_dancer.guessed_tokens(input text) RETURNS int
LANGUAGE sql STABLE
-- Words of small letters have 4.5 characters a token; capitals and digits in any number are of base64, hexadecimal figures
-- and identifiers. Other scripts have a token for each 3 to 4 bytes beyond the first of a character, and emoji, which UTF-8
-- begins with F0, more than one a character.
RETURN (
    SELECT ceil((length(input) - length(without_small)) / 4.5
                + 0.8 * (length(without_small) - length(without_letters))
                + 0.5 * (length(without_letters) - length(without_marks))
                + 0.28 * (octet_length(utf8) - length(input))
                + 1.2 * (length(escaped) - length(replace(escaped, '\360', ''))) / 4)::int
    FROM (SELECT convert_to(input, 'UTF8') AS utf8) AS coded
    CROSS JOIN LATERAL (SELECT encode(utf8, 'escape') AS escaped) AS shown
    CROSS JOIN LATERAL (SELECT translate(input, 'abcdefghijklmnopqrstuvwxyz', '') AS without_small) AS first
    CROSS JOIN LATERAL (
        SELECT translate(without_small, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', '') AS without_letters) AS second
    CROSS JOIN LATERAL (
        SELECT translate(without_letters, $marks$!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~$marks$, '') AS without_marks) AS third);
COMMENT ON FUNCTION tiny_dancer.guessed_tokens(text) IS
    'About how many tokens a text has, for when there is no engine to count them: within a factor of 2, see docs/money.md';

CREATE OR REPLACE FUNCTION tiny_dancer.tokens_before(arguments tiny_dancer.routing_arguments) RETURNS int
LANGUAGE sql STABLE
RETURN CASE
    WHEN arguments.messages IS NOT NULL THEN greatest(
        tiny_dancer.guessed_tokens((tiny_dancer.text_to_read(arguments)).whole)
        - tiny_dancer.guessed_tokens(arguments.request), 0)
    ELSE coalesce((arguments.conversation ->> 'context_tokens')::int, 0) END;
COMMENT ON FUNCTION tiny_dancer.tokens_before(tiny_dancer.routing_arguments) IS
    'About how many tokens the conversation has beside the request, for when there is no engine to count them';

CREATE OR REPLACE FUNCTION tiny_dancer.static_ranking(tenant text, arguments tiny_dancer.routing_arguments)
RETURNS TABLE (
    agent_name text,
    excluded_by text,
    excluded_value text,
    quality float8,
    cost float8,
    latency_ms float8,
    utility float8,
    input_tokens int,
    output_tokens int
)
LANGUAGE sql STABLE
AS $function$
    WITH effort AS (
        -- 256 is the length of an answer of a few paragraphs.
        SELECT tiny_dancer.guessed_tokens(arguments.request) + tiny_dancer.tokens_before(arguments) AS input_tokens,
               coalesce(arguments.expected_output_tokens, 256) AS output_tokens
    ), candidate AS (
        SELECT agent.name, agent.active, circuit.circuit, circuit.rests_until, agent.quality_score AS quality,
               agent.avg_latency_ms AS latency_ms,
               -- Those that the agent says may be a second older.
               tiny_dancer.cost_of(
                   coalesce(tiny_dancer.prices_at(agent.tenant, agent.name, now()), tiny_dancer.listed_prices(agent.*)),
                   effort.input_tokens, effort.output_tokens, latency_ms => agent.avg_latency_ms)::float8 AS cost,
               ARRAY(SELECT lower(tiny_dancer.trimmed(word)) FROM unnest(arguments.required_capabilities) AS word
                     EXCEPT
                     SELECT lower(word) FROM unnest(agent.capabilities) AS word) AS lacking,
               CASE WHEN arguments.needs IS NOT NULL THEN ARRAY(
                   SELECT tiny_dancer.ability(need) FROM unnest(arguments.needs) AS need
                   EXCEPT
                   SELECT unnest(tiny_dancer.abilities_of(agent.metadata))
                   EXCEPT
                   SELECT lower(word) FROM unnest(agent.capabilities) AS word
                   ORDER BY 1) END AS unable,
               tiny_dancer.token_limit(agent.metadata, 'context_window') AS context_window,
               tiny_dancer.token_limit(agent.metadata, 'max_output_tokens') AS max_output_tokens,
               effort.input_tokens, effort.output_tokens, agent.max_concurrency,
               coalesce(waiting.in_flight, 0) AS in_flight,
               (SELECT min(scope) FROM tiny_dancer.budgets_concerned(
                    agent.tenant, agent.name, arguments.tags || ('conversation:' || arguments.conversation_id))
               ) AS budget_scope
        FROM tiny_dancer.agent
        JOIN tiny_dancer.circuits(static_ranking.tenant) AS circuit ON circuit.agent = agent.name
        LEFT JOIN tiny_dancer.agent_figures(static_ranking.tenant) AS waiting ON waiting.agent = agent.name
        CROSS JOIN effort
        WHERE agent.tenant = static_ranking.tenant
    ), judged AS (
        SELECT candidate.*, violation.excluded_by, violation.excluded_value
        FROM candidate
        LEFT JOIN LATERAL (
            SELECT excluded_by, excluded_value
            FROM (VALUES
                (1, NOT active, 'inactive', NULL),
                (2, cardinality(unable) > 0, 'needs', 'lacks ' || array_to_string(unable, ', ')),
                (3, input_tokens::float8 + output_tokens > context_window, 'context_window',
                 format('%s of %s tokens', input_tokens::float8 + output_tokens, context_window)),
                (4, arguments.expected_output_tokens > max_output_tokens, 'max_output_tokens',
                 format('%s of %s tokens', arguments.expected_output_tokens, max_output_tokens)),
                (5, cardinality(lacking) > 0, 'required_capabilities', 'lacks ' || array_to_string(lacking, ', ')),
                (6, cost > arguments.max_cost, format('max_cost %s', arguments.max_cost), cost::text),
                (7, latency_ms > arguments.max_latency_ms, format('max_latency_ms %s', arguments.max_latency_ms), latency_ms::text),
                (8, quality < arguments.min_quality, format('min_quality %s', arguments.min_quality), quality::text),
                (9, lower(tiny_dancer.trimmed(name))
                    IN (SELECT lower(tiny_dancer.trimmed(word)) FROM unnest(arguments.excluded_agents) AS word),
                 'excluded_agents', NULL),
                (10, cost > arguments.budget_remaining, format('budget_remaining %s', arguments.budget_remaining), cost::text),
                (11, in_flight >= max_concurrency, format('max_concurrency %s reached', max_concurrency), NULL),
                (12, budget_scope IS NOT NULL AND cost > 0, 'budget ' || budget_scope, cost::text),
                -- Last, so that those who have it lack nothing else.
                (13, circuit = 'open', 'circuit open', format('until %s', rests_until))
            ) AS constraints (place, violated, excluded_by, excluded_value)
            WHERE violated
            ORDER BY place
            LIMIT 1
        ) AS violation ON true
    ), rivals AS (
        SELECT judged.*,
               quality < arguments.min_relative_quality
                         * max(quality) FILTER (WHERE excluded_by IS NULL) OVER () AS is_far_below
        FROM judged
    ), admitted AS (
        SELECT name, quality, cost, latency_ms, input_tokens, output_tokens,
               CASE WHEN excluded_by IS NULL AND is_far_below THEN quality::text ELSE excluded_value END AS excluded_value,
               CASE WHEN excluded_by IS NULL AND is_far_below
                    THEN format('min_relative_quality %s', arguments.min_relative_quality)
                    WHEN excluded_by = 'circuit open'
                     AND NOT bool_or(excluded_by IS NULL) OVER ()
                     AND row_number() OVER (PARTITION BY excluded_by ORDER BY rests_until, name) = 1
                     AND tiny_dancer.setting_of('circuit_last_resort') = 'on'
                    THEN NULL ELSE excluded_by END AS excluded_by
        FROM rivals
    ), measured AS (
        -- A good answer is worth a millionth of a dollar at least, so that among free agents money decides nothing. Nor is
        -- there a scale by which money for a second would say anything of quality.
        SELECT admitted.*, usual.quality_per_second,
               CASE WHEN policy.worth_usd IS NOT NULL OR max(cost) OVER rivals > 0 THEN policy.usd_per_second END
               AS usd_per_second,
               coalesce(policy.worth_usd, greatest(policy.worth_in_dearest * max(cost) OVER rivals, 1e-6)) AS worth,
               quality >= policy.min_relative_quality * max(quality) OVER rivals AS keeps_floor
        FROM admitted
        LEFT JOIN tiny_dancer.policies_of(static_ranking.tenant) AS policy
          ON policy.name = coalesce(arguments.optimize_for, 'balanced')
        LEFT JOIN tiny_dancer.standard_policy AS usual
          ON usual.name = CASE WHEN policy.built_in THEN policy.name WHEN NOT policy.built_in THEN 'balanced' END
        WINDOW rivals AS (PARTITION BY excluded_by IS NULL)
    )
    SELECT name, excluded_by, excluded_value, quality, cost, latency_ms,
           CASE WHEN excluded_by IS NULL THEN
               greatest(quality - cost / worth - latency_ms / 1000 * coalesce(usd_per_second / worth, quality_per_second)
                        - CASE WHEN arguments.budget_remaining > 0 THEN cost / arguments.budget_remaining ELSE 0 END,
                        -10000)
               - CASE WHEN keeps_floor THEN 0 ELSE 20000 END
           END AS utility,
           input_tokens, output_tokens
    FROM measured
    ORDER BY coalesce(excluded_by IS NULL AND NOT (arguments.conversation ->> 'has_failed')::boolean
                      AND name = arguments.conversation ->> 'agent', false) DESC,
             utility DESC NULLS LAST, cost, latency_ms, name
$function$;
COMMENT ON FUNCTION tiny_dancer.static_ranking(text, tiny_dancer.routing_arguments) IS
    'All agents of a tenant as candidates for a request, from nothing but their registered figures, best first; with the engine''s own policies, and for those that do not fit the first constraint that they violate; the agent that a conversation is with before all others. Tokens are guessed by tiny_dancer.guessed_tokens. Without an engine nothing can be reserved: under a budget only free agents fit. When nobody fits, the one whose open circuit ends its cool-down first is a candidate, with excluded_value';

CREATE OR REPLACE FUNCTION tiny_dancer.static_turn(
    tenant text,
    arguments tiny_dancer.routing_arguments,
    decision_id uuid,
    agent text,
    input_tokens int,
    output_tokens int
) RETURNS text
LANGUAGE plpgsql STABLE
AS $function$
DECLARE
    turn tiny_dancer.conversation_turn;
BEGIN
    turn.tenant := tenant;
    turn.conversation_id := arguments.conversation_id;
    turn.turn := coalesce((arguments.conversation ->> 'turns')::int, 0) + 1;
    turn.decision_id := decision_id;
    turn.agent := agent;
    turn.context_tokens := input_tokens + output_tokens;
    turn.weight := (arguments.conversation ->> 'weight')::float8;
    turn.difficulty := (arguments.conversation ->> 'difficulty')::float8;
    turn.categories := nullif((arguments.conversation -> 'categories')::jsonb, 'null');
    turn.embedding := decode(arguments.conversation ->> 'embedding', 'base64');
    turn.caches := coalesce((arguments.conversation -> 'caches')::jsonb, '{}')
        || jsonb_build_object(agent, jsonb_build_array(
               input_tokens, date_part('epoch', tiny_dancer.decision_time(decision_id))));
    RETURN turn::text;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.static_turn(text, tiny_dancer.routing_arguments, uuid, text, int, int) IS
    'How a conversation stands after a decision that was made without an engine: what it is about stays as the last engine left it';

CREATE OR REPLACE FUNCTION tiny_dancer.static_answer(
    tenant text,
    arguments tiny_dancer.routing_arguments,
    log text
) RETURNS tiny_dancer.engine_answer
LANGUAGE plpgsql VOLATILE
AS $function$
#variable_conflict use_column
DECLARE
    decision tiny_dancer.routing_decision;
    log_row tiny_dancer.logged_decision;
    answer tiny_dancer.engine_answer;
    removals text;
    for_want_of_money boolean;
BEGIN
    answer.problem := tiny_dancer.arguments_problem(arguments);
    IF answer.problem IS NOT NULL THEN
        RETURN answer;
    END IF;
    arguments.request := (tiny_dancer.text_to_read(arguments)).newest;
    arguments.needs := nullif(arguments.needs || tiny_dancer.needs_of_messages(arguments.messages), '{}');
    decision.decision_id := tiny_dancer.new_decision_id(clock_timestamp());
    WITH ranking AS (
        SELECT ranked.*, row_number() OVER () AS place,
               count(*) FILTER (WHERE ranked.excluded_by IS NULL) OVER () AS fitting,
               count(*) OVER () AS registered
        FROM tiny_dancer.static_ranking(static_answer.tenant, arguments) AS ranked
    )
    SELECT best.agent_name, best.quality, best.cost, best.latency_ms, best.quality,
           format('no engine answered; %s of the %s that fit (%s registered), by their registered figures alone',
                  CASE WHEN best.agent_name = arguments.conversation ->> 'agent'
                            AND NOT (arguments.conversation ->> 'has_failed')::boolean
                       THEN 'the one that the conversation is with, one'
                       ELSE 'best ' || coalesce(arguments.optimize_for, 'balanced') END,
                  best.fitting, best.registered),
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'agent_name', next.agent_name,
                       'expected_quality', next.quality,
                       'estimated_cost', next.cost,
                       'estimated_latency_ms', next.latency_ms,
                       'utility', next.utility) ORDER BY next.place), '[]')
            FROM ranking AS next
            WHERE next.place BETWEEN 2 AND 4 AND next.excluded_by IS NULL),
           best.input_tokens, best.output_tokens,
           (SELECT able.cost FROM ranking AS able WHERE able.excluded_by IS NULL ORDER BY able.quality DESC, able.cost LIMIT 1),
           (SELECT max(dear.cost) FROM ranking AS dear WHERE dear.excluded_by IS NULL),
           'no agent fits whose circuit is closed, asked all the same: ' || best.agent_name || ' ('
           || best.excluded_value || ')'
    INTO decision.agent_name, decision.confidence, decision.estimated_cost, decision.estimated_latency_ms,
         decision.expected_quality, decision.reasoning, decision.alternatives, log_row.input_tokens,
         log_row.output_tokens, log_row.cost_of_best, log_row.cost_of_dearest, answer.notice
    FROM ranking AS best
    WHERE best.place = 1 AND best.excluded_by IS NULL;
    IF NOT found THEN
        SELECT string_agg(removal.words, '; ' ORDER BY removal.words), bool_or(removal.words LIKE 'budget %')
        INTO removals, for_want_of_money
        FROM (
            SELECT ranked.excluded_by || ' removed '
                   -- Of thousands, ten are named.
                   || CASE WHEN bool_and(ranked.number <= 10) THEN ''
                           ELSE count(*) || CASE count(*) WHEN 1 THEN ' agent' ELSE ' agents' END
                                || CASE WHEN bool_or(ranked.number <= 10) THEN ', among them ' ELSE '' END END
                   || coalesce(string_agg(ranked.agent_name || coalesce(' (' || ranked.excluded_value || ')', ''), ', '
                                          ORDER BY ranked.agent_name) FILTER (WHERE ranked.number <= 10), '') AS words
            FROM (SELECT every.*, row_number() OVER (ORDER BY every.agent_name) AS number
                  FROM tiny_dancer.static_ranking(static_answer.tenant, arguments) AS every) AS ranked
            GROUP BY ranked.excluded_by
        ) AS removal;
        answer.problem := CASE WHEN for_want_of_money THEN ARRAY[
            'TD402', 'a budget applies, and no engine answers that could reserve from it', removals,
            'Start the engine; without one, only agents that cost nothing are chosen under a budget.']
        ELSE ARRAY[
            'TD404', CASE WHEN removals IS NULL THEN 'no agent is registered' ELSE 'no agent fits the request' END,
            removals, 'No engine answered; this was judged by the registered figures alone.'] END;
        RETURN answer;
    END IF;
    IF answer.notice IS NOT NULL THEN
        decision.reasoning := decision.reasoning || '; ' || answer.notice;
    END IF;
    answer.notice := nullif(concat_ws(
        '; ', answer.notice, tiny_dancer.exclusions_notice(static_answer.tenant, arguments.excluded_agents)), '');
    decision.attempt := 1;
    answer.result := decision::text;
    -- Without an engine there is none that could write it a little later.
    IF log <> 'off' THEN
        log_row.tenant := tenant;
        log_row.decided_at := tiny_dancer.decision_time(decision.decision_id);
        log_row.decision_id := decision.decision_id;
        log_row.agent := decision.agent_name;
        log_row.fallback := true;
        log_row.optimize_for := coalesce(arguments.optimize_for, 'balanced');
        log_row.confidence := decision.confidence;
        log_row.estimated_cost := decision.estimated_cost;
        log_row.estimated_latency_ms := decision.estimated_latency_ms;
        log_row.expected_quality := decision.expected_quality;
        log_row.reasoning := decision.reasoning;
        log_row.next_agents := (
            SELECT coalesce(jsonb_agg(jsonb_build_array(
                       next ->> 'agent_name', next -> 'expected_quality', next -> 'estimated_cost',
                       next -> 'estimated_latency_ms', next -> 'utility')), '[]')
            FROM jsonb_array_elements(decision.alternatives) AS next);
        log_row.probability := 1;
        log_row.tags := arguments.tags;
        log_row.request_hash := sha256(convert_to(arguments.request, 'UTF8'));
        log_row.conversation_id := arguments.conversation_id;
        log_row.request := CASE WHEN tiny_dancer.parameter_of('log_requests', 'off') = 'on' THEN arguments.request END;
        answer.log_row := log_row::text;
    END IF;
    IF arguments.conversation_id IS NOT NULL THEN
        answer.turn := tiny_dancer.static_turn(
            tenant, arguments, decision.decision_id, decision.agent_name, log_row.input_tokens, log_row.output_tokens);
    END IF;
    RETURN answer;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.static_answer(text, tiny_dancer.routing_arguments, text) IS
    'What the engine would answer to route, made in SQL while none answers: the best of tiny_dancer.static_ranking, which says so in its reasoning. Problems: TD402, TD404';

CREATE OR REPLACE FUNCTION tiny_dancer.attempts_of(tenant text, first_decision uuid)
RETURNS TABLE (attempt int, decision_id uuid, agent text, has_failed boolean)
LANGUAGE plpgsql STABLE
-- As ruvector_record_outcome.
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_column
DECLARE
    first_time constant timestamptz := tiny_dancer.decision_time(attempts_of.first_decision);
BEGIN
    RETURN QUERY
        SELECT one.attempt, one.decision_id, one.agent,
               -- Who asks again without a word of what came before has got no answer.
               outcome.success IS NOT true AND outcome.kind IS DISTINCT FROM 'cancelled'
        FROM (
            SELECT 1 AS attempt, decision.decision_id, decision.agent, decision.decided_at
            FROM tiny_dancer.decision
            WHERE decision.tenant = attempts_of.tenant
              AND decision.decided_at = first_time
              AND decision.decision_id = attempts_of.first_decision
            UNION ALL
            SELECT later.attempt, later.decision_id, later.agent, later.decided_at
            FROM tiny_dancer.attempt AS later
            WHERE later.tenant = attempts_of.tenant AND later.first_decision = attempts_of.first_decision
        ) AS one
        LEFT JOIN tiny_dancer.outcome
          ON outcome.tenant = attempts_of.tenant
         AND outcome.decided_at = one.decided_at
         AND outcome.decision_id = one.decision_id
         AND outcome.decided_at >= first_time
         AND outcome.decided_at < first_time + interval '1 day';
END
$function$;
COMMENT ON FUNCTION tiny_dancer.attempts_of(text, uuid) IS
    'The attempts of a request so far, and whether each has failed; no row where its first decision is not in the log';

CREATE OR REPLACE FUNCTION tiny_dancer.first_decision_of(tenant text, decision_id uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    first_decision constant uuid := coalesce(
        (SELECT attempt.first_decision FROM tiny_dancer.attempt
         WHERE attempt.tenant = first_decision_of.tenant AND attempt.decision_id = first_decision_of.decision_id),
        first_decision_of.decision_id);
    patience constant timestamptz := clock_timestamp() + interval '1 second';
BEGIN
    WHILE NOT EXISTS (SELECT FROM tiny_dancer.attempts_of(first_decision_of.tenant, first_decision) AS one
                      WHERE one.attempt = 1) LOOP
        -- An engine may be about to write it.
        IF tiny_dancer.unlogged_problem(first_decision) IS NOT NULL OR clock_timestamp() > patience
           OR current_setting('transaction_isolation') <> 'read committed' THEN
            RETURN NULL;
        END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
    RETURN first_decision;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.first_decision_of(text, uuid) IS
    'The first decision of the request of which this is one; null where it is not in the log, for which it waits up to a second if it may still come';

CREATE OR REPLACE FUNCTION tiny_dancer.again(
    tenant text,
    arguments tiny_dancer.routing_arguments,
    first_decision uuid
) RETURNS tiny_dancer.routing_arguments
LANGUAGE plpgsql STABLE
AS $function$
DECLARE
    next_arguments tiny_dancer.routing_arguments := arguments;
BEGIN
    -- What is not valid anyway stays as it is, for the error to say.
    IF coalesce(array_ndims(arguments.excluded_agents), 1) = 1 THEN
        next_arguments.excluded_agents := (
            SELECT array_agg(excluded.name)
            FROM (
                SELECT unnest(arguments.excluded_agents) AS name
                UNION
                SELECT one.agent
                FROM tiny_dancer.attempts_of(again.tenant, again.first_decision) AS one
                JOIN tiny_dancer.agent ON agent.tenant = again.tenant AND agent.name = one.agent
                WHERE one.has_failed
            ) AS excluded);
    END IF;
    SELECT coalesce(arguments.tags, decision.tags), coalesce(arguments.conversation_id, decision.conversation_id)
    INTO next_arguments.tags, next_arguments.conversation_id
    FROM tiny_dancer.decision
    WHERE decision.tenant = again.tenant
      AND decision.decided_at = tiny_dancer.decision_time(again.first_decision)
      AND decision.decision_id = again.first_decision;
    IF arguments.conversation_id IS NULL AND next_arguments.conversation_id IS NOT NULL THEN
        next_arguments.conversation := tiny_dancer.conversation_of(next_arguments.conversation_id);
    END IF;
    RETURN next_arguments;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.again(text, tiny_dancer.routing_arguments, uuid) IS
    'The arguments of another attempt: without the agents that have failed, and with the tags and the conversation of the first, so that it is of the same budgets';

CREATE OR REPLACE FUNCTION tiny_dancer.attempt_answer(
    arguments tiny_dancer.routing_arguments,
    retry_of uuid,
    log text
) RETURNS tiny_dancer.engine_answer
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    first_decision constant uuid := tiny_dancer.first_decision_of(caller_tenant, retry_of);
    next_arguments tiny_dancer.routing_arguments;
    answer tiny_dancer.engine_answer;
    decision tiny_dancer.routing_decision;
    failed text;
BEGIN
    IF first_decision IS NULL THEN
        answer.problem := tiny_dancer.not_in_log('retry_of', retry_of);
        RETURN answer;
    END IF;
    next_arguments := tiny_dancer.again(caller_tenant, arguments, first_decision);
    answer := tiny_dancer.exchange('route', row_to_json(next_arguments), log);
    IF tiny_dancer.falls_back(answer.problem) THEN
        answer := tiny_dancer.static_answer(caller_tenant, next_arguments, log);
    END IF;
    IF answer.problem[1] = 'TD404' THEN
        SELECT string_agg(DISTINCT one.agent, ', ' ORDER BY one.agent) INTO failed
        FROM tiny_dancer.attempts_of(caller_tenant, first_decision) AS one
        WHERE one.has_failed;
        answer.problem[3] := concat_ws('; ', answer.problem[3], 'failed in earlier attempts: ' || failed);
    END IF;
    IF answer.problem IS NULL THEN
        decision := answer.result::tiny_dancer.routing_decision;
        decision.attempt := 1 + (SELECT max(one.attempt)
                                 FROM tiny_dancer.attempts_of(caller_tenant, first_decision) AS one);
        answer.result := decision::text;
        IF log <> 'off' THEN
            INSERT INTO tiny_dancer.attempt (tenant, first_decision, decision_id, attempt, agent, decided_at)
            VALUES (caller_tenant, first_decision, decision.decision_id, decision.attempt, decision.agent_name,
                    tiny_dancer.decision_time(decision.decision_id));
        END IF;
    END IF;
    RETURN answer;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.attempt_answer(tiny_dancer.routing_arguments, uuid, text) IS
    'The answer to another attempt of a request, from the engine or, where the session wants that, without one; notes the attempt';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_route(
    request text,
    optimize_for text = 'balanced',
    required_capabilities text[] = NULL,
    max_cost float8 = NULL,
    max_latency_ms float8 = NULL,
    min_quality float8 = NULL,
    excluded_agents text[] = NULL,
    budget_remaining float8 = NULL,
    tags text[] = NULL,
    expected_output_tokens int = NULL,
    min_relative_quality float8 = NULL,
    conversation_id text = NULL,
    messages jsonb = NULL,
    retry_of uuid = NULL,
    needs text[] = NULL,
    options jsonb = '{}'
) RETURNS tiny_dancer.routing_decision
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    arguments constant tiny_dancer.routing_arguments := ROW (
        request, optimize_for, required_capabilities, max_cost, max_latency_ms, min_quality, excluded_agents,
        budget_remaining, tags, expected_output_tokens, options, min_relative_quality,
        current_setting('tiny_dancer.explore', true), conversation_id, messages,
        CASE WHEN conversation_id IS NOT NULL THEN tiny_dancer.conversation_of(conversation_id) END, needs);
    log constant text := tiny_dancer.log_of_call();
    answer tiny_dancer.engine_answer;
    log_row tiny_dancer.logged_decision;
    problem text[];
BEGIN
    answer := CASE WHEN retry_of IS NULL THEN tiny_dancer.exchange('route', row_to_json(arguments), log)
                   ELSE tiny_dancer.attempt_answer(arguments, retry_of, log) END;
    -- Most calls have none of these, and ask once for all.
    IF coalesce(answer.problem[1], answer.turn, answer.notice) IS NOT NULL THEN
        IF answer.problem IS NOT NULL THEN
            IF retry_of IS NULL AND tiny_dancer.falls_back(answer.problem) THEN
                answer := tiny_dancer.static_answer(tiny_dancer.current_tenant(), arguments, log);
            END IF;
            problem := tiny_dancer.routing_problem(answer.problem, arguments);
            ${raise_problem}
        END IF;
        IF answer.turn IS NOT NULL THEN
            PERFORM tiny_dancer.keep_turn(answer.turn);
        END IF;
        IF answer.notice IS NOT NULL THEN
            RAISE NOTICE '%', answer.notice;
        END IF;
    END IF;
    IF answer.log_row IS NOT NULL THEN
        -- Read once: PostgreSQL would read the text anew for each column.
        log_row := answer.log_row::tiny_dancer.logged_decision;
        INSERT INTO tiny_dancer.logged_decision SELECT (log_row).*;
    END IF;
    RETURN answer.result::tiny_dancer.routing_decision;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_route(
    text, text, text[], float8, float8, float8, text[], float8, text[], int, float8, text, jsonb, uuid, text[], jsonb) IS
    'Chooses the agent that is to answer the request: by cost, latency, quality, balanced, quality_per_dollar or a policy of the tenant''s own, under hard constraints; min_relative_quality is the least part of the best candidate''s expected quality. A request can be the next turn of a conversation: conversation_id names one, in which leaving an agent has its price; messages are what has been said, in the form of chat completions, and request may then be null for the newest text of a user. required_capabilities are compared word by word, without regard to case, whatever agents'' words are understood as; so are excluded_agents, and a notice names those that are no agents. retry_of is a decision for the same request whose agent did not answer: another attempt has the tags and the conversation of the first, and none of the agents that have failed. Logs the decision as tiny_dancer.log_decisions says, sync, async or off. Errors: 22004, 22023, TD402, TD404, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_explain_route(
    request text,
    optimize_for text = 'balanced',
    required_capabilities text[] = NULL,
    max_cost float8 = NULL,
    max_latency_ms float8 = NULL,
    min_quality float8 = NULL,
    excluded_agents text[] = NULL,
    budget_remaining float8 = NULL,
    tags text[] = NULL,
    expected_output_tokens int = NULL,
    min_relative_quality float8 = NULL,
    conversation_id text = NULL,
    messages jsonb = NULL,
    needs text[] = NULL,
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.routing_candidate
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 20
AS $function$
DECLARE
    arguments constant tiny_dancer.routing_arguments := ROW (
        request, optimize_for, required_capabilities, max_cost, max_latency_ms, min_quality, excluded_agents,
        budget_remaining, tags, expected_output_tokens, options, min_relative_quality,
        current_setting('tiny_dancer.explore', true), conversation_id, messages,
        CASE WHEN conversation_id IS NOT NULL THEN tiny_dancer.conversation_of(conversation_id) END, needs);
    answer constant tiny_dancer.engine_answer := tiny_dancer.exchange('explain_route', row_to_json(arguments));
    problem constant text[] := tiny_dancer.routing_problem(answer.problem, arguments);
BEGIN
    ${raise_problem}
    RETURN QUERY
        SELECT (answered.result).*
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
            result tiny_dancer.routing_candidate, log_row text);
    IF answer.notice IS NOT NULL THEN
        RAISE NOTICE '%', answer.notice;
    END IF;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_explain_route(
    text, text, text[], float8, float8, float8, text[], float8, text[], int, float8, text, jsonb, text[], jsonb) IS
    'Every registered agent as a candidate for the request: its predicted figures, which constraint excludes it, and which one ruvector_route would choose. Not logged. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_classify_request(request text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    answer constant tiny_dancer.engine_answer :=
        tiny_dancer.exchange('classify_request', json_build_object('request', request));
    problem constant text[] := answer.problem;
BEGIN
    ${raise_problem}
    RETURN answer.result::jsonb;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_classify_request(text) IS
    'The request''s categories: {"classifications": [{"category", "probability"}, descending], "top_category", "confidence"}. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_classify_capabilities(request text)
RETURNS SETOF tiny_dancer.capability_need
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 3
AS $function$
DECLARE
    answer constant tiny_dancer.engine_answer :=
        tiny_dancer.exchange('classify_capabilities', json_build_object('request', request));
    problem constant text[] := answer.problem;
BEGIN
    ${raise_problem}
    RETURN QUERY
        SELECT (answered.result).*
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
            result tiny_dancer.capability_need, log_row text);
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_classify_capabilities(text) IS
    'The capabilities that the request needs with a probability above 0.5, the likeliest first. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_embed(input text) RETURNS real[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    answer constant tiny_dancer.engine_answer := tiny_dancer.exchange('embed', json_build_object('input', input));
    problem constant text[] := answer.problem;
BEGIN
    ${raise_problem}
    RETURN answer.result::real[];
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_embed(text) IS
    'The text''s sentence embedding: 384 numbers, of unit length. Errors: 22004, 22023, TD500, TD503';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_engine_status() RETURNS SETOF tiny_dancer.engine_overview
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 1
AS $function$
DECLARE
    answer constant tiny_dancer.engine_answer := tiny_dancer.exchange('status', '{}');
    problem constant text[] := answer.problem;
    overview tiny_dancer.engine_overview;
BEGIN
    ${raise_problem}
    overview := answer.result::tiny_dancer.engine_overview;
    -- At least the one that answered, should its row be late.
    overview.engines :=
        greatest(1, (SELECT count(*) FROM tiny_dancer.engine WHERE seen_at > now() - interval '15 seconds'));
    overview.circuits := (SELECT coalesce(jsonb_object_agg(agent, circuit), '{}')
                          FROM tiny_dancer.circuits(tiny_dancer.current_tenant()));
    RETURN NEXT overview;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_engine_status() IS
    'What the engine that answers this session runs, how many engines there are, and each agent''s circuit. Errors: TD500, TD503';
