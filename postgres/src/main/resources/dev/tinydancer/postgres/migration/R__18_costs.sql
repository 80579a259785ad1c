-- What requests cost: what the caller says, else what its tokens cost by the prices that held, else the estimate.

CREATE OR REPLACE FUNCTION tiny_dancer.booked_cost(
    cost float8,
    computed_cost float8,
    success boolean,
    kind text,
    estimated_cost float8
) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(cost, computed_cost, CASE WHEN coalesce(tiny_dancer.has_answered(success, kind), true) THEN estimated_cost ELSE 0 END);
COMMENT ON FUNCTION tiny_dancer.booked_cost(float8, float8, boolean, text, float8) IS
    'What a decision counts in sums and budgets, US dollars: the stated cost, else that by tokens, else the estimate if the agent answered or may yet, and nothing if it failed';

CREATE OR REPLACE FUNCTION tiny_dancer.with_expected_tokens(outcome tiny_dancer.outcome) RETURNS tiny_dancer.outcome
LANGUAGE plpgsql STABLE
-- As in ruvector_record_outcome: with the decision's time at hand, one partition is opened.
SET plan_cache_mode = force_custom_plan
AS $function$
DECLARE
    expected record;
BEGIN
    SELECT decision.input_tokens, decision.output_tokens INTO expected
    FROM tiny_dancer.decision
    WHERE decision.tenant = outcome.tenant
      AND decision.decided_at = outcome.decided_at
      AND decision.decision_id = outcome.decision_id;
    -- An estimate is not less than the parts that are known.
    outcome.input_tokens := coalesce(outcome.input_tokens, greatest(
        expected.input_tokens,
        coalesce(outcome.cached_input_tokens, 0) + coalesce(outcome.cache_write_tokens, 0)
        + coalesce(outcome.cache_write_1h_tokens, 0)));
    outcome.output_tokens := coalesce(outcome.output_tokens, greatest(expected.output_tokens, outcome.reasoning_tokens));
    RETURN outcome;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.with_expected_tokens(tiny_dancer.outcome) IS
    'The outcome with what the decision expected of input and output, where the report does not say';

CREATE OR REPLACE FUNCTION tiny_dancer.computed_cost(outcome tiny_dancer.outcome) RETURNS float8
LANGUAGE plpgsql STABLE
AS $function$
DECLARE
    prices constant jsonb := tiny_dancer.prices_at(outcome.tenant, outcome.agent, outcome.decided_at);
BEGIN
    IF prices IS NULL OR prices = '{}'
       OR outcome.input_tokens IS NULL AND outcome.output_tokens IS NULL AND outcome.images IS NULL
          AND (outcome.latency_ms IS NULL OR NOT prices ? 'second') THEN
        RETURN NULL;
    END IF;
    IF outcome.input_tokens IS NULL OR outcome.output_tokens IS NULL THEN
        outcome := tiny_dancer.with_expected_tokens(outcome);
    END IF;
    RETURN tiny_dancer.cost_of(
        prices, outcome.input_tokens, outcome.output_tokens, outcome.cached_input_tokens, outcome.cache_write_tokens,
        outcome.cache_write_1h_tokens, outcome.reasoning_tokens, outcome.latency_ms, outcome.images);
END
$function$;
COMMENT ON FUNCTION tiny_dancer.computed_cost(tiny_dancer.outcome) IS
    'What an outcome cost by its tokens and the prices that held at the decision, US dollars; a count that was not reported is the expected one. Null where nothing is known that the agent charges for';

CREATE OR REPLACE FUNCTION tiny_dancer.compute_cost() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    IF NEW.cost IS NOT NULL OR NEW.agent IS NULL THEN
        NEW.computed_cost := NULL;
    -- A judgement that comes later changes no money, even where prices have been corrected: that is ruvector_recost's to do.
    ELSIF TG_OP = 'INSERT'
       OR (OLD.agent, OLD.cost, OLD.latency_ms, OLD.input_tokens, OLD.output_tokens, OLD.cached_input_tokens,
           OLD.cache_write_tokens, OLD.cache_write_1h_tokens, OLD.reasoning_tokens, OLD.images)
          IS DISTINCT FROM
          (NEW.agent, NEW.cost, NEW.latency_ms, NEW.input_tokens, NEW.output_tokens, NEW.cached_input_tokens,
           NEW.cache_write_tokens, NEW.cache_write_1h_tokens, NEW.reasoning_tokens, NEW.images) THEN
        NEW.computed_cost := tiny_dancer.computed_cost(NEW);
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.compute_cost() IS 'Trigger of outcomes: what they cost by their tokens, where the caller does not say';

CREATE OR REPLACE TRIGGER outcome_costs
    BEFORE INSERT OR UPDATE OF agent, cost, latency_ms, input_tokens, output_tokens, cached_input_tokens, cache_write_tokens,
        cache_write_1h_tokens, reasoning_tokens, images
    ON tiny_dancer.outcome
    FOR EACH ROW WHEN (NEW.decision_id IS NOT NULL)
    EXECUTE FUNCTION tiny_dancer.compute_cost();
COMMENT ON TRIGGER outcome_costs ON tiny_dancer.outcome IS 'Computes what the caller does not say';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_recost(
    time_range text,
    dry_run boolean = true,
    options jsonb = '{}'
) RETURNS SETOF tiny_dancer.recost_overview
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- Planned with the times at hand, so that only their partitions are opened.
SET plan_cache_mode = force_custom_plan
ROWS 20
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    problem constant text[] := coalesce(
        tiny_dancer.time_range_problem(ruvector_recost.time_range),
        tiny_dancer.options_problem(ruvector_recost.options));
    decided_since timestamptz;
    decided_before constant timestamptz := now() + interval '1 hour';
    books constant boolean := ruvector_recost.dry_run IS false;
BEGIN
    ${raise_problem}
    decided_since := now() - ruvector_recost.time_range::interval;
    RETURN QUERY
        WITH priced AS MATERIALIZED (
            SELECT outcome.decided_at, outcome.decision_id, outcome.agent, outcome.computed_cost,
                   tiny_dancer.has_answered(outcome.success, outcome.kind) AS answered,
                   coalesce(tiny_dancer.booked_cost(NULL, outcome.computed_cost, outcome.success, outcome.kind,
                                                    decision.estimated_cost), 0) AS cost_before,
                   tiny_dancer.computed_cost(outcome) AS cost_after,
                   decision.tags, decision.conversation_id
            FROM tiny_dancer.outcome
            LEFT JOIN tiny_dancer.decision
              ON decision.tenant = outcome.tenant
             AND decision.decided_at = outcome.decided_at
             AND decision.decision_id = outcome.decision_id
             AND decision.decided_at >= decided_since
             AND decision.decided_at < decided_before
            WHERE outcome.tenant = caller_tenant
              AND outcome.decided_at >= decided_since
              AND outcome.decided_at < decided_before
              AND outcome.decision_id IS NOT NULL
              AND outcome.agent IS NOT NULL
              AND outcome.cost IS NULL
        ), changed AS MATERIALIZED (
            SELECT * FROM priced WHERE priced.cost_after IS DISTINCT FROM priced.computed_cost AND priced.cost_after IS NOT NULL
        ), written AS (
            UPDATE tiny_dancer.outcome
            SET computed_cost = changed.cost_after,
                xid = DEFAULT
            FROM changed
            WHERE books
              AND outcome.tenant = caller_tenant
              AND outcome.decided_at >= decided_since
              AND outcome.decided_at < decided_before
              AND outcome.decided_at = changed.decided_at
              AND outcome.decision_id = changed.decision_id
            RETURNING changed.*
        ), reserved AS MATERIALIZED (
            SELECT written.decision_id
            FROM written
            JOIN tiny_dancer.reservation
              ON reservation.tenant = caller_tenant AND reservation.decision_id = written.decision_id
        ), reported AS (
            INSERT INTO tiny_dancer.outcome_report (tenant, decision_id, success, cost)
            SELECT caller_tenant, written.decision_id, written.answered, written.cost_after
            FROM written
            WHERE written.decision_id IN (SELECT reserved.decision_id FROM reserved)
        ), corrected AS (
            INSERT INTO tiny_dancer.allowance_correction (tenant, allowance_id, amount)
            SELECT caller_tenant, allowance.allowance_id, sum(written.cost_after::numeric - written.cost_before::numeric)
            FROM written
            JOIN tiny_dancer.allowance
              ON allowance.tenant = caller_tenant
             AND allowance.kind = 'budget'
             AND written.decided_at >= allowance.period_start
             -- A decision is older than the reservation that opens what it draws on, by as long as its call takes.
             AND written.decided_at >= allowance.opened_at - interval '1 minute'
             AND written.decided_at < allowance.period_end
             AND allowance.period_end > now()
             AND (allowance.scope IN ('all', 'agent:' || written.agent, 'conversation:' || written.conversation_id)
                  OR EXISTS (SELECT FROM unnest(written.tags) AS tag WHERE allowance.scope IN ('tag:' || tag, tag)))
            WHERE written.decision_id NOT IN (SELECT reserved.decision_id FROM reserved)
            GROUP BY allowance.allowance_id
        )
        SELECT changed.agent, count(*), sum(changed.cost_before), sum(changed.cost_after)
        FROM changed
        GROUP BY changed.agent
        ORDER BY changed.agent;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_recost(text, boolean, jsonb) IS
    'Computes anew, by the prices as they stand now for the time of each decision, what the decisions of the last time_range (any interval) cost, and shows the agents of which any changes. With dry_run := false it books that, too: hourly sums and the budgets whose period is not over follow within seconds. A cost that the caller stated stays. Errors: 22004, 22023';
