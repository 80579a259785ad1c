-- The log for those whose it is. The views read with the rights of tiny_dancer_owner, who is not subject to row-level security,
-- and name the caller's tenant, as the functions do: one way for all versions of PostgreSQL, of which 14 has no views that
-- read with the caller's rights. security_barrier keeps functions of the caller's own from being asked about rows of others.

CREATE OR REPLACE FUNCTION tiny_dancer.may_read_texts() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN pg_has_role(tiny_dancer.caller_role(), 'tiny_dancer_admin', 'USAGE')
    OR has_column_privilege(tiny_dancer.caller_role(), 'tiny_dancer.decision', 'request', 'SELECT');
COMMENT ON FUNCTION tiny_dancer.may_read_texts() IS
    'Whether the calling role sees the texts of requests in ruvector_decisions: one with tiny_dancer_admin, or to which the column request of tiny_dancer.decision was granted';

CREATE OR REPLACE VIEW ${function_schema}.ruvector_decisions WITH (security_barrier) AS
SELECT decision.decision_id,
       decision.decided_at,
       decision.agent,
       decision.optimize_for,
       decision.category,
       decision.difficulty,
       decision.confidence,
       decision.expected_quality,
       decision.estimated_cost,
       decision.estimated_latency_ms,
       decision.input_tokens,
       decision.output_tokens AS expected_output_tokens,
       tiny_dancer.reasoning_of(decision.reasoning, decision.optimize_for) AS reasoning,
       tiny_dancer.alternatives_of(decision.next_agents, decision.alternatives) AS alternatives,
       decision.probability,
       decision.fallback,
       decision.tags,
       decision.request_hash,
       CASE WHEN (SELECT tiny_dancer.may_read_texts()) THEN decision.request END AS request,
       decision.conversation_id,
       -- Looked for only where it is asked for, which a join would not be.
       coalesce((SELECT later.attempt FROM tiny_dancer.attempt AS later
                 WHERE later.tenant = decision.tenant AND later.decision_id = decision.decision_id), 1) AS attempt,
       (SELECT later.first_decision FROM tiny_dancer.attempt AS later
        WHERE later.tenant = decision.tenant AND later.decision_id = decision.decision_id) AS retry_of
FROM tiny_dancer.decision
WHERE decision.tenant = (SELECT tiny_dancer.row_tenant());
COMMENT ON VIEW ${function_schema}.ruvector_decisions IS
    'The decisions of the caller''s tenant that the log still has, one row for each request that was routed. Found quickly by decided_at, which is the time inside decision_id';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.decision_id IS 'What ruvector_record_outcome takes';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.decided_at IS 'When, in whole milliseconds';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.agent IS 'The agent that was chosen';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.optimize_for IS 'The policy; total_cost for a batch as a whole, and the strategy for a step of a plan of several agents';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.category IS 'The request''s category as the engine saw it; null from the fallback';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.difficulty IS 'How difficult the request looked by its text: about -2 where any agent can do it, 0 ordinary, about 1 demanding; null without an engine';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.confidence IS 'Probability that the chosen agent answers well, in [0, 1]';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.expected_quality IS 'Predicted quality, in [0, 1]';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.estimated_cost IS 'Of this request with this agent, US dollars';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.estimated_latency_ms IS 'Of this request with this agent, milliseconds';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.input_tokens IS 'Length of the request in tokens';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.expected_output_tokens IS 'Expected length of the answer in tokens';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.reasoning IS 'Why this agent, in words';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.alternatives IS 'The agents that came next, with their figures; null where the agent was chosen in a batch or a plan';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.probability IS 'With what probability this agent was to be chosen: 1 where nothing was tried out';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.fallback IS 'Whether it was chosen without an engine';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.tags IS 'The caller''s tags';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.request_hash IS 'SHA-256 of the request''s UTF-8 bytes';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.request IS 'The request itself, where it was kept (tiny_dancer.log_requests = on) and the caller has tiny_dancer_admin or was granted the column; otherwise null';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.conversation_id IS 'The conversation that the caller named; null for none';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.attempt IS 'Which attempt of its request this is, from 1';
COMMENT ON COLUMN ${function_schema}.ruvector_decisions.retry_of IS 'The decision of the first attempt; null for the first itself';

-- Whoever sorts the view and wants the first fifty has all rows of his time read and sorted, because sorting goes no further
-- down than its barrier. This looks in short times before long ones, each four times as long as the one before, so that it
-- reads a few times what it returns, whatever the filter; without one that fits, each row once.
CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_latest_decisions(
    max_rows int = 50,
    within interval = NULL,
    agent text = NULL,
    category text = NULL,
    tag text = NULL,
    optimize_for text = NULL,
    outcome text = NULL,
    before uuid = NULL,
    until timestamptz = NULL,
    options jsonb = '{}'
) RETURNS SETOF ${function_schema}.ruvector_decisions
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- With the times at hand, only their partitions are opened, and with the filters, only those are applied that were given.
SET plan_cache_mode = force_custom_plan
ROWS 50
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    most_rows constant int := 10000;
    longest_span constant interval := interval '40 days';
    oldest constant timestamptz := coalesce(
        coalesce(ruvector_latest_decisions.until, now()) - ruvector_latest_decisions.within, '-infinity');
    -- From span_begin, which is not in it, to span_end, which is. Clocks differ: what was decided a little later than now is
    -- of the first span, too.
    span_end timestamptz := least(
        ruvector_latest_decisions.until, tiny_dancer.decision_time(ruvector_latest_decisions.before), 'infinity');
    span_begin timestamptz := least(span_end, now());
    span_length interval := interval '10 minutes';
    missing bigint := ruvector_latest_decisions.max_rows;
    found_rows bigint;
    problem constant text[] := coalesce(
        tiny_dancer.given_problem('max_rows', ruvector_latest_decisions.max_rows),
        CASE WHEN ruvector_latest_decisions.max_rows NOT BETWEEN 1 AND most_rows
             THEN tiny_dancer.invalid('max_rows', ruvector_latest_decisions.max_rows::text,
                                      format('must be between 1 and %s', most_rows)) END,
        CASE WHEN ruvector_latest_decisions.within <= '0'
             THEN tiny_dancer.invalid('within', ruvector_latest_decisions.within::text, 'must be more than no time') END,
        CASE WHEN ruvector_latest_decisions.outcome IS NOT NULL
             THEN tiny_dancer.one_of_problem('outcome', ruvector_latest_decisions.outcome,
                                             ARRAY['success', 'failure', 'pending']) END,
        tiny_dancer.options_problem(ruvector_latest_decisions.options));
BEGIN
    ${raise_problem}
    LOOP
        span_begin := CASE WHEN span_length < longest_span THEN greatest(span_begin - span_length, oldest) ELSE oldest END;
        RETURN QUERY
            SELECT decision.*
            FROM (
                SELECT logged.decided_at AS decided_at, logged.decision_id AS decision_id
                FROM tiny_dancer.decision AS logged
                LEFT JOIN tiny_dancer.outcome AS known
                  ON ruvector_latest_decisions.outcome IS NOT NULL
                 AND known.tenant = caller_tenant
                 AND known.decided_at > span_begin
                 AND known.decided_at <= span_end
                 AND known.decided_at = logged.decided_at
                 AND known.decision_id = logged.decision_id
                WHERE logged.tenant = caller_tenant
                  AND logged.decided_at > span_begin
                  AND logged.decided_at <= span_end
                  AND (ruvector_latest_decisions.before IS NULL
                       OR (logged.decided_at, logged.decision_id)
                          < (tiny_dancer.decision_time(ruvector_latest_decisions.before), ruvector_latest_decisions.before))
                  AND (ruvector_latest_decisions.agent IS NULL OR logged.agent = ruvector_latest_decisions.agent)
                  AND (ruvector_latest_decisions.category IS NULL
                       OR coalesce(logged.category, '(none)') = ruvector_latest_decisions.category)
                  AND (ruvector_latest_decisions.tag IS NULL
                       OR logged.tags @> ARRAY[ruvector_latest_decisions.tag]
                       OR ruvector_latest_decisions.tag = '(none)' AND coalesce(cardinality(logged.tags), 0) = 0)
                  AND (ruvector_latest_decisions.optimize_for IS NULL
                       OR logged.optimize_for = ruvector_latest_decisions.optimize_for)
                  AND CASE ruvector_latest_decisions.outcome
                          WHEN 'success' THEN known.success
                          WHEN 'failure' THEN NOT known.success
                          WHEN 'pending' THEN known.decision_id IS NULL
                          ELSE true END
                ORDER BY logged.decided_at DESC, logged.decision_id DESC
                LIMIT missing
            ) AS latest
            CROSS JOIN LATERAL (
                SELECT * FROM ${function_schema}.ruvector_decisions AS own
                WHERE own.decided_at = latest.decided_at AND own.decision_id = latest.decision_id
                LIMIT 1
            ) AS decision
            ORDER BY latest.decided_at DESC, latest.decision_id DESC;
        GET DIAGNOSTICS found_rows = ROW_COUNT;
        missing := missing - found_rows;
        EXIT WHEN missing <= 0 OR span_begin <= oldest;
        span_end := span_begin;
        span_length := 4 * span_length;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_latest_decisions(
    int, interval, text, text, text, text, text, uuid, timestamptz, jsonb) IS
    'The latest decisions, newest first, at most max_rows (1 to 10000), as ruvector_decisions has them; quick however long the log is, which sorting the view is not. within: of that time before until, which is now where it is not given; otherwise as far back as the log goes. Only those of an agent, a category ("(none)" for those without), with a tag ("(none)" likewise), of a policy, or of which this came: success, failure or pending, which is nothing yet. before: older than that decision, for the next page. Errors: 22004, 22023';

CREATE OR REPLACE VIEW ${function_schema}.ruvector_outcomes WITH (security_barrier) AS
SELECT outcome.decision_id,
       outcome.decided_at,
       outcome.recorded_at,
       outcome.agent,
       outcome.success,
       outcome.latency_ms,
       coalesce(outcome.cost, outcome.computed_cost) AS cost,
       outcome.input_tokens,
       outcome.output_tokens,
       outcome.quality,
       outcome.error,
       outcome.kind,
       outcome.completed_at,
       outcome.cached_input_tokens,
       outcome.cache_write_tokens,
       outcome.reasoning_tokens,
       outcome.retry_after_ms
FROM tiny_dancer.outcome
WHERE outcome.tenant = (SELECT tiny_dancer.row_tenant());
COMMENT ON VIEW ${function_schema}.ruvector_outcomes IS
    'The outcomes of the caller''s tenant that the log still has: what came of decisions, and what was recorded without one';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.decision_id IS 'The decision; null for an outcome without one';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.decided_at IS 'When it was decided; without a decision, when it was recorded';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.recorded_at IS 'When it was recorded, or last replaced';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.agent IS 'The agent that answered; null while the engine has not yet written the decision (log_decisions = async)';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.success IS 'Whether there was a good answer';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.latency_ms IS 'How long it took, in milliseconds';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.cost IS 'What it cost, in US dollars';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.input_tokens IS 'Length of the request in the agent''s tokens';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.output_tokens IS 'Length of the answer in the agent''s tokens';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.quality IS 'How good the answer was, in [0, 1]; null when nobody judged it';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.error IS 'What went wrong, in the caller''s words';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.kind IS 'success, failed, rate_limited, timeout, cancelled or wrong; null where it was not said';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.completed_at IS 'When a later report last completed it; null where none did';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.cached_input_tokens IS 'Those of input_tokens that the agent had in its cache';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.cache_write_tokens IS 'Those of input_tokens that it put into its cache';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.reasoning_tokens IS 'Those of output_tokens that it thought with';
COMMENT ON COLUMN ${function_schema}.ruvector_outcomes.retry_after_ms IS 'For how long an agent that limits the rate wants to be left alone, in milliseconds';

CREATE OR REPLACE VIEW ${function_schema}.ruvector_attempts WITH (security_barrier) AS
SELECT one.first_decision,
       one.attempt,
       one.decision_id,
       one.decided_at,
       one.agent,
       outcome.success,
       outcome.kind,
       outcome.error,
       outcome.latency_ms,
       coalesce(outcome.cost, outcome.computed_cost) AS cost
FROM (
    SELECT later.first_decision AS first_decision, later.attempt AS attempt, later.decision_id AS decision_id,
           later.decided_at AS decided_at, later.agent AS agent
    FROM tiny_dancer.attempt AS later
    WHERE later.tenant = (SELECT tiny_dancer.row_tenant())
    UNION ALL
    SELECT retried.first_decision AS first_decision, 1 AS attempt, decision.decision_id AS decision_id,
           decision.decided_at AS decided_at, decision.agent AS agent
    FROM (
        SELECT DISTINCT later.first_decision
        FROM tiny_dancer.attempt AS later
        WHERE later.tenant = (SELECT tiny_dancer.row_tenant())
    ) AS retried
    JOIN tiny_dancer.decision
      ON decision.tenant = (SELECT tiny_dancer.row_tenant())
     AND decision.decided_at = tiny_dancer.decision_time(retried.first_decision)
     AND decision.decision_id = retried.first_decision
) AS one
LEFT JOIN tiny_dancer.outcome
  ON outcome.tenant = (SELECT tiny_dancer.row_tenant())
 AND outcome.decided_at = one.decided_at
 AND outcome.decision_id = one.decision_id;
COMMENT ON VIEW ${function_schema}.ruvector_attempts IS
    'The attempts of the requests of the caller''s tenant that were asked again with retry_of, the first among them, and what came of each';
COMMENT ON COLUMN ${function_schema}.ruvector_attempts.first_decision IS 'The decision of the first attempt, which all attempts of a request share';
COMMENT ON COLUMN ${function_schema}.ruvector_attempts.attempt IS 'Which it is, from 1';
COMMENT ON COLUMN ${function_schema}.ruvector_attempts.decision_id IS 'The decision of this attempt';
COMMENT ON COLUMN ${function_schema}.ruvector_attempts.decided_at IS 'When, in whole milliseconds';
COMMENT ON COLUMN ${function_schema}.ruvector_attempts.agent IS 'The agent that was chosen';
COMMENT ON COLUMN ${function_schema}.ruvector_attempts.success IS 'Whether it answered well; null while nothing was recorded';
COMMENT ON COLUMN ${function_schema}.ruvector_attempts.kind IS 'What came of it, as in ruvector_outcomes';
COMMENT ON COLUMN ${function_schema}.ruvector_attempts.error IS 'What went wrong, in the caller''s words';
COMMENT ON COLUMN ${function_schema}.ruvector_attempts.latency_ms IS 'How long it took, in milliseconds';
COMMENT ON COLUMN ${function_schema}.ruvector_attempts.cost IS 'What it cost, in US dollars';

CREATE OR REPLACE VIEW ${function_schema}.ruvector_conversations WITH (security_barrier) AS
SELECT decision.conversation_id,
       count(*) AS turns,
       min(decision.decided_at) AS started_at,
       max(decision.decided_at) AS last_decided_at,
       array_agg(DISTINCT decision.agent) AS agents,
       (array_agg(decision.agent ORDER BY decision.decided_at DESC, decision.decision_id DESC))[1] AS last_agent,
       count(outcome.success) AS completed,
       count(*) FILTER (WHERE outcome.success) AS successes,
       sum(coalesce(outcome.cost, outcome.computed_cost, decision.estimated_cost)) AS total_cost
FROM tiny_dancer.decision
LEFT JOIN tiny_dancer.outcome
  ON outcome.tenant = decision.tenant
 AND outcome.decided_at = decision.decided_at
 AND outcome.decision_id = decision.decision_id
WHERE decision.tenant = (SELECT tiny_dancer.row_tenant())
  AND decision.conversation_id IS NOT NULL
GROUP BY decision.conversation_id;
COMMENT ON VIEW ${function_schema}.ruvector_conversations IS
    'The conversations of the caller''s tenant, as far as the log still has their decisions';
COMMENT ON COLUMN ${function_schema}.ruvector_conversations.conversation_id IS 'The caller''s name for it';
COMMENT ON COLUMN ${function_schema}.ruvector_conversations.turns IS 'Decisions in it';
COMMENT ON COLUMN ${function_schema}.ruvector_conversations.started_at IS 'When the first of them was made';
COMMENT ON COLUMN ${function_schema}.ruvector_conversations.last_decided_at IS 'When the last was';
COMMENT ON COLUMN ${function_schema}.ruvector_conversations.agents IS 'The agents that were chosen, by name';
COMMENT ON COLUMN ${function_schema}.ruvector_conversations.last_agent IS 'The one that was chosen last';
COMMENT ON COLUMN ${function_schema}.ruvector_conversations.completed IS 'Decisions with an outcome';
COMMENT ON COLUMN ${function_schema}.ruvector_conversations.successes IS 'Those whose outcome was a success';
COMMENT ON COLUMN ${function_schema}.ruvector_conversations.total_cost IS 'US dollars: the recorded cost, and the estimated one where none was recorded';

CREATE OR REPLACE VIEW ${function_schema}.ruvector_outages WITH (security_barrier) AS
SELECT outage.agent,
       outage.began_at,
       outage.ended_at,
       outage.rests_until
FROM tiny_dancer.outage
WHERE outage.tenant = (SELECT tiny_dancer.row_tenant());
COMMENT ON VIEW ${function_schema}.ruvector_outages IS
    'When circuits of agents of the caller''s tenant were not closed, as far as the log reaches back and while an engine ran to see it; to the second';
COMMENT ON COLUMN ${function_schema}.ruvector_outages.agent IS 'The agent';
COMMENT ON COLUMN ${function_schema}.ruvector_outages.began_at IS 'When its circuit opened';
COMMENT ON COLUMN ${function_schema}.ruvector_outages.ended_at IS 'When it was closed again; null while it is not';
COMMENT ON COLUMN ${function_schema}.ruvector_outages.rests_until IS 'Until when it was left alone, or is; after that a share of the requests tries whether it answers';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_similar_requests(
    decision_id uuid,
    top_k int = 10,
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.similar_request
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- With the times at hand, decisions are looked for in their own partitions.
SET plan_cache_mode = force_custom_plan
ROWS 10
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    reads_texts constant boolean := tiny_dancer.may_read_texts();
    request_embedding bytea;
    answer tiny_dancer.engine_answer;
    problem text[] := coalesce(
        tiny_dancer.given_problem('decision_id', ruvector_similar_requests.decision_id),
        tiny_dancer.options_problem(ruvector_similar_requests.options));
BEGIN
    ${raise_problem}
    SELECT decision.embedding INTO request_embedding
    FROM tiny_dancer.decision
    WHERE decision.tenant = caller_tenant
      AND decision.decided_at = tiny_dancer.decision_time(ruvector_similar_requests.decision_id)
      AND decision.decision_id = ruvector_similar_requests.decision_id;
    IF NOT found THEN
        problem := tiny_dancer.not_in_log('decision_id', ruvector_similar_requests.decision_id);
        ${raise_problem}
    END IF;
    answer := tiny_dancer.exchange('similar_requests', json_build_object(
        'decision_id', ruvector_similar_requests.decision_id,
        'embedding', encode(request_embedding, 'base64'),
        'top_k', ruvector_similar_requests.top_k));
    problem := answer.problem;
    ${raise_problem}
    RETURN QUERY
        SELECT (answered.result).decision_id, (answered.result).decided_at, (answered.result).agent,
               (answered.result).similarity, (answered.result).weight, (answered.result).answered_well,
               (answered.result).category,
               CASE WHEN reads_texts THEN (
                   SELECT decision.request FROM tiny_dancer.decision
                   WHERE decision.tenant = caller_tenant
                     AND decision.decided_at = (answered.result).decided_at
                     AND decision.decision_id = (answered.result).decision_id) END
        FROM ${dblink_schema}.dblink_get_result('tiny_dancer') AS answered (
            result tiny_dancer.similar_request, log_row text);
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_similar_requests(uuid, int, jsonb) IS
    'The evidence behind a decision''s expected quality: of the outcomes that the engine remembers of the tenant''s agents those that count most for its request, at most top_k, with how much each counts now. No row where nothing similar is known or the decision was made without an engine. Errors: 22004, 22023, TD500, TD503';
