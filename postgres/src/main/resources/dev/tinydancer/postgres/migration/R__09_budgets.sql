-- Budgets: setting and looking at them, reserving what a decision needs, settling what came of it.
--
-- Locks are taken in one order: the tenant's settling first (tiny_dancer.lock_settling), then allowances by their ids, and
-- these last of all, when nothing is left to do that takes longer for many decisions than for one. A reservation that exists
-- is changed only under the first, so nobody meets one that another is settling.

CREATE OR REPLACE FUNCTION tiny_dancer.days_of_week() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
COMMENT ON FUNCTION tiny_dancer.days_of_week() IS 'The values of the setting budget_week_start, in the order of ISO 8601';

CREATE OR REPLACE FUNCTION tiny_dancer.period_start(period text, at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE STRICT
RETURN CASE period
    WHEN 'total' THEN '-infinity'
    WHEN 'week' THEN (
        SELECT (date_trunc('week', at AT TIME ZONE zone - late) + late) AT TIME ZONE zone
        FROM (SELECT tiny_dancer.setting_of('budget_time_zone') AS zone,
                     make_interval(days => array_position(
                         tiny_dancer.days_of_week(), tiny_dancer.setting_of('budget_week_start')) - 1) AS late) AS habit)
    ELSE date_trunc(period, at, tiny_dancer.setting_of('budget_time_zone')) END;
COMMENT ON FUNCTION tiny_dancer.period_start(text, timestamptz) IS
    'When the budget''s period began that has this time in it, in the settings budget_time_zone and budget_week_start';

CREATE OR REPLACE FUNCTION tiny_dancer.period_end(period text, period_start timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE STRICT
RETURN CASE period
    WHEN 'total' THEN 'infinity'
    WHEN 'hour' THEN period_start + interval '1 hour'
    ELSE (period_start AT TIME ZONE tiny_dancer.setting_of('budget_time_zone')
          + CASE period WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || period)::interval END)
         AT TIME ZONE tiny_dancer.setting_of('budget_time_zone') END;
COMMENT ON FUNCTION tiny_dancer.period_end(text, timestamptz) IS
    'When the period ends that began then: days and longer ones at the same hour of the setting budget_time_zone, across changes of the clock';

CREATE OR REPLACE FUNCTION tiny_dancer.lock_settling(tenant text) RETURNS void
LANGUAGE sql VOLATILE
RETURN pg_advisory_xact_lock('tiny_dancer.reservation'::regclass::oid::int, hashtext(tenant));
COMMENT ON FUNCTION tiny_dancer.lock_settling(text) IS
    'Waits until nobody else changes the tenant''s reservations, and keeps others from it until the transaction ends';

-- What a decision used is its recorded cost. Without one: the estimate if the agent answered, nothing if it failed. When a
-- lease ends, the estimate counts if the decision is in the log or was not to be logged, for then the agent may well have
-- been asked; a decision that is missing in the log was rolled back.
-- Of a call that was repeated the reservation may be that of the attempt that nobody heard of: the log has the other one.
CREATE OR REPLACE VIEW tiny_dancer.due_settlement AS
SELECT reservation.tenant, reservation.decision_id, reservation.budgets, reservation.places, reservation.open,
       reservation.cost, reservation.charged, report.report_ids,
       coalesce(tiny_dancer.bounded(report.cost)::numeric,
                CASE WHEN report.success
                     THEN coalesce((SELECT decision.estimated_cost::numeric
                                    FROM tiny_dancer.decision
                                    WHERE decision.tenant = reservation.tenant
                                      AND decision.decided_at = tiny_dancer.decision_time(reservation.decision_id)
                                      AND decision.decision_id = reservation.decision_id),
                                   reservation.cost)
                     ELSE 0 END) AS used
FROM (
    SELECT tenant, decision_id, array_agg(report_id) AS report_ids,
           (array_agg(success ORDER BY report_id DESC))[1] AS success,
           (array_agg(cost ORDER BY report_id DESC))[1] AS cost
    FROM tiny_dancer.outcome_report
    GROUP BY tenant, decision_id
) AS report
JOIN tiny_dancer.reservation
  ON reservation.tenant = report.tenant AND reservation.decision_id = report.decision_id
UNION ALL
SELECT reservation.tenant, reservation.decision_id, reservation.budgets, reservation.places, reservation.open,
       reservation.cost, reservation.charged, '{}',
       CASE WHEN reservation.logged
            THEN coalesce((SELECT coalesce(decision.estimated_cost::numeric, reservation.cost)
                           FROM tiny_dancer.decision
                           WHERE decision.tenant = reservation.tenant
                             AND decision.decided_at = tiny_dancer.decision_time(reservation.decision_id)
                             AND decision.decision_id = reservation.decision_id), 0)
            ELSE reservation.cost END
FROM tiny_dancer.reservation
WHERE reservation.open
  AND reservation.lease_until <= statement_timestamp()
  -- What has just ended is looked at wherever the mark is: the clock may have been set back.
  AND reservation.lease_until >= (
      SELECT least(lease_mark.none_open_before, statement_timestamp() - interval '1 minute') FROM tiny_dancer.lease_mark)
  AND NOT EXISTS (
      SELECT FROM tiny_dancer.outcome_report AS report
      WHERE report.tenant = reservation.tenant AND report.decision_id = reservation.decision_id);
COMMENT ON VIEW tiny_dancer.due_settlement IS
    'Reservations whose outcome is reported or whose lease is over, with what they are to count from now on';
COMMENT ON COLUMN tiny_dancer.due_settlement.tenant IS 'Whose decision';
COMMENT ON COLUMN tiny_dancer.due_settlement.decision_id IS 'The decision';
COMMENT ON COLUMN tiny_dancer.due_settlement.budgets IS 'The budgets'' allowances that it draws on';
COMMENT ON COLUMN tiny_dancer.due_settlement.places IS 'The other allowances that it draws on';
COMMENT ON COLUMN tiny_dancer.due_settlement.open IS 'Whether it still holds its cost and places';
COMMENT ON COLUMN tiny_dancer.due_settlement.cost IS 'The estimate that it holds while it is open, US dollars';
COMMENT ON COLUMN tiny_dancer.due_settlement.charged IS 'What it counts as spent now, US dollars';
COMMENT ON COLUMN tiny_dancer.due_settlement.report_ids IS 'The reports that are done with then';
COMMENT ON COLUMN tiny_dancer.due_settlement.used IS 'What it is to count as spent, US dollars';

CREATE OR REPLACE FUNCTION tiny_dancer.credit_of(
    budget tiny_dancer.budget,
    at timestamptz,
    OUT top_up numeric,
    OUT forgiven numeric
)
LANGUAGE sql IMMUTABLE
AS $function$
    SELECT CASE WHEN budget.credit_until > at THEN budget.top_up ELSE 0 END,
           CASE WHEN budget.credit_until > at THEN budget.forgiven ELSE 0 END
$function$;
COMMENT ON FUNCTION tiny_dancer.credit_of(tiny_dancer.budget, timestamptz) IS
    'The US dollars on top of a budget''s amount, and those of what is spent that count no longer, in the period of this time';

CREATE OR REPLACE FUNCTION tiny_dancer.changes_of(due tiny_dancer.due_settlement[])
RETURNS SETOF tiny_dancer.allowance_change
LANGUAGE sql STABLE
AS $function$
    SELECT allowance_id, sum(spent), sum(released)
    FROM (
        SELECT unnest(budgets), used - charged, CASE WHEN open THEN cost ELSE 0 END FROM unnest(due)
        UNION ALL
        SELECT unnest(places), 0, open::int FROM unnest(due)
    ) AS each (allowance_id, spent, released)
    GROUP BY allowance_id
$function$;
COMMENT ON FUNCTION tiny_dancer.changes_of(tiny_dancer.due_settlement[]) IS
    'What settling these reservations does to their allowances, added up by allowance';

CREATE OR REPLACE FUNCTION tiny_dancer.lock_allowances(ids bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $function$
BEGIN
    PERFORM FROM tiny_dancer.allowance WHERE allowance_id = ANY (ids) ORDER BY allowance_id FOR NO KEY UPDATE;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.lock_allowances(bigint[]) IS
    'Locks allowances in the order in which everybody does; what comes after is to be short, for the tenant''s other reservations wait for it';

CREATE OR REPLACE FUNCTION tiny_dancer.change_allowances(changes tiny_dancer.allowance_change[]) RETURNS void
LANGUAGE sql VOLATILE
AS $function$
    UPDATE tiny_dancer.allowance
    -- A correction may take back more than was counted here.
    SET spent = greatest(0, allowance.spent + change.spent),
        reserved = allowance.reserved - change.released,
        excess = greatest(0, greatest(0, allowance.spent + change.spent) + allowance.reserved - change.released
                             - allowance.capacity)
    FROM unnest(changes) AS change
    WHERE allowance.allowance_id = change.allowance_id
$function$;
COMMENT ON FUNCTION tiny_dancer.change_allowances(tiny_dancer.allowance_change[]) IS
    'Books what settled reservations have used and gives back what they held; the allowances must be locked';

-- Its capacity makes an alert another one, so that it is raised again after money was put on top.
CREATE OR REPLACE FUNCTION tiny_dancer.raise_alerts(ids bigint[]) RETURNS bigint
LANGUAGE sql VOLATILE
AS $function$
    WITH raised AS (
        INSERT INTO tiny_dancer.budget_alert (tenant, scope, period, period_start, threshold, amount, spent, capacity)
        SELECT budget.tenant, budget.scope, budget.period, allowance.period_start, threshold, total.amount, total.spent,
               budget.amount::numeric + credit.top_up + credit.forgiven
        FROM tiny_dancer.allowance
        JOIN tiny_dancer.budget
          ON budget.tenant = allowance.tenant AND budget.scope = allowance.scope AND budget.period = allowance.period
        CROSS JOIN LATERAL tiny_dancer.credit_of(budget, statement_timestamp()) AS credit
        CROSS JOIN LATERAL (
            SELECT budget.amount::numeric + credit.top_up AS amount, allowance.spent - credit.forgiven AS spent
        ) AS total
        CROSS JOIN unnest(budget.alert_at) AS threshold
        WHERE allowance.allowance_id = ANY (ids)
          AND allowance.kind = 'budget'
          AND allowance.period_end > statement_timestamp()
          AND total.spent > 0
          AND total.spent >= threshold::numeric * total.amount
        ON CONFLICT DO NOTHING
        RETURNING alert_id
    )
    SELECT count(pg_notify('tiny_dancer_budget_alert', alert_id::text)) FROM raised
$function$;
COMMENT ON FUNCTION tiny_dancer.raise_alerts(bigint[]) IS
    'Keeps and tells on the channel tiny_dancer_budget_alert which budgets have spent a part of their amount that is in their alert_at; for those whose allowances have just been changed. Returns their number';

CREATE OR REPLACE FUNCTION tiny_dancer.settle(tenant text) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    -- The leases of a large batch end at the same moment; nobody is to wait for more than this many.
    most constant int := 5000;
    due tiny_dancer.due_settlement[];
    corrections tiny_dancer.allowance_change[];
    changes tiny_dancer.allowance_change[];
BEGIN
    PERFORM tiny_dancer.lock_settling(settle.tenant);
    SELECT coalesce(array_agg(waiting.settlement), '{}') INTO due
    FROM (SELECT due_settlement AS settlement FROM tiny_dancer.due_settlement
          WHERE due_settlement.tenant = settle.tenant LIMIT most) AS waiting;
    WITH taken AS (
        DELETE FROM tiny_dancer.allowance_correction AS correction
        WHERE correction.tenant = settle.tenant
        RETURNING correction.allowance_id, correction.amount
    )
    SELECT coalesce(array_agg((taken.allowance_id, taken.amount, 0)::tiny_dancer.allowance_change), '{}') INTO corrections
    FROM taken;
    IF due = '{}' AND corrections = '{}' THEN
        RETURN 0;
    END IF;
    changes := ARRAY(
        SELECT (change.allowance_id, sum(change.spent), sum(change.released))::tiny_dancer.allowance_change
        FROM (SELECT * FROM tiny_dancer.changes_of(due) UNION ALL SELECT * FROM unnest(corrections)) AS change
        GROUP BY change.allowance_id);
    UPDATE tiny_dancer.reservation
    SET open = false, charged = settled.used
    FROM unnest(due) AS settled
    WHERE reservation.tenant = settled.tenant AND reservation.decision_id = settled.decision_id;
    DELETE FROM tiny_dancer.outcome_report
    WHERE report_id IN (SELECT unnest(report_ids) FROM unnest(due));
    PERFORM tiny_dancer.lock_allowances(ARRAY(SELECT allowance_id FROM unnest(changes)));
    PERFORM tiny_dancer.change_allowances(changes);
    PERFORM tiny_dancer.raise_alerts(ARRAY(SELECT allowance_id FROM unnest(changes) AS change WHERE change.spent > 0));
    RETURN cardinality(due);
END
$function$;
COMMENT ON FUNCTION tiny_dancer.settle(text) IS
    'Settles a tenant''s reservations whose outcome is reported or whose lease is over, at most 5,000 at a time, and corrects its budgets; returns the number of reservations. For the engine, in a short transaction of its own';

CREATE OR REPLACE FUNCTION tiny_dancer.refreshed_allowances(tenant text) RETURNS SETOF tiny_dancer.allowance_balance
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
    PERFORM tiny_dancer.settle(refreshed_allowances.tenant);
    RETURN QUERY
        SELECT allowance.kind, allowance.scope, allowance.period, allowance.period_end, allowance.spent::float8,
               allowance.reserved::float8, false
        FROM tiny_dancer.allowance
        WHERE allowance.tenant = refreshed_allowances.tenant
          AND allowance.period_start <= statement_timestamp()
          AND allowance.period_end > statement_timestamp();
END
$function$;
COMMENT ON FUNCTION tiny_dancer.refreshed_allowances(text) IS
    'A tenant''s allowances of the present periods, after settling what is due; for the engine, when one of them does not suffice';

-- A transaction that reserves ends within seconds, so a lease that began in it ends later than a minute ago when it commits.
CREATE OR REPLACE FUNCTION tiny_dancer.move_lease_mark() RETURNS void
LANGUAGE sql VOLATILE
AS $function$
    UPDATE tiny_dancer.lease_mark
    SET none_open_before = reached.mark
    FROM (
        SELECT least(min(reservation.lease_until), statement_timestamp() - interval '1 minute') AS mark
        FROM tiny_dancer.reservation
        WHERE reservation.open
          AND reservation.lease_until <= statement_timestamp()
          AND reservation.lease_until >= (
              SELECT least(lease_mark.none_open_before, statement_timestamp() - interval '1 minute')
              FROM tiny_dancer.lease_mark)
    ) AS reached
    WHERE lease_mark.none_open_before NOT BETWEEN reached.mark - interval '10 seconds' AND reached.mark
$function$;
COMMENT ON FUNCTION tiny_dancer.move_lease_mark() IS
    'Moves the mark of the leases on as far as none before it is open, ten seconds at a time, and back where the clock was set back';

CREATE OR REPLACE FUNCTION tiny_dancer.tenants_to_settle() RETURNS SETOF text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    -- An engine of a standby asks, too, for what others are to settle.
    IF NOT current_setting('transaction_read_only')::boolean THEN
        PERFORM tiny_dancer.move_lease_mark();
    END IF;
    RETURN QUERY
        SELECT tenant FROM tiny_dancer.due_settlement
        UNION
        SELECT tenant FROM tiny_dancer.allowance_correction
        ORDER BY tenant;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.tenants_to_settle() IS
    'The tenants with reservations that are to be settled, or budgets to be corrected; the engine asks twice a second, and calls tiny_dancer.settle for each in a transaction of its own';

CREATE OR REPLACE FUNCTION tiny_dancer.settle_all() RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    due_tenant text;
    settled int := 0;
BEGIN
    FOR due_tenant IN SELECT * FROM tiny_dancer.tenants_to_settle() LOOP
        settled := settled + tiny_dancer.settle(due_tenant);
    END LOOP;
    RETURN settled;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.settle_all() IS
    'tiny_dancer.settle for every tenant with something to settle, in one transaction; returns the number of reservations';

CREATE OR REPLACE FUNCTION tiny_dancer.forget_settled() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    -- Those of hours without an engine are too many for one transaction, which would end with nothing done.
    most constant int := 20000;
    keep_from constant timestamptz := now() - tiny_dancer.setting_of('reservation_retention')::interval;
    forgotten bigint;
BEGIN
    DELETE FROM tiny_dancer.reservation
    WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM tiny_dancer.reservation
        WHERE lease_until < keep_from AND NOT open
        ORDER BY lease_until LIMIT most));
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    IF forgotten = most THEN
        RETURN forgotten;
    END IF;
    -- Where the clock was set back and no engine was there when leases ended. The search for them reads all that are closed,
    -- so it is made only where the allowances hold more than the open ones from the mark on do.
    IF (SELECT sum(allowance.reserved) FROM tiny_dancer.allowance)
       > (SELECT coalesce(sum(reservation.cost * cardinality(reservation.budgets) + cardinality(reservation.places)), 0)
          FROM tiny_dancer.reservation
          WHERE reservation.open
            AND reservation.lease_until >= (SELECT lease_mark.none_open_before FROM tiny_dancer.lease_mark)) THEN
        UPDATE tiny_dancer.lease_mark
        SET none_open_before = missed.lease_until
        FROM (SELECT min(lease_until) AS lease_until FROM tiny_dancer.reservation WHERE open) AS missed
        WHERE missed.lease_until < lease_mark.none_open_before;
    END IF;
    -- Of decisions without a reservation; an engine may be about to settle the others.
    DELETE FROM tiny_dancer.outcome_report AS report
    WHERE reported_at < now() - interval '1 hour'
      AND NOT EXISTS (
          SELECT FROM tiny_dancer.reservation
          WHERE reservation.tenant = report.tenant AND reservation.decision_id = report.decision_id);
    DELETE FROM tiny_dancer.allowance WHERE period_end < keep_from AND reserved = 0;
    DELETE FROM tiny_dancer.budget_alert WHERE raised_at < tiny_dancer.log_kept_from();
    DELETE FROM tiny_dancer.outage WHERE ended_at < tiny_dancer.log_kept_from();
    RETURN forgotten;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.forget_settled() IS
    'Deletes reservations that were settled longer ago than the setting reservation_retention, at most 20,000 at a time, and with the last of them allowances of periods that long over, and alerts and outages older than log_retention; returns the number of reservations. To be called again while it is that many';

CREATE OR REPLACE FUNCTION tiny_dancer.claim_totals(tenant text, reservations jsonb)
RETURNS SETOF tiny_dancer.claim_total
LANGUAGE sql STABLE
AS $function$
    SELECT present.kind, present.scope, present.period, present.period_start, present.capacity, present.need,
           present.may_exceed, allowance.allowance_id
    FROM (
        SELECT total.*, tiny_dancer.period_start(total.period, statement_timestamp()) AS period_start
        FROM (
            SELECT claim.kind, claim.scope, claim.period, max(claim.capacity)::numeric AS capacity,
                   sum(claim.need::numeric) AS need, bool_and(claim.may_exceed) AS may_exceed
            FROM jsonb_to_recordset(reservations) AS wanted (claims jsonb)
            CROSS JOIN LATERAL jsonb_to_recordset(wanted.claims) AS claim (
                kind text, scope text, period text, capacity float8, need float8, may_exceed boolean)
            GROUP BY claim.kind, claim.scope, claim.period
        ) AS total
    ) AS present
    LEFT JOIN tiny_dancer.allowance
      ON allowance.tenant = claim_totals.tenant AND allowance.kind = present.kind AND allowance.scope = present.scope
     AND allowance.period = present.period AND allowance.period_start = present.period_start
$function$;
COMMENT ON FUNCTION tiny_dancer.claim_totals(text, jsonb) IS
    'The claims of tiny_dancer.reserve, added up by allowance';

CREATE OR REPLACE FUNCTION tiny_dancer.open_allowances(tenant text, reservations jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    INSERT INTO tiny_dancer.allowance (tenant, kind, scope, period, period_start, period_end, capacity)
    SELECT open_allowances.tenant, total.kind, total.scope, total.period, total.period_start,
           tiny_dancer.period_end(total.period, total.period_start), total.capacity
    FROM tiny_dancer.claim_totals(open_allowances.tenant, open_allowances.reservations) AS total
    WHERE total.allowance_id IS NULL
    ORDER BY total.kind, total.scope
    ON CONFLICT DO NOTHING
$function$;
COMMENT ON FUNCTION tiny_dancer.open_allowances(text, jsonb) IS
    'Makes the allowances that reservations claim and that do not exist yet. For the engine, in a transaction of its own before that of many reservations: who needs a row that another is making waits for the end of its transaction';

CREATE OR REPLACE FUNCTION tiny_dancer.refused_claims(
    totals tiny_dancer.claim_total[],
    changes tiny_dancer.allowance_change[]
) RETURNS bigint[]
LANGUAGE sql STABLE
AS $function$
    SELECT coalesce(array_agg(allowance.allowance_id), '{}')
    FROM unnest(totals) AS total
    JOIN tiny_dancer.allowance ON allowance.allowance_id = total.allowance_id
    LEFT JOIN unnest(changes) AS change ON change.allowance_id = total.allowance_id
    WHERE NOT total.may_exceed
      AND allowance.spent + coalesce(change.spent, 0) + allowance.reserved - coalesce(change.released, 0) + total.need
          > total.capacity
$function$;
COMMENT ON FUNCTION tiny_dancer.refused_claims(tiny_dancer.claim_total[], tiny_dancer.allowance_change[]) IS
    'The allowances that do not suffice for what is claimed of them, once these changes are made to them';

CREATE OR REPLACE FUNCTION tiny_dancer.reserve(tenant text, reservations jsonb)
RETURNS SETOF tiny_dancer.allowance_balance
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    decision_ids constant uuid[] :=
        ARRAY(SELECT decision_id FROM jsonb_to_recordset(reservations) AS wanted (decision_id uuid));
    settled uuid[];
    held uuid[] := ARRAY[]::uuid[];
    least_lease constant interval := tiny_dancer.setting_of('in_flight_lease')::interval;
    totals tiny_dancer.claim_total[];
    given_back tiny_dancer.allowance_change[] := '{}'::tiny_dancer.allowance_change[];
    refused bigint[];
BEGIN
    -- A call that is repeated has not answered: what it may have reserved is given back first. One that is settled was
    -- answered, unless its lease was over before that, and this is the attempt before, whose connection broke and which comes
    -- too late: it changes nothing.
    IF EXISTS (SELECT FROM tiny_dancer.reservation
               WHERE reservation.tenant = reserve.tenant AND reservation.decision_id = ANY (decision_ids)) THEN
        PERFORM tiny_dancer.lock_settling(reserve.tenant);
        settled := ARRAY(
            SELECT decision_id FROM tiny_dancer.reservation
            WHERE reservation.tenant = reserve.tenant AND reservation.decision_id = ANY (decision_ids)
              AND NOT reservation.open
              AND (NOT reservation.logged OR reservation.charged > 0 OR EXISTS (
                  SELECT FROM tiny_dancer.decision
                  WHERE decision.tenant = reserve.tenant
                    AND decision.decided_at = tiny_dancer.decision_time(reservation.decision_id)
                    AND decision.decision_id = reservation.decision_id)));
        IF settled <> '{}' THEN
            reservations := (SELECT coalesce(jsonb_agg(wanted), '[]') FROM jsonb_array_elements(reservations) AS wanted
                             WHERE (wanted ->> 'decision_id')::uuid <> ALL (settled));
        END IF;
        held := ARRAY(
            SELECT decision_id FROM tiny_dancer.reservation
            WHERE reservation.tenant = reserve.tenant AND reservation.decision_id = ANY (decision_ids)
              AND reservation.decision_id <> ALL (settled));
        SELECT ARRAY(SELECT change FROM tiny_dancer.changes_of(array_agg((
                   reservation.tenant, reservation.decision_id, reservation.budgets, reservation.places, reservation.open,
                   reservation.cost, reservation.charged, '{}', 0)::tiny_dancer.due_settlement)) AS change)
        INTO given_back
        FROM tiny_dancer.reservation
        WHERE reservation.tenant = reserve.tenant AND reservation.decision_id = ANY (held);
    END IF;

    totals := ARRAY(SELECT total FROM tiny_dancer.claim_totals(reserve.tenant, reserve.reservations) AS total);
    IF EXISTS (SELECT FROM unnest(totals) AS total WHERE total.allowance_id IS NULL) THEN
        PERFORM tiny_dancer.open_allowances(reserve.tenant, reserve.reservations);
        totals := ARRAY(SELECT total FROM tiny_dancer.claim_totals(reserve.tenant, reserve.reservations) AS total);
    END IF;

    -- The rows of the reservations come first and the locks of the allowances last, so that others wait as long for one
    -- that takes a hundred thousand as for one that takes a single one. Without a lock a refusal is only a look ahead.
    refused := tiny_dancer.refused_claims(totals, given_back);
    IF refused = '{}' THEN
        BEGIN
            DELETE FROM tiny_dancer.reservation
            WHERE reservation.tenant = reserve.tenant AND reservation.decision_id = ANY (held);
            INSERT INTO tiny_dancer.reservation (tenant, decision_id, agent, budgets, places, cost, logged, lease_until)
            SELECT reserve.tenant, decision.decision_id, decision.agent,
                   coalesce(array_agg(total.allowance_id) FILTER (WHERE total.kind = 'budget'), '{}'),
                   coalesce(array_agg(total.allowance_id) FILTER (WHERE total.kind <> 'budget'), '{}'),
                   decision.cost::numeric, decision.logged,
                   clock_timestamp()
                   + greatest(least_lease, make_interval(secs => least(2 * decision.latency_ms / 1000, 1e9)))
            FROM jsonb_to_recordset(reserve.reservations) AS decision (
                decision_id uuid, agent text, cost float8, latency_ms float8, logged boolean, claims jsonb)
            CROSS JOIN LATERAL jsonb_to_recordset(decision.claims) AS claim (kind text, scope text, period text)
            JOIN unnest(totals) AS total
              ON total.kind = claim.kind AND total.scope = claim.scope AND total.period = claim.period
            GROUP BY decision.decision_id, decision.agent, decision.cost, decision.latency_ms, decision.logged;

            PERFORM tiny_dancer.lock_allowances(
                ARRAY(SELECT allowance_id FROM unnest(totals) UNION SELECT allowance_id FROM unnest(given_back)));
            refused := tiny_dancer.refused_claims(totals, given_back);
            IF refused <> '{}' THEN
                RAISE SQLSTATE 'TD402' USING MESSAGE = 'others were faster';
            END IF;
            PERFORM tiny_dancer.change_allowances(given_back);
            UPDATE tiny_dancer.allowance
            SET capacity = total.capacity,
                reserved = allowance.reserved + total.need,
                excess = CASE WHEN total.may_exceed
                              THEN greatest(0, allowance.spent + allowance.reserved + total.need - total.capacity)
                              ELSE 0 END
            FROM unnest(totals) AS total
            WHERE allowance.allowance_id = total.allowance_id;
        EXCEPTION WHEN SQLSTATE 'TD402' THEN
            -- The reservations are gone, their locks too; what was held before is held again.
            NULL;
        END;
    END IF;

    RETURN QUERY
        SELECT total.kind, total.scope, total.period, allowance.period_end, allowance.spent::float8,
               allowance.reserved::float8, allowance.allowance_id = ANY (refused)
        FROM unnest(totals) AS total
        JOIN tiny_dancer.allowance ON allowance.allowance_id = total.allowance_id;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.reserve(text, jsonb) IS
    'Takes what decisions need together from all their allowances, or nothing when one of them does not suffice: that one is refused. Called again for a decision, it replaces what was taken for it, unless that is settled. For the engine, in a short transaction of its own; the form of the reservations is in docs/protocol.md';

CREATE OR REPLACE FUNCTION tiny_dancer.budget_scope_problem(scope text) RETURNS text[]
LANGUAGE sql IMMUTABLE
RETURN coalesce(
    tiny_dancer.text_problem('scope', scope),
    CASE WHEN scope <> 'all' AND scope !~ '^(agent|tag|user|conversation):'
         THEN tiny_dancer.invalid('scope', scope, 'is unknown',
                                  ARRAY['all', 'agent:NAME', 'tag:NAME', 'user:NAME', 'conversation:ID']) END,
    CASE WHEN scope <> 'all'
         THEN tiny_dancer.text_problem('the name in scope', substr(scope, strpos(scope, ':') + 1), 200) END);
COMMENT ON FUNCTION tiny_dancer.budget_scope_problem(text) IS
    'The scope must be all, agent:NAME, tag:NAME, user:NAME or conversation:ID';

CREATE OR REPLACE FUNCTION tiny_dancer.alert_at_problem(alert_at float8[]) RETURNS text[]
LANGUAGE sql IMMUTABLE
RETURN CASE
    WHEN array_ndims(alert_at) > 1 OR cardinality(alert_at) > 20
      OR EXISTS (SELECT FROM unnest(alert_at) AS threshold WHERE threshold IS NULL OR NOT (threshold > 0 AND threshold <= 10))
    THEN tiny_dancer.invalid('alert_at', alert_at::text, 'must be up to 20 parts of the amount, each above 0 and at most 10, as {0.8,0.95}') END;
COMMENT ON FUNCTION tiny_dancer.alert_at_problem(float8[]) IS 'Parts of a budget''s amount at which alerts are raised';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_set_budget(
    scope text,
    amount float8,
    period text = 'month',
    on_exhausted text = 'reject',
    alert_at float8[] = '{0.8,0.95}',
    options jsonb = '{}'
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    is_new boolean;
    problem text[];
BEGIN
    problem := coalesce(
        tiny_dancer.budget_scope_problem(ruvector_set_budget.scope),
        CASE WHEN ruvector_set_budget.amount IS NULL THEN ARRAY[
            '22004', 'amount must not be null', NULL,
            'ruvector_remove_budget(scope) removes a budget; with the amount 0 nothing may be spent.'] END,
        tiny_dancer.figure_problem('amount', ruvector_set_budget.amount),
        tiny_dancer.one_of_problem('period', coalesce(ruvector_set_budget.period, 'month'),
                                   ARRAY['hour', 'day', 'week', 'month', 'quarter', 'year', 'total']),
        tiny_dancer.one_of_problem('on_exhausted', coalesce(ruvector_set_budget.on_exhausted, 'reject'),
                                   ARRAY['reject', 'cheapest']),
        tiny_dancer.alert_at_problem(ruvector_set_budget.alert_at),
        tiny_dancer.options_problem(ruvector_set_budget.options));
    ${raise_problem}
    IF ruvector_set_budget.scope LIKE 'agent:%' AND NOT EXISTS (
        SELECT FROM tiny_dancer.agent
        WHERE agent.tenant = caller_tenant AND agent.name = substr(ruvector_set_budget.scope, 7)) THEN
        RAISE NOTICE 'agent % is not registered; the budget holds once it is', substr(ruvector_set_budget.scope, 7);
    END IF;

    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    INSERT INTO tiny_dancer.budget AS present (tenant, scope, amount, period, on_exhausted, alert_at)
    VALUES (caller_tenant, ruvector_set_budget.scope, ruvector_set_budget.amount,
            coalesce(ruvector_set_budget.period, 'month'), coalesce(ruvector_set_budget.on_exhausted, 'reject'),
            coalesce(ruvector_set_budget.alert_at, '{0.8,0.95}'))
    ON CONFLICT (tenant, scope) DO UPDATE
    SET (amount, period, on_exhausted, alert_at) =
            (excluded.amount, excluded.period, excluded.on_exhausted, excluded.alert_at),
        credit_until = CASE WHEN excluded.period = present.period THEN present.credit_until ELSE '-infinity' END
    -- A row that was inserted has never been deleted or locked.
    RETURNING present.xmax = 0 INTO is_new;
    RETURN is_new;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_set_budget(text, float8, text, text, float8[], jsonb) IS
    'Sets what may be spent, in US dollars: for all requests, for agent:NAME, for tag:NAME, or for requests with the tag user:NAME or of conversation:ID, in each hour, day, week, month, quarter or year, or in total. When the rest does not suffice: reject leaves out what is dearer, and TD402 is raised when nothing is left; cheapest takes the cheapest agent, even beyond the amount. When a part of the amount in alert_at is spent, an alert is raised: a row of ruvector_budget_alerts() and a NOTIFY. True means new, false replaced; what was spent in the same period stays. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_remove_budget(scope text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    problem constant text[] := tiny_dancer.budget_scope_problem(scope);
BEGIN
    ${raise_problem}
    PERFORM tiny_dancer.lock_catalog(caller_tenant);
    DELETE FROM tiny_dancer.budget
    WHERE budget.tenant = caller_tenant AND budget.scope = ruvector_remove_budget.scope;
    RETURN found;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_remove_budget(text) IS
    'Removes a budget, after which nothing limits what it limited; whether there was such a budget. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION tiny_dancer.budgets_now(tenant text) RETURNS SETOF tiny_dancer.budget_overview
LANGUAGE sql STABLE
AS $function$
    SELECT budget.scope, present.period_start, total.amount::float8, total.spent::float8, total.reserved::float8,
           (total.amount - total.spent - total.reserved)::float8,
           CASE WHEN budget.period <> 'total' THEN
               total.spent::float8
               -- In the first hundredth of a period a single request would promise a fortune.
               + total.booked::float8 * (1 - present.elapsed) / greatest(present.elapsed, 0.01) END,
           (SELECT max(threshold) FROM unnest(budget.alert_at) AS threshold
            WHERE total.spent > 0 AND total.spent >= threshold::numeric * total.amount),
           budget.period, present.period_end
    FROM tiny_dancer.budget
    CROSS JOIN LATERAL (SELECT tiny_dancer.period_start(budget.period, clock_timestamp()) AS period_start) AS beginning
    CROSS JOIN LATERAL (
        SELECT beginning.period_start, ending.period_end,
               CASE WHEN budget.period <> 'total' THEN
                   date_part('epoch', clock_timestamp() - beginning.period_start)
                   / date_part('epoch', ending.period_end - beginning.period_start) END AS elapsed
        FROM (SELECT tiny_dancer.period_end(budget.period, beginning.period_start) AS period_end) AS ending
    ) AS present
    CROSS JOIN LATERAL tiny_dancer.credit_of(budget, clock_timestamp()) AS credit
    LEFT JOIN tiny_dancer.allowance
      ON allowance.tenant = budget.tenant AND allowance.kind = 'budget' AND allowance.scope = budget.scope
     AND allowance.period = budget.period AND allowance.period_start = present.period_start
    -- What an engine will settle within the second counts already.
    LEFT JOIN LATERAL (
        SELECT sum(due.used - due.charged) AS spent, sum(due.cost) FILTER (WHERE due.open) AS released
        FROM tiny_dancer.due_settlement AS due
        WHERE due.tenant = budget.tenant AND allowance.allowance_id = ANY (due.budgets)
    ) AS change ON true
    LEFT JOIN LATERAL (
        SELECT sum(waiting.amount) AS spent
        FROM tiny_dancer.allowance_correction AS waiting
        WHERE waiting.tenant = budget.tenant AND waiting.allowance_id = allowance.allowance_id
    ) AS correction ON true
    CROSS JOIN LATERAL (
        SELECT greatest(0, coalesce(allowance.spent, 0) + coalesce(change.spent, 0) + coalesce(correction.spent, 0)) AS booked,
               coalesce(allowance.reserved, 0) - coalesce(change.released, 0) AS reserved
    ) AS used
    CROSS JOIN LATERAL (
        SELECT budget.amount::numeric + credit.top_up AS amount, used.booked, used.booked - credit.forgiven AS spent,
               used.reserved
    ) AS total
    WHERE budget.tenant = budgets_now.tenant
    ORDER BY budget.scope
$function$;
COMMENT ON FUNCTION tiny_dancer.budgets_now(text) IS
    'Every budget of a tenant in its present period, by scope';

CREATE OR REPLACE FUNCTION tiny_dancer.change_credit(tenant text, scope text, more numeric, forgives boolean)
RETURNS tiny_dancer.budget_overview
LANGUAGE plpgsql VOLATILE
AS $function$
#variable_conflict use_column
DECLARE
    present tiny_dancer.budget_overview;
BEGIN
    PERFORM tiny_dancer.lock_catalog(change_credit.tenant);
    SELECT * INTO present
    FROM tiny_dancer.budgets_now(change_credit.tenant) AS standing
    WHERE standing.scope = change_credit.scope;
    IF NOT found THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('scope %s has no budget', change_credit.scope),
            HINT = coalesce(
                (SELECT 'Those that have one: ' || string_agg(named.scope, ', ' ORDER BY named.scope)
                 FROM (SELECT budget.scope FROM tiny_dancer.budget
                       WHERE budget.tenant = change_credit.tenant ORDER BY budget.scope LIMIT 10) AS named),
                'ruvector_set_budget(scope, amount) sets one.');
    END IF;
    UPDATE tiny_dancer.budget
    SET (top_up, forgiven) = (
            SELECT credit.top_up + change_credit.more,
                   credit.forgiven + CASE WHEN change_credit.forgives THEN present.spent::numeric ELSE 0 END
            FROM tiny_dancer.credit_of(budget, clock_timestamp()) AS credit),
        credit_until = tiny_dancer.period_end(budget.period, present.period_start)
    WHERE budget.tenant = change_credit.tenant AND budget.scope = change_credit.scope;
    SELECT * INTO present
    FROM tiny_dancer.budgets_now(change_credit.tenant) AS standing
    WHERE standing.scope = change_credit.scope;
    RETURN present;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.change_credit(text, text, numeric, boolean) IS
    'Puts money on top of a budget for its present period, or forgives what is spent; returns how it stands then. Errors: 22023 where there is no such budget';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_top_up_budget(scope text, amount float8)
RETURNS tiny_dancer.budget_overview
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    problem constant text[] := coalesce(
        tiny_dancer.budget_scope_problem(scope),
        tiny_dancer.given_problem('amount', amount),
        tiny_dancer.figure_problem('amount', amount));
BEGIN
    ${raise_problem}
    RETURN tiny_dancer.change_credit(tiny_dancer.current_tenant(), scope, amount::numeric, false);
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_top_up_budget(text, float8) IS
    'Puts so many US dollars on top of a budget''s amount, for its present period only; returns how it stands then. Errors: 22004; 22023 also where there is no such budget';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_reset_budget(scope text) RETURNS tiny_dancer.budget_overview
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    problem constant text[] := tiny_dancer.budget_scope_problem(scope);
BEGIN
    ${raise_problem}
    RETURN tiny_dancer.change_credit(tiny_dancer.current_tenant(), scope, 0, true);
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_reset_budget(text) IS
    'Forgives what a budget has spent in its present period, so that its whole amount is there again; what is reserved stays. Returns how it stands then. Errors: 22004; 22023 also where there is no such budget';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_budget_status() RETURNS SETOF tiny_dancer.budget_overview
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 5
AS $function$
    SELECT * FROM tiny_dancer.budgets_now(tiny_dancer.current_tenant())
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_budget_status() IS
    'Every budget in its present period, by scope: what is spent, reserved for requests under way, and left, what will be spent at the end if it goes on so, and the alert that holds';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_budget_alerts() RETURNS SETOF tiny_dancer.budget_alert_overview
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 10
AS $function$
    SELECT alert.alert_id, alert.raised_at, alert.scope, alert.period, alert.period_start, alert.threshold, alert.amount,
           alert.spent
    FROM tiny_dancer.budget_alert AS alert
    WHERE alert.tenant = tiny_dancer.current_tenant()
    ORDER BY alert.alert_id DESC
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_budget_alerts() IS
    'The alerts of budgets, latest first, as far as the log reaches back. LISTEN tiny_dancer_budget_alert tells each with its alert_id';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_budget_holders(scope text = NULL, options jsonb = '{}')
RETURNS SETOF tiny_dancer.budget_holder
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 10
AS $function$
#variable_conflict use_column
DECLARE
    caller_tenant constant text := tiny_dancer.current_tenant();
    problem constant text[] := coalesce(
        CASE WHEN ruvector_budget_holders.scope IS NOT NULL
             THEN tiny_dancer.budget_scope_problem(ruvector_budget_holders.scope) END,
        tiny_dancer.options_problem(ruvector_budget_holders.options));
BEGIN
    ${raise_problem}
    RETURN QUERY
        SELECT allowance.scope, held.agent, sum(held.requests)::bigint, sum(held.cost)::float8,
               min(tiny_dancer.decision_time(held.first_decision)), max(held.lease_until)
        FROM (
            SELECT reservation.agent, reservation.budgets, count(*) AS requests, sum(reservation.cost) AS cost,
                   (array_agg(reservation.decision_id ORDER BY reservation.decision_id))[1] AS first_decision,
                   max(reservation.lease_until) AS lease_until
            FROM tiny_dancer.reservation
            WHERE reservation.tenant = caller_tenant
              AND reservation.open
              AND reservation.lease_until >= (SELECT none_open_before FROM tiny_dancer.lease_mark)
              AND reservation.budgets <> '{}'
            GROUP BY reservation.agent, reservation.budgets
        ) AS held
        JOIN tiny_dancer.allowance ON allowance.allowance_id = ANY (held.budgets)
        WHERE allowance.period_end > now()
          AND (ruvector_budget_holders.scope IS NULL OR allowance.scope = ruvector_budget_holders.scope)
        GROUP BY allowance.scope, held.agent
        ORDER BY allowance.scope, 4 DESC, held.agent;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_budget_holders(text, jsonb) IS
    'Who holds what is reserved of the budgets in their present periods, or of the one of that scope: the agents with requests under way, the dearest first. Errors: 22004, 22023';
