-- The log: identities of decisions, outcomes, the partitions, and the hourly sums.

COMMENT ON COLUMN tiny_dancer.decision.optimize_for IS 'What the caller optimised for; total_cost for a batch as a whole, and the strategy for a step of a plan of several agents';
COMMENT ON COLUMN tiny_dancer.decision.alternatives IS 'The agents that came next, as decisions before next_agents have them; tiny_dancer.alternatives_of reads both';
COMMENT ON COLUMN tiny_dancer.decision.embedding IS 'The request''s quantised embedding: half a byte for each dimension, a byte in older decisions; null without an engine';

-- A view has no columns of its own to be explained, but is read like a table.
DO $comments$
DECLARE
    column_name name;
    purpose text;
BEGIN
    FOR column_name, purpose IN
        SELECT attname, col_description('tiny_dancer.decision'::regclass, attnum)
        FROM pg_attribute
        WHERE attrelid = 'tiny_dancer.decision'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'xid'
    LOOP
        EXECUTE format('COMMENT ON COLUMN tiny_dancer.logged_decision.%I IS %L', column_name, purpose);
    END LOOP;
END
$comments$;

CREATE OR REPLACE FUNCTION tiny_dancer.figure_of(characters text) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT trim_scale((read.code % 20000 - 10000 || 'e' || read.code / 20000 - 25)::numeric)
        FROM (SELECT ((ascii(characters) - 33) * 94 + ascii(substr(characters, 2)) - 33) * 94
                     + ascii(substr(characters, 3)) - 33 AS code) AS read);
COMMENT ON FUNCTION tiny_dancer.figure_of(text) IS
    'The figure that three characters stand for in next_agents, as CompactFigure in Java writes them: digits to the base of 94 from ! to ~, which are 20000 (exponent of ten + 25) + signed digits + 10000';

CREATE OR REPLACE FUNCTION tiny_dancer.alternatives_of(next_agents text, alternatives jsonb) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN next_agents IS NULL THEN alternatives WHEN starts_with(next_agents, '[') THEN (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'agent_name', next -> 0,
               'expected_quality', next -> 1,
               'estimated_cost', next -> 2,
               'estimated_latency_ms', next -> 3,
               'utility', next -> 4) ORDER BY place), '[]')
    FROM jsonb_array_elements(next_agents::jsonb) WITH ORDINALITY AS ranked (next, place))
ELSE (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'agent_name', substr(next, 13),
               'expected_quality', tiny_dancer.figure_of(substr(next, 1, 3)),
               'estimated_cost', tiny_dancer.figure_of(substr(next, 4, 3)),
               'estimated_latency_ms', tiny_dancer.figure_of(substr(next, 7, 3)),
               'utility', tiny_dancer.figure_of(substr(next, 10, 3))) ORDER BY place), '[]')
    FROM string_to_table(substr(next_agents, 2), chr(1)) WITH ORDINALITY AS ranked (next, place)) END;
COMMENT ON FUNCTION tiny_dancer.alternatives_of(text, jsonb) IS
    'The agents that came next in a decision, of its columns next_agents and alternatives: an array of objects as ruvector_route returns it';

CREATE OR REPLACE FUNCTION tiny_dancer.reasoning_phrases() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
-- Rows have their numbers in them: a later one comes last, and none goes. LoggedReasoning in Java has the same.
RETURN ARRAY[
    'best %s of ', ' fitting agents, ', ' fitting agents (', ' registered), ', ' points less than ', ' points more than ',
    ' point less than ', ' point more than ', 'as good as ', ' times cheaper, ', ' times dearer, ', ' times cheaper',
    ' times dearer', ' times faster', ' times slower', ', for nothing', ', which costs nothing', ' similar requests, ',
    ' similar request, ', ' good', '; stays, which was worth ', '; leaves ', ', though staying was worth ',
    '; of a long request what looks like the task was read, ', ' word pieces', ' of the best quality, ', ' points', ', ', '; ', 'excluded by '];
COMMENT ON FUNCTION tiny_dancer.reasoning_phrases() IS
    'What stands in a reason so often that the log keeps a control character instead, chr() of its place; %s is what the caller optimised for';

CREATE OR REPLACE FUNCTION tiny_dancer.reasoning_of(reasoning text, optimize_for text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE left(reasoning, 1)
    WHEN chr(1) THEN (
        SELECT string_agg(coalesce(replace((tiny_dancer.reasoning_phrases())[ascii(letter)], '%s', optimize_for), letter), ''
                          ORDER BY place)
        FROM string_to_table(reasoning, NULL) WITH ORDINALITY AS written (letter, place))
    -- In the way of a text that begins so by itself.
    WHEN chr(2) THEN substr(reasoning, 2)
    ELSE reasoning END;
COMMENT ON FUNCTION tiny_dancer.reasoning_of(text, text) IS
    'Why an agent was chosen, in words, of the columns reasoning and optimize_for of a decision';

CREATE OR REPLACE FUNCTION tiny_dancer.new_decision_id(at timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN (SELECT (lpad(to_hex(round(date_part('epoch', at) * 1000)::bigint), 12, '0') || '7' || substr(random.id, 16, 2)
                || translate(substr(random.id, 18, 1), '13579bdf', '02468ace') || substr(random.id, 19))::uuid
        FROM (SELECT gen_random_uuid()::text AS id) AS random);
COMMENT ON FUNCTION tiny_dancer.new_decision_id(timestamptz) IS
    'A UUID of version 7 (RFC 9562) with that time in whole milliseconds, of which tiny_dancer.is_logged_later() says no; all else of it is random';

CREATE OR REPLACE FUNCTION tiny_dancer.is_logged_later(decision_id uuid) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN get_byte(uuid_send(decision_id), 7) & 1 = 1;
COMMENT ON FUNCTION tiny_dancer.is_logged_later(uuid) IS
    'Whether an engine writes this decision to the log a little later (log_decisions = async): the last bit of the first half of its id says so';

CREATE OR REPLACE FUNCTION tiny_dancer.decision_time(decision_id uuid) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_timestamp(('x' || left(translate(decision_id::text, '-', ''), 12))::bit(48)::bigint / 1000.0::float8);
COMMENT ON FUNCTION tiny_dancer.decision_time(uuid) IS
    'The time inside a UUID of version 7: decided_at of that decision, which leads to its partition';

CREATE OR REPLACE FUNCTION tiny_dancer.kind_problem(kind text, success boolean) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN kind IS NOT NULL THEN coalesce(
    tiny_dancer.one_of_problem('kind', kind,
                               ARRAY['success', 'failed', 'rate_limited', 'timeout', 'cancelled', 'wrong']),
    CASE WHEN success AND kind <> 'success'
         THEN tiny_dancer.invalid('kind', kind, 'does not agree with success := true', ARRAY['success'])
         WHEN NOT success AND kind = 'success'
         THEN tiny_dancer.invalid('kind', kind, 'does not agree with success := false',
                                  ARRAY['failed', 'rate_limited', 'timeout', 'cancelled', 'wrong']) END) END;
COMMENT ON FUNCTION tiny_dancer.kind_problem(text, boolean) IS
    'The kind of an outcome, if given, must be known, and success exactly where success is true';

CREATE OR REPLACE FUNCTION tiny_dancer.has_answered(success boolean, kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN success OR coalesce(kind = 'wrong', false);
COMMENT ON FUNCTION tiny_dancer.has_answered(boolean, text) IS
    'Whether an outcome is of an answer, good or bad, which has its price; null where nothing is known yet';

CREATE OR REPLACE FUNCTION tiny_dancer.report_options_problem(options jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN options <> '{}' THEN coalesce(
    tiny_dancer.keys_problem('options', options, ARRAY['cache_write_1h_tokens', 'images']),
    (SELECT tiny_dancer.invalid('options.' || figure.key, figure.value::text, 'must be a whole number in JSON')
     FROM jsonb_each(options) AS figure
     WHERE jsonb_typeof(figure.value) NOT IN ('number', 'null')
        OR CASE WHEN jsonb_typeof(figure.value) = 'number' THEN figure.value::numeric % 1 <> 0 END
     ORDER BY figure.key
     LIMIT 1),
    (SELECT tiny_dancer.invalid('options.' || figure.key, figure.value::text, 'must be between 0 and 1000000000')
     FROM jsonb_each(options) AS figure
     WHERE CASE WHEN jsonb_typeof(figure.value) = 'number' THEN figure.value::numeric NOT BETWEEN 0 AND 1e9 END
     ORDER BY figure.key
     LIMIT 1)) END;
COMMENT ON FUNCTION tiny_dancer.report_options_problem(jsonb) IS
    'What an outcome may say besides its arguments: cache_write_1h_tokens, those of input_tokens that the agent wrote to its cache for an hour, and images';

CREATE OR REPLACE FUNCTION tiny_dancer.token_classes_problem(
    input_tokens int,
    output_tokens int,
    cached_input_tokens int,
    cache_write_tokens int,
    reasoning_tokens int,
    cache_write_1h_tokens int
) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN cached_input_tokens > input_tokens THEN tiny_dancer.invalid(
        'cached_input_tokens', cached_input_tokens::text,
        format('must be at most input_tokens, which include them and are %s', input_tokens))
    WHEN coalesce(cached_input_tokens, 0)::bigint + cache_write_tokens > input_tokens THEN tiny_dancer.invalid(
        'cache_write_tokens', cache_write_tokens::text,
        format('must be at most input_tokens less cached_input_tokens, which is %s',
               input_tokens - coalesce(cached_input_tokens, 0)))
    WHEN coalesce(cached_input_tokens, 0)::bigint + coalesce(cache_write_tokens, 0) + cache_write_1h_tokens > input_tokens
    THEN tiny_dancer.invalid(
        'cache_write_1h_tokens', cache_write_1h_tokens::text,
        format('must be at most input_tokens less the other classes, which is %s',
               input_tokens - coalesce(cached_input_tokens, 0) - coalesce(cache_write_tokens, 0)))
    WHEN reasoning_tokens > output_tokens THEN tiny_dancer.invalid(
        'reasoning_tokens', reasoning_tokens::text,
        format('must be at most output_tokens, which include them and are %s', output_tokens)) END;
COMMENT ON FUNCTION tiny_dancer.token_classes_problem(int, int, int, int, int, int) IS
    'Tokens of a class must not be more than those that they are a part of; nothing is known where one of the two is not';

CREATE OR REPLACE FUNCTION tiny_dancer.pause_problem(retry_after_ms float8, kind text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN retry_after_ms IS NOT NULL THEN coalesce(
    tiny_dancer.figure_problem('retry_after_ms', retry_after_ms, 86400000),
    CASE WHEN kind IS DISTINCT FROM 'rate_limited'
         THEN tiny_dancer.invalid('retry_after_ms', retry_after_ms::text,
                                  'is for kind := ''rate_limited'' only') END) END;
COMMENT ON FUNCTION tiny_dancer.pause_problem(float8, text) IS
    'A pause, if given, must be of at most a day, and of an agent that limits the rate';

CREATE OR REPLACE FUNCTION tiny_dancer.not_in_log(argument text, decision_id uuid) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY[
    '22023', format('%s %s is not in the log', argument, decision_id), NULL,
    'Decisions made with tiny_dancer.log_decisions = off or in a read-only transaction are not logged.'];
COMMENT ON FUNCTION tiny_dancer.not_in_log(text, uuid) IS 'The problem of an argument that names a decision which is not in the log';

CREATE OR REPLACE FUNCTION tiny_dancer.unlogged_problem(decision_id uuid) RETURNS text[]
LANGUAGE plpgsql VOLATILE
AS $function$
BEGIN
    RETURN CASE WHEN NOT (tiny_dancer.is_logged_later(decision_id)
                          AND tiny_dancer.decision_time(decision_id)
                              BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp())
                THEN tiny_dancer.not_in_log('decision_id', decision_id) END;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.unlogged_problem(uuid) IS
    'The problem of a decision that is not in the log; null where it may still come, because an engine writes it a little later, within a minute. Whatever the session logs: reports come from elsewhere';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_record_outcome(
    decision_id uuid,
    success boolean,
    latency_ms float8 = NULL,
    cost float8 = NULL,
    input_tokens int = NULL,
    output_tokens int = NULL,
    quality float8 = NULL,
    error text = NULL,
    cached_input_tokens int = NULL,
    cache_write_tokens int = NULL,
    reasoning_tokens int = NULL,
    kind text = NULL,
    retry_after_ms float8 = NULL,
    replace boolean = false,
    options jsonb = '{}'
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- Planned with the decision's time at hand, a statement locks one partition; a plan for all times locks them all, and
-- with a hundred partitions and as many sessions PostgreSQL's table of locks is full.
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    -- A report that completes an earlier one leaves what it does not name.
    completes constant boolean := ruvector_record_outcome.replace IS NOT true;
    decision_time timestamptz;
    chosen_agent text;
    is_new boolean;
    outcome_now tiny_dancer.outcome;
    problem text[];
BEGIN
    problem := coalesce(
        tiny_dancer.given_problem('decision_id', ruvector_record_outcome.decision_id),
        tiny_dancer.given_problem('success', ruvector_record_outcome.success),
        tiny_dancer.figure_problem('latency_ms', ruvector_record_outcome.latency_ms),
        tiny_dancer.figure_problem('cost', ruvector_record_outcome.cost),
        tiny_dancer.figure_problem('input_tokens', ruvector_record_outcome.input_tokens),
        tiny_dancer.figure_problem('output_tokens', ruvector_record_outcome.output_tokens),
        tiny_dancer.figure_problem('quality', ruvector_record_outcome.quality, 1),
        tiny_dancer.figure_problem('cached_input_tokens', ruvector_record_outcome.cached_input_tokens),
        tiny_dancer.figure_problem('cache_write_tokens', ruvector_record_outcome.cache_write_tokens),
        tiny_dancer.figure_problem('reasoning_tokens', ruvector_record_outcome.reasoning_tokens),
        tiny_dancer.kind_problem(ruvector_record_outcome.kind, ruvector_record_outcome.success),
        tiny_dancer.pause_problem(ruvector_record_outcome.retry_after_ms,
                                  coalesce(ruvector_record_outcome.kind, 'rate_limited')),
        tiny_dancer.report_options_problem(ruvector_record_outcome.options));
    ${raise_problem}

    decision_time := tiny_dancer.decision_time(ruvector_record_outcome.decision_id);
    SELECT decision.agent INTO chosen_agent
    FROM tiny_dancer.decision
    WHERE decision.tenant = caller_tenant
      AND decision.decided_at = decision_time
      AND decision.decision_id = ruvector_record_outcome.decision_id;
    IF chosen_agent IS NULL THEN
        problem := tiny_dancer.unlogged_problem(ruvector_record_outcome.decision_id);
        ${raise_problem}
    END IF;

    INSERT INTO tiny_dancer.outcome (
        tenant, decided_at, decision_id, agent, success, latency_ms, cost, input_tokens, output_tokens, quality, error,
        cached_input_tokens, cache_write_tokens, reasoning_tokens, kind, retry_after_ms, cache_write_1h_tokens, images)
    VALUES (
        caller_tenant, decision_time, ruvector_record_outcome.decision_id, chosen_agent,
        ruvector_record_outcome.success, ruvector_record_outcome.latency_ms, ruvector_record_outcome.cost,
        ruvector_record_outcome.input_tokens, ruvector_record_outcome.output_tokens,
        ruvector_record_outcome.quality, ruvector_record_outcome.error, ruvector_record_outcome.cached_input_tokens,
        ruvector_record_outcome.cache_write_tokens, ruvector_record_outcome.reasoning_tokens,
        ruvector_record_outcome.kind, ruvector_record_outcome.retry_after_ms,
        (ruvector_record_outcome.options ->> 'cache_write_1h_tokens')::numeric::int,
        (ruvector_record_outcome.options ->> 'images')::numeric::int)
    ON CONFLICT (tenant, decided_at, decision_id) DO NOTHING
    RETURNING outcome.* INTO outcome_now;
    is_new := found;
    IF NOT is_new THEN
        UPDATE tiny_dancer.outcome
        SET agent = coalesce(chosen_agent, outcome.agent),
            xid = DEFAULT,
            recorded_at = CASE WHEN completes THEN outcome.recorded_at ELSE clock_timestamp() END,
            completed_at = CASE WHEN completes THEN clock_timestamp() END,
            success = ruvector_record_outcome.success,
            latency_ms = coalesce(ruvector_record_outcome.latency_ms, CASE WHEN completes THEN outcome.latency_ms END),
            cost = coalesce(ruvector_record_outcome.cost, CASE WHEN completes THEN outcome.cost END),
            input_tokens = coalesce(ruvector_record_outcome.input_tokens, CASE WHEN completes THEN outcome.input_tokens END),
            output_tokens = coalesce(ruvector_record_outcome.output_tokens, CASE WHEN completes THEN outcome.output_tokens END),
            quality = coalesce(ruvector_record_outcome.quality, CASE WHEN completes THEN outcome.quality END),
            error = coalesce(ruvector_record_outcome.error, CASE WHEN completes THEN outcome.error END),
            cached_input_tokens = coalesce(ruvector_record_outcome.cached_input_tokens,
                                           CASE WHEN completes THEN outcome.cached_input_tokens END),
            cache_write_tokens = coalesce(ruvector_record_outcome.cache_write_tokens,
                                          CASE WHEN completes THEN outcome.cache_write_tokens END),
            reasoning_tokens = coalesce(ruvector_record_outcome.reasoning_tokens,
                                        CASE WHEN completes THEN outcome.reasoning_tokens END),
            cache_write_1h_tokens = coalesce((ruvector_record_outcome.options ->> 'cache_write_1h_tokens')::numeric::int,
                                             CASE WHEN completes THEN outcome.cache_write_1h_tokens END),
            images = coalesce((ruvector_record_outcome.options ->> 'images')::numeric::int,
                              CASE WHEN completes THEN outcome.images END),
            (kind, retry_after_ms) = (
                SELECT stays.kind,
                       coalesce(ruvector_record_outcome.retry_after_ms,
                                CASE WHEN completes AND stays.kind = 'rate_limited' THEN outcome.retry_after_ms END)
                -- A kind stays with the success that it was reported with.
                FROM (SELECT coalesce(ruvector_record_outcome.kind,
                                      CASE WHEN completes AND outcome.success = ruvector_record_outcome.success
                                           THEN outcome.kind END) AS kind) AS stays)
        WHERE outcome.tenant = caller_tenant
          AND outcome.decided_at = decision_time
          AND outcome.decision_id = ruvector_record_outcome.decision_id
        RETURNING outcome.* INTO outcome_now;
    END IF;
    problem := coalesce(
        tiny_dancer.token_classes_problem(
            outcome_now.input_tokens, outcome_now.output_tokens, outcome_now.cached_input_tokens,
            outcome_now.cache_write_tokens, outcome_now.reasoning_tokens, outcome_now.cache_write_1h_tokens),
        tiny_dancer.pause_problem(outcome_now.retry_after_ms, outcome_now.kind));
    ${raise_problem}
    IF NOT is_new AND NOT completes THEN
        RAISE NOTICE 'decision % had an outcome, which is replaced', ruvector_record_outcome.decision_id;
    END IF;
    -- The snapshot of a transaction that is repeatable may be older than the reservation.
    IF current_setting('transaction_isolation') <> 'read committed' OR EXISTS (
        SELECT FROM tiny_dancer.reservation
        WHERE reservation.tenant = caller_tenant
          AND reservation.decision_id = ruvector_record_outcome.decision_id) THEN
        INSERT INTO tiny_dancer.outcome_report (tenant, decision_id, success, cost)
        VALUES (caller_tenant, ruvector_record_outcome.decision_id,
                tiny_dancer.has_answered(outcome_now.success, outcome_now.kind),
                coalesce(outcome_now.cost, outcome_now.computed_cost));
    END IF;
    RETURN is_new;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_record_outcome(
    uuid, boolean, float8, float8, int, int, float8, text, int, int, int, text, float8, boolean, jsonb) IS
    'Records what came of a decision; true the first time, false when it completes an earlier report: what it does not name stays, unless replace is true. input_tokens include cached_input_tokens and cache_write_tokens, output_tokens include reasoning_tokens; without a cost they are what it costs, by the prices that held at the decision. options may have images, and cache_write_1h_tokens for those of input_tokens that are kept for an hour. kind: success where success is true, else failed, rate_limited (retry_after_ms, at most a day, says for how long), timeout, cancelled, or wrong for an answer that is no good. Errors: 22004; 22023 also for a decision that is not in the log';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_record_feedback(
    decision_id uuid,
    quality float8,
    source text = 'user',
    weight float8 = 1,
    comment text = NULL,
    options jsonb = '{}'
) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- As ruvector_record_outcome.
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    given_source constant text := coalesce(ruvector_record_feedback.source, 'user');
    given_weight constant float8 := coalesce(ruvector_record_feedback.weight, 1);
    decision_time timestamptz;
    problem text[];
BEGIN
    problem := coalesce(
        tiny_dancer.given_problem('decision_id', ruvector_record_feedback.decision_id),
        tiny_dancer.given_problem('quality', ruvector_record_feedback.quality),
        tiny_dancer.figure_problem('quality', ruvector_record_feedback.quality, 1),
        tiny_dancer.text_problem('source', given_source, 200),
        tiny_dancer.figure_problem('weight', given_weight),
        CASE WHEN given_weight = 0 THEN tiny_dancer.invalid('weight', '0', 'must be more than 0') END,
        CASE WHEN length(ruvector_record_feedback.comment) > 10000
             THEN tiny_dancer.invalid('comment', ruvector_record_feedback.comment,
                                      format('must have at most 10000 characters but has %s',
                                             length(ruvector_record_feedback.comment))) END,
        tiny_dancer.options_problem(ruvector_record_feedback.options));
    ${raise_problem}

    decision_time := tiny_dancer.decision_time(ruvector_record_feedback.decision_id);
    IF NOT EXISTS (
        SELECT FROM tiny_dancer.decision
        WHERE decision.tenant = caller_tenant
          AND decision.decided_at = decision_time
          AND decision.decision_id = ruvector_record_feedback.decision_id) THEN
        problem := tiny_dancer.unlogged_problem(ruvector_record_feedback.decision_id);
        ${raise_problem}
    END IF;
    INSERT INTO tiny_dancer.feedback (tenant, decided_at, decision_id, source, quality, weight, comment)
    VALUES (caller_tenant, decision_time, ruvector_record_feedback.decision_id, given_source,
            ruvector_record_feedback.quality, given_weight, ruvector_record_feedback.comment);
    RETURN (SELECT count(*)
            FROM tiny_dancer.feedback
            WHERE feedback.tenant = caller_tenant
              AND feedback.decided_at = decision_time
              AND feedback.decision_id = ruvector_record_feedback.decision_id);
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_record_feedback(uuid, float8, text, float8, text, jsonb) IS
    'Records a judgement of an answer, in [0, 1]; the number of judgements of this decision. As many as there are, at any time while the decision is in the log, with or without an outcome. Those of one source count as their mean by weight; sources, and the quality of the outcome with the weight 1, count by their mean weights. Errors: 22004; 22023 also for a decision that is not in the log';

CREATE OR REPLACE VIEW tiny_dancer.judgement AS
SELECT source.tenant,
       source.decided_at,
       source.decision_id,
       sum(source.weight) AS weight,
       sum(source.weight * source.quality) / sum(source.weight) AS quality
FROM (
    SELECT feedback.tenant, feedback.decided_at, feedback.decision_id, avg(feedback.weight) AS weight,
           sum(feedback.weight * feedback.quality) / sum(feedback.weight) AS quality
    FROM tiny_dancer.feedback
    GROUP BY feedback.tenant, feedback.decided_at, feedback.decision_id, feedback.source
) AS source
GROUP BY source.tenant, source.decided_at, source.decision_id;
COMMENT ON VIEW tiny_dancer.judgement IS
    'What all judgements of a decision come to: each source has one voice, of the mean weight of its judgements';
COMMENT ON COLUMN tiny_dancer.judgement.tenant IS 'Whose request';
COMMENT ON COLUMN tiny_dancer.judgement.decided_at IS 'When it was decided';
COMMENT ON COLUMN tiny_dancer.judgement.decision_id IS 'The decision';
COMMENT ON COLUMN tiny_dancer.judgement.weight IS 'Of all sources together';
COMMENT ON COLUMN tiny_dancer.judgement.quality IS 'How good the answer was, in [0, 1]';

CREATE OR REPLACE FUNCTION tiny_dancer.feedback_on(tenant text, decided_at timestamptz, decision_id uuid)
RETURNS TABLE (weight float8, quality float8)
LANGUAGE sql STABLE
AS $function$
    SELECT judgement.weight, judgement.quality
    FROM tiny_dancer.judgement
    WHERE judgement.tenant = feedback_on.tenant
      AND judgement.decided_at = feedback_on.decided_at
      AND judgement.decision_id = feedback_on.decision_id
$function$;
COMMENT ON FUNCTION tiny_dancer.feedback_on(text, timestamptz, uuid) IS
    'What all judgements of a decision come to; no row where there are none. Joined in this way, only those of the decision are read';

CREATE OR REPLACE FUNCTION tiny_dancer.judged(reported float8, weight float8, quality float8) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN weight IS NULL THEN reported
            WHEN reported IS NULL THEN quality
            ELSE (reported + weight * quality) / (1 + weight) END;
COMMENT ON FUNCTION tiny_dancer.judged(float8, float8, float8) IS
    'The quality that an outcome reports together with what tiny_dancer.feedback_on says; null where nobody has judged';

-- The planner takes the three columns for independent, and the outcomes that have a decision for hardly any: it would read
-- the whole log to join it with the latest of them. So each is looked up.
CREATE OR REPLACE VIEW tiny_dancer.evidence AS
SELECT outcome.tenant,
       outcome.decided_at,
       outcome.decision_id,
       outcome.xid,
       outcome.recorded_at,
       coalesce(outcome.agent, decision.agent) AS agent,
       outcome.success,
       outcome.quality,
       outcome.latency_ms,
       coalesce(outcome.cost, outcome.computed_cost) AS cost,
       coalesce(outcome.input_tokens, decision.input_tokens) AS input_tokens,
       outcome.output_tokens,
       decision.category,
       decision.embedding,
       decision.difficulty,
       CASE coalesce(tiny_dancer.kind_of(outcome.kind, outcome.success, outcome.error), 'failed')
           WHEN 'success' THEN coalesce(tiny_dancer.judged(outcome.quality, feedback.weight, feedback.quality), 1)
           WHEN 'wrong' THEN coalesce(tiny_dancer.judged(outcome.quality, feedback.weight, feedback.quality), 0)
           WHEN 'cancelled' THEN feedback.quality
           WHEN 'failed' THEN 0
           WHEN 'timeout' THEN 0
       END AS good,
       outcome.agent IS NULL AND decision.agent IS NOT NULL AS is_unadopted
FROM tiny_dancer.outcome
LEFT JOIN LATERAL tiny_dancer.feedback_on(outcome.tenant, outcome.decided_at, outcome.decision_id) AS feedback ON true
LEFT JOIN LATERAL (
    SELECT decision.agent, decision.input_tokens, decision.category, decision.embedding, decision.difficulty
    FROM tiny_dancer.decision
    WHERE decision.tenant = outcome.tenant
      AND decision.decided_at = outcome.decided_at
      AND decision.decision_id = outcome.decision_id
    OFFSET 0
) AS decision ON true;
COMMENT ON VIEW tiny_dancer.evidence IS
    'What predictions learn from: outcomes with what was known of their requests. What is new since a reading has an xid of at least the pg_snapshot_xmin(pg_current_snapshot()) of that reading, and below the pg_snapshot_xmax of the present one: a higher one was given by another cluster';
COMMENT ON COLUMN tiny_dancer.evidence.tenant IS 'Whose request';
COMMENT ON COLUMN tiny_dancer.evidence.decided_at IS 'When it was decided, or recorded where there was no decision';
COMMENT ON COLUMN tiny_dancer.evidence.decision_id IS 'The decision; a row that comes again with the same one replaces the earlier; null for an outcome without one';
COMMENT ON COLUMN tiny_dancer.evidence.xid IS 'The transaction that last wrote the outcome';
COMMENT ON COLUMN tiny_dancer.evidence.recorded_at IS 'When the outcome was recorded';
COMMENT ON COLUMN tiny_dancer.evidence.agent IS 'Who answered; null while the decision is not written yet';
COMMENT ON COLUMN tiny_dancer.evidence.success IS 'Whether there was a good answer';
COMMENT ON COLUMN tiny_dancer.evidence.quality IS 'How good the answer was, in [0, 1], where it was judged';
COMMENT ON COLUMN tiny_dancer.evidence.latency_ms IS 'How long it took, in milliseconds';
COMMENT ON COLUMN tiny_dancer.evidence.cost IS 'What it cost, in US dollars';
COMMENT ON COLUMN tiny_dancer.evidence.input_tokens IS 'Length of the request, by the agent''s count or else by the engine''s';
COMMENT ON COLUMN tiny_dancer.evidence.output_tokens IS 'Length of the answer';
COMMENT ON COLUMN tiny_dancer.evidence.category IS 'The request''s category; null without a decision by the engine';
COMMENT ON COLUMN tiny_dancer.evidence.embedding IS 'The request''s quantised embedding; null without a decision by the engine';
COMMENT ON COLUMN tiny_dancer.evidence.difficulty IS 'How difficult the request looked by its text, in logits; null without a decision by the engine';
COMMENT ON COLUMN tiny_dancer.evidence.is_unadopted IS 'Whether the outcome lacks its agent though its decision is written: it came before that, in a transaction that ended after it (log_decisions = async); for tiny_dancer.adopt_early_outcomes';
COMMENT ON COLUMN tiny_dancer.evidence.good IS 'How good an answer the request has got, in [0, 1]: what it was judged, else 1 for a success and 0 for everything else; 0 where there was none. Null for rate_limited, and for cancelled unless there is feedback: that tells nothing of answers';

CREATE OR REPLACE VIEW tiny_dancer.lone_feedback AS
SELECT judged.tenant,
       judged.decided_at,
       judged.decision_id,
       NULL::xid8 AS xid,
       judged.recorded_at,
       decision.agent,
       NULL::boolean AS success,
       NULL::float8 AS quality,
       NULL::float8 AS latency_ms,
       NULL::float8 AS cost,
       decision.input_tokens,
       NULL::int AS output_tokens,
       decision.category,
       decision.embedding,
       decision.difficulty,
       feedback.quality AS good,
       false AS is_unadopted
FROM (
    SELECT feedback.tenant, feedback.decided_at, feedback.decision_id, min(feedback.recorded_at) AS recorded_at
    FROM tiny_dancer.feedback
    GROUP BY feedback.tenant, feedback.decided_at, feedback.decision_id
) AS judged
CROSS JOIN LATERAL (
    SELECT decision.agent, decision.input_tokens, decision.category, decision.embedding, decision.difficulty
    FROM tiny_dancer.decision
    WHERE decision.tenant = judged.tenant
      AND decision.decided_at = judged.decided_at
      AND decision.decision_id = judged.decision_id
    OFFSET 0
) AS decision
CROSS JOIN LATERAL tiny_dancer.feedback_on(judged.tenant, judged.decided_at, judged.decision_id) AS feedback
WHERE NOT EXISTS (
    SELECT FROM tiny_dancer.outcome
    WHERE outcome.tenant = judged.tenant
      AND outcome.decided_at = judged.decided_at
      AND outcome.decision_id = judged.decision_id
    OFFSET 0);
COMMENT ON VIEW tiny_dancer.lone_feedback IS
    'Judgements of decisions that have no outcome yet, in the form of tiny_dancer.evidence';
COMMENT ON COLUMN tiny_dancer.lone_feedback.tenant IS 'Whose request';
COMMENT ON COLUMN tiny_dancer.lone_feedback.decided_at IS 'When it was decided';
COMMENT ON COLUMN tiny_dancer.lone_feedback.decision_id IS 'The decision';
COMMENT ON COLUMN tiny_dancer.lone_feedback.xid IS 'Null: there is no outcome';
COMMENT ON COLUMN tiny_dancer.lone_feedback.recorded_at IS 'When the first judgement was given';
COMMENT ON COLUMN tiny_dancer.lone_feedback.agent IS 'Who answered';
COMMENT ON COLUMN tiny_dancer.lone_feedback.success IS 'Null: not reported';
COMMENT ON COLUMN tiny_dancer.lone_feedback.quality IS 'Null: not reported';
COMMENT ON COLUMN tiny_dancer.lone_feedback.latency_ms IS 'Null: not reported';
COMMENT ON COLUMN tiny_dancer.lone_feedback.cost IS 'Null: not reported';
COMMENT ON COLUMN tiny_dancer.lone_feedback.input_tokens IS 'Length of the request by the engine''s count';
COMMENT ON COLUMN tiny_dancer.lone_feedback.output_tokens IS 'Null: not reported';
COMMENT ON COLUMN tiny_dancer.lone_feedback.category IS 'The request''s category';
COMMENT ON COLUMN tiny_dancer.lone_feedback.embedding IS 'The request''s quantised embedding';
COMMENT ON COLUMN tiny_dancer.lone_feedback.difficulty IS 'How difficult the request looked by its text, in logits';
COMMENT ON COLUMN tiny_dancer.lone_feedback.is_unadopted IS 'False: there is no outcome';
COMMENT ON COLUMN tiny_dancer.lone_feedback.good IS 'What the judgements come to, in [0, 1]';

-- Not the lowest transaction that ran then, for one that stays open would have everything since it began be read again and
-- again; of those that ran, only one that has ended can have brought something.
CREATE OR REPLACE FUNCTION tiny_dancer.first_unseen(read_before pg_snapshot) RETURNS xid8
LANGUAGE sql STABLE
RETURN least(
    pg_snapshot_xmax(read_before),
    (SELECT running
     FROM pg_snapshot_xip(read_before) AS running
     WHERE pg_visible_in_snapshot(running, pg_current_snapshot())
     ORDER BY running
     LIMIT 1),
    pg_current_xact_id_if_assigned());
COMMENT ON FUNCTION tiny_dancer.first_unseen(pg_snapshot) IS
    'The first transaction that can have written what is seen now, and was not by this snapshot';

CREATE OR REPLACE FUNCTION tiny_dancer.evidence_since(read_before pg_snapshot) RETURNS SETOF tiny_dancer.evidence
LANGUAGE plpgsql STABLE
-- It looks at the index of every partition, each time the same way: planning that takes longer than doing it, and a plan for
-- snapshots in general rather reads them all. Before 18 a table that can only be read as a whole then seems so dear that
-- PostgreSQL compiles the statement, a second for each call.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET max_parallel_workers_per_gather = 0
SET jit = off
AS $function$
DECLARE
    first_xid constant xid8 := tiny_dancer.first_unseen(read_before);
    judged_tenants text[];
    judged_times timestamptz[];
    judged_ids uuid[];
BEGIN
    RETURN QUERY
        SELECT *
        FROM tiny_dancer.evidence
        WHERE evidence.xid >= first_xid
          AND evidence.xid < pg_snapshot_xmax(pg_current_snapshot())
          AND NOT pg_visible_in_snapshot(evidence.xid, read_before);
    -- Asked apart, because most polls end here: a plan makes all partitions ready for what it then does not look at.
    SELECT array_agg(feedback.tenant), array_agg(feedback.decided_at), array_agg(feedback.decision_id)
    INTO judged_tenants, judged_times, judged_ids
    FROM tiny_dancer.feedback
    WHERE feedback.xid >= first_xid
      AND feedback.xid < pg_snapshot_xmax(pg_current_snapshot())
      AND NOT pg_visible_in_snapshot(feedback.xid, read_before);
    IF judged_ids IS NOT NULL THEN
        RETURN QUERY
            SELECT known.*
            FROM (SELECT DISTINCT * FROM unnest(judged_tenants, judged_times, judged_ids)) AS fresh (tenant, decided_at, decision_id)
            CROSS JOIN LATERAL (
                SELECT * FROM tiny_dancer.evidence
                WHERE evidence.tenant = fresh.tenant
                  AND evidence.decided_at = fresh.decided_at
                  AND evidence.decision_id = fresh.decision_id
                UNION ALL
                SELECT * FROM tiny_dancer.lone_feedback
                WHERE lone_feedback.tenant = fresh.tenant
                  AND lone_feedback.decided_at = fresh.decided_at
                  AND lone_feedback.decision_id = fresh.decision_id
            ) AS known;
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.evidence_since(pg_snapshot) IS
    'The evidence that this snapshot did not see, and all that is known of decisions with feedback that it did not see; for engines, which ask several times a second';

CREATE OR REPLACE FUNCTION tiny_dancer.outcomes_since(read_before pg_snapshot) RETURNS SETOF tiny_dancer.counted_outcome
LANGUAGE plpgsql STABLE
-- As tiny_dancer.evidence_since().
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET max_parallel_workers_per_gather = 0
SET jit = off
AS $function$
DECLARE
    first_xid constant xid8 := tiny_dancer.first_unseen(read_before);
BEGIN
    RETURN QUERY
        SELECT outcome.tenant, outcome.decision_id, outcome.completed_at IS NOT NULL AS completes, outcome.agent,
               coalesce(tiny_dancer.kind_of(outcome.kind, outcome.success, outcome.error), 'failed') AS kind,
               outcome.latency_ms, coalesce(outcome.cost, outcome.computed_cost) AS cost, outcome.input_tokens,
               outcome.output_tokens
        FROM tiny_dancer.outcome
        WHERE outcome.xid >= first_xid
          AND outcome.xid < pg_snapshot_xmax(pg_current_snapshot())
          AND NOT pg_visible_in_snapshot(outcome.xid, read_before)
          AND outcome.agent IS NOT NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.outcomes_since(pg_snapshot) IS
    'The outcomes that this snapshot did not see, those that have changed since among them; for the metrics of engines';

CREATE OR REPLACE FUNCTION tiny_dancer.adopt_early_outcomes(decision_ids uuid[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    adopted bigint;
BEGIN
    -- The primary's engines do it there.
    IF pg_is_in_recovery() THEN
        RETURN 0;
    END IF;
    WITH changed AS (
        UPDATE tiny_dancer.outcome
        SET agent = decision.agent,
            xid = DEFAULT
        FROM unnest(decision_ids) AS written (decision_id)
        JOIN tiny_dancer.decision
          ON decision.decided_at = tiny_dancer.decision_time(written.decision_id)
         AND decision.decision_id = written.decision_id
        WHERE outcome.agent IS NULL
          AND outcome.tenant = decision.tenant
          AND outcome.decided_at = decision.decided_at
          AND outcome.decision_id = decision.decision_id
        RETURNING outcome.tenant, outcome.decision_id, tiny_dancer.has_answered(outcome.success, outcome.kind) AS answered,
                  outcome.computed_cost
    ), reported AS (
        -- Only now is it known by whose prices they are booked.
        INSERT INTO tiny_dancer.outcome_report (tenant, decision_id, success, cost)
        SELECT changed.tenant, changed.decision_id, changed.answered, changed.computed_cost
        FROM changed
        JOIN tiny_dancer.reservation
          ON reservation.tenant = changed.tenant AND reservation.decision_id = changed.decision_id
        WHERE changed.computed_cost IS NOT NULL
    )
    SELECT count(*) INTO adopted FROM changed;
    RETURN adopted;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.adopt_early_outcomes(uuid[]) IS
    'Gives outcomes that came before their decision was written (log_decisions = async) their agent; for the engine, after it has written those decisions, and when it then meets such an outcome. Returns their number';

CREATE OR REPLACE FUNCTION tiny_dancer.log_kept_from() RETURNS timestamptz
LANGUAGE sql STABLE
RETURN date_trunc('day', now() - tiny_dancer.setting_of('log_retention')::interval, 'UTC');
COMMENT ON FUNCTION tiny_dancer.log_kept_from() IS
    'The beginning of the first day (UTC) that the log still has, by the setting log_retention';

CREATE OR REPLACE FUNCTION tiny_dancer.missing_partitions() RETURNS TABLE (parent text, day timestamptz, child text)
LANGUAGE sql STABLE
AS $function$
    WITH wanted AS (
        SELECT log.parent, date_trunc('day', now(), 'UTC') + make_interval(days => ahead) AS day
        FROM (VALUES ('decision'), ('outcome')) AS log (parent)
        CROSS JOIN generate_series(0, tiny_dancer.setting_of('log_partitions_ahead')::int) AS ahead
        UNION
        SELECT 'decision', date_trunc('day', decided_at, 'UTC') FROM tiny_dancer.decision_default
        UNION
        SELECT 'outcome', date_trunc('day', decided_at, 'UTC') FROM tiny_dancer.outcome_default
    )
    SELECT wanted.parent, wanted.day, named.child
    FROM wanted
    CROSS JOIN LATERAL (
        SELECT wanted.parent || to_char(wanted.day AT TIME ZONE 'UTC', '"_"YYYYMMDD') AS child
    ) AS named
    WHERE wanted.day >= tiny_dancer.log_kept_from() AND to_regclass('tiny_dancer.' || named.child) IS NULL
    ORDER BY wanted.parent, wanted.day
$function$;
COMMENT ON FUNCTION tiny_dancer.missing_partitions() IS
    'The days to come, and those of which the default partition has rows, that have no partition of decision or outcome yet';

CREATE OR REPLACE FUNCTION tiny_dancer.maintain_log() RETURNS TABLE (partition_name text, action text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- Whoever wants a table for which this waits, waits behind it; and what others and this wait for each other for must end
-- before PostgreSQL looks for deadlocks (deadlock_timeout, 1 s), which fails one of them.
SET lock_timeout = '200ms'
AS $function$
DECLARE
    parent text;
    day timestamptz;
    child text;
BEGIN
    -- Two who maintain at the same time would make the same partitions; the second has nothing left to do.
    IF NOT pg_try_advisory_xact_lock('tiny_dancer.decision'::regclass::oid::int, 0) THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM tiny_dancer.missing_partitions()) THEN
        BEGIN
            -- Attaching needs them. Both at once, before anything is done that another could wait for.
            LOCK TABLE tiny_dancer.decision_default, tiny_dancer.outcome_default IN ACCESS EXCLUSIVE MODE;
        EXCEPTION WHEN lock_not_available THEN
            RETURN QUERY SELECT missing.child, 'in the way of others, to be made next time'
                         FROM tiny_dancer.missing_partitions() AS missing;
            RETURN;
        END;
    END IF;
    FOR parent, day, child IN SELECT * FROM tiny_dancer.missing_partitions() LOOP
        -- Made apart, filled and then attached: CREATE ... PARTITION OF would shut out every writer, and is not allowed
        -- while the default partition has rows of that day.
        EXECUTE format('CREATE TABLE tiny_dancer.%I (LIKE tiny_dancer.%I INCLUDING ALL)', child, parent);
        EXECUTE format('ALTER TABLE tiny_dancer.%I ENABLE ROW LEVEL SECURITY', child);
        IF parent = 'outcome' THEN
            EXECUTE format('ALTER TABLE tiny_dancer.%I REPLICA IDENTITY FULL', child);
        END IF;
        EXECUTE format(
            'WITH moved AS (DELETE FROM tiny_dancer.%I WHERE decided_at >= $1 AND decided_at < $2 RETURNING *)
             INSERT INTO tiny_dancer.%I SELECT * FROM moved',
            parent || '_default', child) USING day, day + interval '1 day';
        EXECUTE format(
            'ALTER TABLE tiny_dancer.%I ATTACH PARTITION tiny_dancer.%I FOR VALUES FROM (%L) TO (%L)',
            parent, child, day, day + interval '1 day');
        partition_name := child;
        action := 'made';
        RETURN NEXT;
    END LOOP;
    FOREACH parent IN ARRAY ARRAY['decision', 'outcome'] LOOP
        FOR child IN
            SELECT relname
            FROM pg_inherits
            JOIN pg_class ON pg_class.oid = inhrelid
            WHERE inhparent = ('tiny_dancer.' || parent)::regclass
              AND relname ~ ('^' || parent || '_[0-9]{8}$')
              AND to_date(right(relname, 8), 'YYYYMMDD') < (tiny_dancer.log_kept_from() AT TIME ZONE 'UTC')::date
            ORDER BY relname
        LOOP
            BEGIN
                EXECUTE format('DROP TABLE tiny_dancer.%I', child);
                partition_name := child;
                action := 'dropped';
                RETURN NEXT;
            EXCEPTION WHEN lock_not_available THEN
                partition_name := child;
                action := 'in use, to be dropped next time';
                RETURN NEXT;
                EXIT;
            END;
        END LOOP;
        EXECUTE format('DELETE FROM tiny_dancer.%I WHERE decided_at < $1', parent || '_default')
            USING tiny_dancer.log_kept_from();
    END LOOP;
    DELETE FROM tiny_dancer.feedback WHERE decided_at < tiny_dancer.log_kept_from();
    DELETE FROM tiny_dancer.attempt WHERE decided_at < tiny_dancer.log_kept_from();
END
$function$;
COMMENT ON FUNCTION tiny_dancer.maintain_log() IS
    'Makes the log''s partitions for the days of the setting log_partitions_ahead, moves rows out of the default partition, drops days older than log_retention. To be called every few hours, as the engine does; says what it did';

CREATE OR REPLACE FUNCTION tiny_dancer.describe_partitions() RETURNS int
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    part regclass;
    column_name name;
    description text;
    described int := 0;
BEGIN
    FOR part, column_name, description IN
        SELECT inhrelid, own.attname, col_description(inhparent, inherited.attnum)
        FROM pg_inherits
        JOIN pg_attribute AS own ON own.attrelid = inhrelid AND own.attnum > 0 AND NOT own.attisdropped
        JOIN pg_attribute AS inherited ON inherited.attrelid = inhparent AND inherited.attname = own.attname
        WHERE inhparent IN ('tiny_dancer.decision'::regclass, 'tiny_dancer.outcome'::regclass)
          AND col_description(inhrelid, own.attnum) <> col_description(inhparent, inherited.attnum)
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', part, column_name, description);
        described := described + 1;
    END LOOP;
    RETURN described;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.describe_partitions() IS
    'Gives the log''s partitions the comments that their tables have got since they were made; returns how many were others';

-- Not STRICT, which would keep PostgreSQL from putting it into the statements that call it for every row.
CREATE OR REPLACE FUNCTION tiny_dancer.latency_bucket(latency_ms float8) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN latency_ms < 0.01 THEN 0 ELSE floor(ln(latency_ms * 100) / ln(1.02::float8))::int + 1 END;
COMMENT ON FUNCTION tiny_dancer.latency_bucket(float8) IS
    'The place of a latency in a histogram whose bucket n from 1 on covers 0.01 ms times 1.02 to the power of n - 1 up to n; bucket 0 is below';

CREATE OR REPLACE FUNCTION tiny_dancer.latency_of_bucket(bucket int) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN bucket = 0 THEN 0 ELSE 0.01 * power(1.02::float8, bucket - 0.5) END;
COMMENT ON FUNCTION tiny_dancer.latency_of_bucket(int) IS
    'The geometric middle of a bucket in milliseconds, at most 1 percent from every latency in it';

CREATE OR REPLACE VIEW tiny_dancer.log_write AS
SELECT decision.decided_at, decision.xid FROM tiny_dancer.decision
UNION ALL
SELECT outcome.decided_at, outcome.xid FROM tiny_dancer.outcome
UNION ALL
SELECT feedback.decided_at, feedback.xid FROM tiny_dancer.feedback
UNION ALL
-- Which is no longer the last attempt.
SELECT tiny_dancer.decision_time(attempt.first_decision), attempt.xid FROM tiny_dancer.attempt;
COMMENT ON VIEW tiny_dancer.log_write IS 'What changes the sums of an hour';
COMMENT ON COLUMN tiny_dancer.log_write.decided_at IS 'A time within that hour';
COMMENT ON COLUMN tiny_dancer.log_write.xid IS 'The transaction that wrote it';

CREATE OR REPLACE FUNCTION tiny_dancer.roll_up() RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- As tiny_dancer.evidence_since().
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET jit = off
AS $function$
DECLARE
    -- What has been added up by then is kept, however many hours are left for the next time.
    enough constant timestamptz := clock_timestamp() + interval '20 seconds';
    -- Taken before anything is read: what commits later is read again the next time.
    next_added_up constant pg_snapshot := pg_current_snapshot();
    next_hours_before constant timestamptz := date_trunc('hour', now(), 'UTC');
    cluster constant bigint := (SELECT system_identifier FROM pg_control_system());
    first_xid xid8;
    -- A row that is visible has a lower number than this, unless another cluster gave it. Such a row came by a dump, and
    -- would look as if it had just been written until this cluster's counter has caught up.
    transactions_end xid8 := pg_snapshot_xmax(next_added_up);
    recorded_since timestamptz := timestamptz 'infinity';
    done tiny_dancer.rollup_progress;
    next_hour timestamptz;
    hours int := 0;
BEGIN
    SELECT * INTO done FROM tiny_dancer.rollup_progress FOR UPDATE SKIP LOCKED;
    IF NOT found THEN
        RETURN 0;
    END IF;
    IF done.system_identifier = cluster THEN
        first_xid := tiny_dancer.first_unseen(done.added_up);
    ELSE
        -- Restored since then: what the other cluster had not added up has its numbers, what came since has none of
        -- them but was recorded after those hours.
        first_xid := pg_snapshot_xmin(done.added_up);
        transactions_end := '18446744073709551615';
        recorded_since := done.hours_before;
    END IF;
    -- While no hour has ended there is nothing to look for by time, and an index by time has no exact end.
    INSERT INTO tiny_dancer.changed_hour (hour)
    SELECT date_trunc('hour', decided_at, 'UTC') FROM tiny_dancer.decision
    WHERE done.hours_before < next_hours_before
      AND decided_at >= done.hours_before AND decided_at < next_hours_before
    UNION
    SELECT date_trunc('hour', decided_at, 'UTC') FROM tiny_dancer.outcome
    WHERE done.hours_before < next_hours_before
      AND decided_at >= done.hours_before AND decided_at < next_hours_before
    UNION
    SELECT date_trunc('hour', written.decided_at, 'UTC') FROM tiny_dancer.log_write AS written
    WHERE written.xid >= first_xid AND written.xid < transactions_end
      AND NOT pg_visible_in_snapshot(written.xid, done.added_up) AND written.decided_at < next_hours_before
    UNION
    SELECT date_trunc('hour', decided_at, 'UTC') FROM tiny_dancer.outcome
    WHERE recorded_since < 'infinity' AND decided_at < next_hours_before
      AND greatest(recorded_at, completed_at) >= recorded_since
    UNION
    SELECT date_trunc('hour', decided_at, 'UTC') FROM tiny_dancer.feedback
    WHERE recorded_since < 'infinity' AND decided_at < next_hours_before AND recorded_at >= recorded_since
    ON CONFLICT DO NOTHING;
    UPDATE tiny_dancer.rollup_progress
    SET hours_before = greatest(next_hours_before, done.hours_before),
        added_up = next_added_up,
        system_identifier = cluster;
    LOOP
        DELETE FROM tiny_dancer.changed_hour
        WHERE changed_hour.hour = (SELECT max(changed.hour) FROM tiny_dancer.changed_hour AS changed)
        RETURNING changed_hour.hour INTO next_hour;
        EXIT WHEN NOT found;
        PERFORM tiny_dancer.roll_up_hour(next_hour);
        hours := hours + 1;
        EXIT WHEN clock_timestamp() > enough;
    END LOOP;
    RETURN hours;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.roll_up() IS
    'Adds up the hours that are over, and again those in which something was written since, the latest first, for 20 seconds; those that are left stand in tiny_dancer.changed_hour. Returns their number, 0 when nothing is left or somebody else is at it';

CREATE OR REPLACE FUNCTION tiny_dancer.log_sums(
    since timestamptz,
    before timestamptz,
    only_tenant text = NULL,
    only_group_by text = NULL
) RETURNS TABLE (
    tenant text,
    group_by text,
    group_key text,
    total_requests bigint,
    completed_requests bigint,
    successes bigint,
    total_cost float8,
    latency_sum_ms float8,
    latencies bigint,
    p99_bucket int,
    latency_buckets int[],
    latency_counts int[],
    cancelled_requests bigint,
    attempts bigint,
    quality_sum float8,
    judged bigint,
    cost_of_best float8,
    cost_of_dearest float8
)
LANGUAGE plpgsql STABLE
-- Planned with the times and the grouping at hand, so that only their partitions are opened and only its keys are made.
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH chain AS MATERIALIZED (
            -- Of the few requests with several attempts; these are within a day.
            SELECT attempt.tenant, attempt.decision_id, true AS is_retry,
                   attempt.attempt < max(attempt.attempt) OVER (PARTITION BY attempt.tenant, attempt.first_decision)
                   AS is_superseded
            FROM tiny_dancer.attempt
            WHERE attempt.decided_at >= since AND attempt.decided_at < before + interval '1 day'
              AND (only_tenant IS NULL OR attempt.tenant = only_tenant)
            UNION ALL
            SELECT DISTINCT attempt.tenant, attempt.first_decision, false, true
            FROM tiny_dancer.attempt
            WHERE attempt.decided_at >= since AND attempt.decided_at < before + interval '1 day'
              AND (only_tenant IS NULL OR attempt.tenant = only_tenant)
        ), judgement AS MATERIALIZED (
            SELECT combined.tenant, combined.decision_id, combined.weight, combined.quality
            FROM tiny_dancer.judgement AS combined
            WHERE combined.decided_at >= since AND combined.decided_at < before
              AND (only_tenant IS NULL OR combined.tenant = only_tenant)
        ), request AS (
            SELECT decision.tenant, decision.agent, decision.category, decision.tags, outcome.success,
                   outcome.kind = 'cancelled' AS is_cancelled,
                   tiny_dancer.bounded(outcome.latency_ms) AS latency_ms,
                   tiny_dancer.bounded(tiny_dancer.booked_cost(
                       outcome.cost, outcome.computed_cost, outcome.success, outcome.kind, decision.estimated_cost)) AS cost,
                   coalesce(chain.is_retry, false) AS is_retry,
                   coalesce(chain.is_superseded, false) AS is_superseded,
                   coalesce(tiny_dancer.judged(outcome.quality, judgement.weight, judgement.quality),
                            CASE WHEN outcome.kind = 'wrong' THEN 0 END) AS quality,
                   -- The agent itself costs what it did cost.
                   CASE WHEN chain.is_retry THEN 0 ELSE tiny_dancer.bounded(coalesce(
                       nullif(decision.cost_of_best, decision.estimated_cost), outcome.cost, outcome.computed_cost,
                       decision.estimated_cost)) END
                   AS cost_of_best,
                   CASE WHEN chain.is_retry THEN 0 ELSE tiny_dancer.bounded(coalesce(
                       nullif(decision.cost_of_dearest, decision.estimated_cost), outcome.cost, outcome.computed_cost,
                       decision.estimated_cost)) END
                   AS cost_of_dearest
            FROM tiny_dancer.decision
            LEFT JOIN chain ON chain.tenant = decision.tenant AND chain.decision_id = decision.decision_id
            LEFT JOIN judgement ON judgement.tenant = decision.tenant AND judgement.decision_id = decision.decision_id
            LEFT JOIN tiny_dancer.outcome
              ON outcome.tenant = decision.tenant
             AND outcome.decided_at = decision.decided_at
             AND outcome.decision_id = decision.decision_id
             AND outcome.decided_at >= since
             AND outcome.decided_at < before
            WHERE decision.decided_at >= since
              AND decision.decided_at < before
              AND (only_tenant IS NULL OR decision.tenant = only_tenant)
            UNION ALL
            SELECT outcome.tenant, outcome.agent, NULL, NULL, outcome.success, false,
                   tiny_dancer.bounded(outcome.latency_ms), tiny_dancer.bounded(outcome.cost), false, false,
                   outcome.quality, tiny_dancer.bounded(outcome.cost), tiny_dancer.bounded(outcome.cost)
            FROM tiny_dancer.outcome
            WHERE outcome.decision_id IS NULL
              AND outcome.decided_at >= since
              AND outcome.decided_at < before
              AND (only_tenant IS NULL OR outcome.tenant = only_tenant)
        ), bucket AS (
            SELECT request.tenant, key.group_by, key.group_key,
                   tiny_dancer.latency_bucket(request.latency_ms) AS latency_bucket,
                   count(*) AS requests, count(*) FILTER (WHERE request.is_retry) AS retries,
                   count(request.success) FILTER (WHERE request.is_cancelled IS NOT true AND counted.with_outcome) AS completed,
                   count(*) FILTER (WHERE request.is_cancelled) AS cancelled,
                   count(*) FILTER (WHERE request.success AND counted.with_outcome) AS successes,
                   coalesce(sum(request.cost), 0) AS cost, coalesce(sum(request.latency_ms), 0) AS latency_sum,
                   coalesce(sum(request.quality), 0) AS quality_sum, count(request.quality) AS judged,
                   coalesce(sum(request.cost_of_best), 0) AS cost_of_best,
                   coalesce(sum(request.cost_of_dearest), 0) AS cost_of_dearest
            FROM request
            CROSS JOIN LATERAL (
                SELECT 'agent', request.agent
                UNION ALL
                SELECT 'category', coalesce(request.category, '(none)')
                UNION ALL
                SELECT 'tenant', request.tenant
                UNION ALL
                SELECT DISTINCT 'tag', tag FROM unnest(request.tags) AS tag
                UNION ALL
                SELECT 'tag', '(none)' WHERE cardinality(request.tags) > 0 IS NOT true
                UNION ALL
                SELECT DISTINCT 'route', substr(tag, 7) FROM unnest(request.tags) AS tag WHERE starts_with(tag, 'route:')
                UNION ALL
                SELECT 'route', '(none)'
                WHERE NOT EXISTS (SELECT FROM unnest(request.tags) AS tag WHERE starts_with(tag, 'route:'))
            ) AS key (group_by, group_key)
            -- Each attempt tells of its agent, and the last one what came of the request.
            CROSS JOIN LATERAL (
                SELECT key.group_by = 'agent' OR NOT request.is_superseded AS with_outcome
            ) AS counted
            WHERE only_group_by IS NULL OR key.group_by = only_group_by
            GROUP BY request.tenant, key.group_by, key.group_key, latency_bucket
        ), cumulated AS (
            SELECT bucket.*,
                   sum(requests) OVER (grouped ORDER BY latency_bucket) AS up_to_here,
                   sum(requests) FILTER (WHERE latency_bucket IS NOT NULL) OVER grouped AS with_latency
            FROM bucket
            WINDOW grouped AS (PARTITION BY tenant, group_by, group_key)
        )
        SELECT tenant, group_by, group_key, sum(requests - retries)::bigint, sum(completed)::bigint, sum(successes)::bigint,
               sum(cost), sum(latency_sum),
               coalesce(sum(requests) FILTER (WHERE latency_bucket IS NOT NULL), 0)::bigint,
               min(latency_bucket) FILTER (WHERE up_to_here >= 0.99 * with_latency),
               coalesce(array_agg(latency_bucket ORDER BY latency_bucket) FILTER (WHERE latency_bucket IS NOT NULL),
                        '{}'),
               coalesce(array_agg(requests::int ORDER BY latency_bucket) FILTER (WHERE latency_bucket IS NOT NULL), '{}'),
               sum(cancelled)::bigint, sum(requests)::bigint, sum(quality_sum), sum(judged)::bigint, sum(cost_of_best),
               sum(cost_of_dearest)
        FROM cumulated
        GROUP BY tenant, group_by, group_key;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.log_sums(timestamptz, timestamptz, text, text) IS
    'What was decided from the one time until before the other, added up as in tiny_dancer.decision_hourly; for one tenant and one grouping or, by default, for all';

CREATE OR REPLACE FUNCTION tiny_dancer.put_hourly_sums(hour timestamptz, only_tenant text) RETURNS void
LANGUAGE sql VOLATILE
AS $function$
    DELETE FROM tiny_dancer.decision_hourly
    WHERE decision_hourly.hour = put_hourly_sums.hour
      AND (only_tenant IS NULL OR decision_hourly.tenant = only_tenant);

    INSERT INTO tiny_dancer.decision_hourly (
        tenant, hour, group_by, group_key, total_requests, completed_requests, successes, total_cost, latency_sum_ms,
        latencies, p99_bucket, latency_buckets, latency_counts, cancelled_requests,
        attempts, quality_sum, judged, cost_of_best, cost_of_dearest)
    SELECT sums.tenant, put_hourly_sums.hour, sums.group_by, sums.group_key, sums.total_requests,
           sums.completed_requests, sums.successes, sums.total_cost, sums.latency_sum_ms, sums.latencies,
           sums.p99_bucket, sums.latency_buckets, sums.latency_counts, sums.cancelled_requests,
           sums.attempts, sums.quality_sum, sums.judged, sums.cost_of_best, sums.cost_of_dearest
    FROM tiny_dancer.log_sums(put_hourly_sums.hour, put_hourly_sums.hour + interval '1 hour', only_tenant) AS sums;
$function$;
COMMENT ON FUNCTION tiny_dancer.put_hourly_sums(timestamptz, text) IS
    'Adds up the hour that begins there anew, for one tenant or, with null, for all';

CREATE OR REPLACE FUNCTION tiny_dancer.roll_up_hour(hour timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    next_hour constant timestamptz := hour + interval '1 hour';
    each_tenant text;
BEGIN
    PERFORM tiny_dancer.put_hourly_sums(hour, NULL);
EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
    -- Something in the log cannot be added up. Whose it is, is found out one by one; the others have their sums.
    FOR each_tenant IN
        SELECT decision.tenant FROM tiny_dancer.decision
        WHERE decision.decided_at >= hour AND decision.decided_at < next_hour
        UNION
        SELECT outcome.tenant FROM tiny_dancer.outcome
        WHERE outcome.decided_at >= hour AND outcome.decided_at < next_hour
    LOOP
        BEGIN
            PERFORM tiny_dancer.put_hourly_sums(hour, each_tenant);
        EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
            RAISE WARNING 'the hour % of tenant % cannot be added up: %', hour, each_tenant, SQLERRM;
        END;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.roll_up_hour(timestamptz) IS
    'Adds up the hour that begins there anew, for all tenants; where that fails for one, a warning says so and the others are added up';

-- Counting as it comes. A tally goes from one snapshot of the database to a later one: what the later sees and the earlier did
-- not has come between them, whenever it was written. So each row counts once. An outcome that takes the place of another
-- leaves a note of what that was.
CREATE OR REPLACE FUNCTION tiny_dancer.note_replaced_outcome() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    INSERT INTO tiny_dancer.replaced_outcome (tenant, decided_at, decision_id, agent, success, kind, xid)
    VALUES (OLD.tenant, OLD.decided_at, OLD.decision_id, OLD.agent, OLD.success, OLD.kind, OLD.xid);
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.note_replaced_outcome() IS 'Keeps an outcome that is replaced, as it was, for tiny_dancer.tally()';

CREATE OR REPLACE TRIGGER outcome_replaced AFTER UPDATE ON tiny_dancer.outcome
    FOR EACH ROW WHEN (OLD.agent IS NOT NULL AND OLD.xid <> NEW.xid)
    EXECUTE FUNCTION tiny_dancer.note_replaced_outcome();
COMMENT ON TRIGGER outcome_replaced ON tiny_dancer.outcome IS 'Notes what has been counted and holds no longer';

CREATE OR REPLACE FUNCTION tiny_dancer.holds_place(tenant text, decision_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    RETURN EXISTS (
        SELECT FROM tiny_dancer.reservation
        WHERE reservation.tenant = holds_place.tenant
          AND reservation.decision_id = holds_place.decision_id
          AND reservation.places <> '{}');
END
$function$;
COMMENT ON FUNCTION tiny_dancer.holds_place(text, uuid) IS
    'Whether a decision takes or took a place at an agent, which tiny_dancer.allowance counts';

CREATE OR REPLACE VIEW tiny_dancer.tally_entry AS
SELECT entry.tenant, entry.agent, entry.decided_at, entry.decision_id, entry.xid, entry.replaced_xid, entry.requests,
       entry.completed, entry.successes,
       CASE WHEN tiny_dancer.holds_place(entry.tenant, entry.decision_id) THEN 0 ELSE entry.awaited END AS awaited
FROM (
    SELECT decision.tenant, decision.agent, decision.decided_at, decision.decision_id, decision.xid,
           NULL::xid8 AS replaced_xid, 1 AS requests, 0 AS completed, 0 AS successes, 1 AS awaited
    FROM tiny_dancer.decision
    UNION ALL
    SELECT outcome.tenant, outcome.agent, outcome.decided_at, outcome.decision_id, outcome.xid,
           NULL::xid8 AS replaced_xid, (outcome.decision_id IS NULL)::int AS requests,
           (outcome.kind IS DISTINCT FROM 'cancelled')::int AS completed,
           outcome.success::int AS successes, -(outcome.decision_id IS NOT NULL)::int AS awaited
    FROM tiny_dancer.outcome
    WHERE outcome.agent IS NOT NULL
    UNION ALL
    SELECT replaced.tenant, replaced.agent, replaced.decided_at, replaced.decision_id, replaced.replaced_by AS xid,
           replaced.xid AS replaced_xid, -(replaced.decision_id IS NULL)::int AS requests,
           -(replaced.kind IS DISTINCT FROM 'cancelled')::int AS completed,
           -replaced.success::int AS successes, (replaced.decision_id IS NOT NULL)::int AS awaited
    FROM tiny_dancer.replaced_outcome AS replaced
) AS entry;
COMMENT ON VIEW tiny_dancer.tally_entry IS 'What the rows of the log add to tiny_dancer.agent_tally';
COMMENT ON COLUMN tiny_dancer.tally_entry.tenant IS 'Whose request';
COMMENT ON COLUMN tiny_dancer.tally_entry.agent IS 'The agent';
COMMENT ON COLUMN tiny_dancer.tally_entry.decided_at IS 'When it was decided';
COMMENT ON COLUMN tiny_dancer.tally_entry.decision_id IS 'The decision; null for an outcome without one';
COMMENT ON COLUMN tiny_dancer.tally_entry.xid IS 'The transaction since which this counts';
COMMENT ON COLUMN tiny_dancer.tally_entry.replaced_xid IS 'For what no longer holds the transaction since which it counted; if that has not been counted yet, nor is this';
COMMENT ON COLUMN tiny_dancer.tally_entry.requests IS 'Decisions, and outcomes without a decision';
COMMENT ON COLUMN tiny_dancer.tally_entry.completed IS 'Outcomes, but not of cancelled requests';
COMMENT ON COLUMN tiny_dancer.tally_entry.successes IS 'Outcomes that are a success';
COMMENT ON COLUMN tiny_dancer.tally_entry.awaited IS 'Decisions less their outcomes, without those that hold a place';

CREATE OR REPLACE FUNCTION tiny_dancer.untallied(tenant text)
RETURNS TABLE (agent text, decided_at timestamptz, requests int, completed int, successes int, awaited int)
LANGUAGE plpgsql STABLE
-- Planned with the times at hand, so that only their partitions are opened.
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
    counted constant pg_snapshot := (SELECT progress.counted FROM tiny_dancer.tally_progress AS progress);
    first_xid constant xid8 := tiny_dancer.first_unseen(counted);
    last_xid constant xid8 := greatest(pg_snapshot_xmax(pg_current_snapshot()), pg_current_xact_id_if_assigned());
    decided_since constant timestamptz := now() - interval '2 days';
    decided_before constant timestamptz := now() + interval '1 hour';
BEGIN
    RETURN QUERY
        SELECT entry.agent, entry.decided_at, entry.requests, entry.completed, entry.successes,
               entry.awaited
        FROM tiny_dancer.tally_entry AS entry
        WHERE entry.xid >= first_xid
          AND entry.xid <= last_xid
          AND NOT pg_visible_in_snapshot(entry.xid, counted)
          AND coalesce(pg_visible_in_snapshot(entry.replaced_xid, counted), true)
          AND entry.tenant = untallied.tenant
          AND entry.decided_at >= decided_since
          AND entry.decided_at < decided_before;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.untallied(text) IS
    'What tiny_dancer.agent_tally does not have yet of a tenant''s decisions of the last two days and their outcomes';

CREATE OR REPLACE FUNCTION tiny_dancer.tally_spans(OUT span interval, OUT kept_from timestamptz)
LANGUAGE sql STABLE
AS $function$
    SELECT width, date_bin(width, now() - lease, 'epoch')
    FROM (SELECT tiny_dancer.setting_of('in_flight_lease')::interval AS lease) AS setting
    CROSS JOIN LATERAL make_interval(secs => greatest(1, date_part('epoch', lease) / 60)) AS width
$function$;
COMMENT ON FUNCTION tiny_dancer.tally_spans() IS
    'How long the spans of tiny_dancer.agent_tally are, a sixtieth of the setting in_flight_lease, and since when it has them';

CREATE OR REPLACE FUNCTION tiny_dancer.tally_anew() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $function$
DECLARE
    spans constant record := tiny_dancer.tally_spans();
    sums_before constant timestamptz := (SELECT hours_before FROM tiny_dancer.rollup_progress);
    hours_apart constant timestamptz[] := ARRAY(SELECT changed_hour.hour FROM tiny_dancer.changed_hour);
BEGIN
    PERFORM FROM tiny_dancer.tally_progress FOR UPDATE;
    DELETE FROM tiny_dancer.agent_tally;
    DELETE FROM tiny_dancer.replaced_outcome;
    WITH present AS MATERIALIZED (
        SELECT pg_current_snapshot() AS snapshot
    ), part AS (
        SELECT hourly.tenant, hourly.group_key AS agent, hourly.hour AS decided_at, hourly.attempts AS requests,
               hourly.completed_requests AS completed, hourly.successes,
               hourly.attempts - hourly.completed_requests - hourly.cancelled_requests AS awaited
        FROM tiny_dancer.decision_hourly AS hourly
        WHERE hourly.group_by = 'agent' AND hourly.hour < sums_before AND hourly.hour <> ALL (hours_apart)
        UNION ALL
        SELECT entry.tenant, entry.agent, entry.decided_at, entry.requests, entry.completed, entry.successes,
               entry.awaited
        FROM tiny_dancer.tally_entry AS entry
        CROSS JOIN present
        WHERE (entry.decided_at >= sums_before OR date_trunc('hour', entry.decided_at, 'UTC') = ANY (hours_apart))
          AND pg_visible_in_snapshot(entry.xid, present.snapshot)
    ), added AS (
        INSERT INTO tiny_dancer.agent_tally (tenant, agent, decided_from, requests, completed, successes, awaited)
        SELECT part.tenant, part.agent, place.decided_from, sum(part.requests), sum(part.completed),
               sum(part.successes), sum(part.awaited)
        FROM part
        CROSS JOIN LATERAL (
            SELECT CASE WHEN part.decided_at < spans.kept_from THEN '-infinity'
                   ELSE date_bin(spans.span, part.decided_at, 'epoch') END AS decided_from
        ) AS place
        GROUP BY part.tenant, part.agent, place.decided_from
    )
    UPDATE tiny_dancer.tally_progress
    SET counted = present.snapshot,
        system_identifier = (SELECT control.system_identifier FROM pg_control_system() AS control)
    FROM present;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.tally_anew() IS
    'Makes tiny_dancer.agent_tally from the hourly sums and the log behind them; for a log that was restored or truncated';

-- Circuits follow from outcomes and the clock: they open by an outcome, and end by one or when time has passed.
CREATE OR REPLACE FUNCTION tiny_dancer.note_outages(unwell text[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $function$
BEGIN
    IF unwell IS NULL AND NOT EXISTS (SELECT FROM tiny_dancer.outage WHERE ended_at IS NULL) THEN
        RETURN;
    END IF;
    WITH present AS MATERIALIZED (
        SELECT circuit.tenant, circuit.agent, circuit.rests_until
        FROM (
            SELECT unnest(unwell) AS tenant
            UNION
            SELECT outage.tenant FROM tiny_dancer.outage WHERE outage.ended_at IS NULL
        ) AS concerned
        CROSS JOIN LATERAL tiny_dancer.circuits(concerned.tenant) AS circuit
        WHERE circuit.circuit <> 'closed'
    ), ended AS (
        UPDATE tiny_dancer.outage
        SET ended_at = greatest(now(), outage.began_at)
        WHERE outage.ended_at IS NULL
          AND NOT EXISTS (
              SELECT FROM present WHERE present.tenant = outage.tenant AND present.agent = outage.agent)
    )
    INSERT INTO tiny_dancer.outage AS known (tenant, agent, began_at, rests_until)
    SELECT present.tenant, present.agent, now(), present.rests_until
    FROM present
    ON CONFLICT (tenant, agent) WHERE ended_at IS NULL DO UPDATE
    SET rests_until = excluded.rests_until
    WHERE known.rests_until <> excluded.rests_until;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.note_outages(text[]) IS
    'Writes down which agents'' circuits have opened or closed: of these tenants, some of whose agents did not answer since the last time, and of those with an outage';

CREATE OR REPLACE FUNCTION tiny_dancer.tally() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- As tiny_dancer.evidence_since().
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET jit = off
AS $function$
DECLARE
    spans constant record := tiny_dancer.tally_spans();
    done tiny_dancer.tally_progress;
    tallied bigint;
    unwell text[];
BEGIN
    SELECT * INTO done FROM tiny_dancer.tally_progress FOR UPDATE SKIP LOCKED;
    IF NOT found THEN
        RETURN 0;
    END IF;
    IF done.system_identifier <> (SELECT control.system_identifier FROM pg_control_system() AS control) THEN
        IF done.system_identifier <> 0 THEN
            -- The sums of a log that was restored have their gaps, too.
            PERFORM tiny_dancer.roll_up();
        END IF;
        PERFORM tiny_dancer.tally_anew();
        RETURN 0;
    END IF;
    WITH present AS MATERIALIZED (
        SELECT pg_current_snapshot() AS snapshot
    ), fresh AS MATERIALIZED (
        SELECT entry.tenant, entry.agent, entry.decided_at, entry.decision_id, entry.requests, entry.completed,
               entry.successes, entry.awaited
        FROM tiny_dancer.tally_entry AS entry
        CROSS JOIN present
        -- Asked in this statement: a transaction that ends before the next one would be in neither.
        WHERE entry.xid >= (SELECT tiny_dancer.first_unseen(done.counted))
          -- A higher one was given by another cluster, and came by a dump.
          AND entry.xid < pg_snapshot_xmax(pg_current_snapshot())
          AND NOT pg_visible_in_snapshot(entry.xid, done.counted)
          AND coalesce(pg_visible_in_snapshot(entry.replaced_xid, done.counted), true)
          AND pg_visible_in_snapshot(entry.xid, present.snapshot)
    ), seen_to AS (
        DELETE FROM tiny_dancer.replaced_outcome
        USING present
        WHERE pg_visible_in_snapshot(replaced_outcome.replaced_by, present.snapshot)
    ), over AS (
        DELETE FROM tiny_dancer.agent_tally
        WHERE agent_tally.decided_from > '-infinity' AND agent_tally.decided_from < spans.kept_from
        RETURNING *
    ), part AS MATERIALIZED (
        SELECT fresh.tenant, fresh.agent, date_bin(spans.span, fresh.decided_at, 'epoch') AS decided_from,
               fresh.requests, fresh.completed, fresh.successes, fresh.awaited
        FROM fresh
        UNION ALL
        SELECT over.tenant, over.agent, over.decided_from, over.requests, over.completed, over.successes, over.awaited
        FROM over
    ), added AS (
        INSERT INTO tiny_dancer.agent_tally AS present_tally (
            tenant, agent, decided_from, requests, completed, successes, awaited)
        SELECT part.tenant, part.agent, place.decided_from, sum(part.requests), sum(part.completed),
               sum(part.successes), sum(part.awaited)
        FROM part
        CROSS JOIN LATERAL (
            SELECT CASE WHEN part.decided_from < spans.kept_from THEN '-infinity' ELSE part.decided_from END
                   AS decided_from
        ) AS place
        GROUP BY part.tenant, part.agent, place.decided_from
        ON CONFLICT (tenant, agent, decided_from) DO UPDATE
        SET requests = present_tally.requests + excluded.requests,
            completed = present_tally.completed + excluded.completed,
            successes = present_tally.successes + excluded.successes,
            awaited = present_tally.awaited + excluded.awaited
    ), late AS (
        -- Whose transaction ended only after the lease, when it counted as rolled back: its budgets take it after all.
        INSERT INTO tiny_dancer.outcome_report (tenant, decision_id, success)
        SELECT fresh.tenant, fresh.decision_id, true
        FROM fresh
        CROSS JOIN LATERAL (
            SELECT FROM tiny_dancer.reservation
            WHERE reservation.tenant = fresh.tenant
              AND reservation.decision_id = fresh.decision_id
              AND reservation.logged
              AND NOT reservation.open
              AND reservation.charged = 0
              AND reservation.cost > 0
            LIMIT 1
        ) AS forgiven
        WHERE fresh.requests = 1
          AND fresh.decision_id IS NOT NULL
          AND fresh.decided_at < spans.kept_from + spans.span
          AND NOT EXISTS (
              SELECT FROM tiny_dancer.outcome
              WHERE outcome.tenant = fresh.tenant
                AND outcome.decided_at = fresh.decided_at
                AND outcome.decision_id = fresh.decision_id)
    ), progress AS (
        UPDATE tiny_dancer.tally_progress
        SET counted = present.snapshot
        FROM present
        WHERE EXISTS (SELECT FROM fresh)
    )
    SELECT count(*), array_agg(DISTINCT fresh.tenant) FILTER (WHERE fresh.successes < fresh.completed)
    INTO tallied, unwell
    FROM fresh;
    PERFORM tiny_dancer.note_outages(unwell);
    RETURN tallied;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.tally() IS
    'Counts the decisions and outcomes that have become visible since the last time into tiny_dancer.agent_tally, writes down which circuits opened or closed, and has budgets take what was committed after its lease; returns their number, 0 when somebody else is at it. For the engine, every second';

CREATE OR REPLACE FUNCTION tiny_dancer.tally_after_truncate() RETURNS trigger
LANGUAGE plpgsql VOLATILE
AS $function$
BEGIN
    PERFORM tiny_dancer.tally_anew();
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.tally_after_truncate() IS 'What was counted is no longer there';

CREATE OR REPLACE TRIGGER decision_truncated AFTER TRUNCATE ON tiny_dancer.decision
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.tally_after_truncate();
COMMENT ON TRIGGER decision_truncated ON tiny_dancer.decision IS 'Counts anew';
CREATE OR REPLACE TRIGGER outcome_truncated AFTER TRUNCATE ON tiny_dancer.outcome
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.tally_after_truncate();
COMMENT ON TRIGGER outcome_truncated ON tiny_dancer.outcome IS 'Counts anew';

-- The first decision finds its partition.
SELECT tiny_dancer.maintain_log();
-- And what is there already is counted.
SELECT tiny_dancer.tally();
