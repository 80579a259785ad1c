-- What requests would have cost with the best and with the dearest agent, how good answers were, and attempts beside requests.

ALTER TABLE tiny_dancer.decision ADD COLUMN cost_of_best float8, ADD COLUMN cost_of_dearest float8;
COMMENT ON COLUMN tiny_dancer.decision.cost_of_best IS 'What the request was expected to cost with the agent of the highest expected quality among those that fitted, US dollars; null for a step of a plan, and before it was kept';
COMMENT ON COLUMN tiny_dancer.decision.cost_of_dearest IS 'The same with the dearest that fitted';

-- Whatever columns there are by now, these come last.
DO $view$
BEGIN
    EXECUTE format(
        'CREATE OR REPLACE VIEW tiny_dancer.logged_decision AS SELECT %s, cost_of_best, cost_of_dearest FROM tiny_dancer.decision',
        (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
         FROM pg_attribute
         WHERE attrelid = 'tiny_dancer.logged_decision'::regclass AND attnum > 0 AND NOT attisdropped));
END
$view$;

ALTER TABLE tiny_dancer.decision_hourly
    ADD COLUMN attempts bigint,
    ADD COLUMN quality_sum float8 NOT NULL DEFAULT 0,
    ADD COLUMN judged bigint NOT NULL DEFAULT 0,
    ADD COLUMN cost_of_best float8,
    ADD COLUMN cost_of_dearest float8;
UPDATE tiny_dancer.decision_hourly
SET attempts = total_requests, cost_of_best = total_cost, cost_of_dearest = total_cost;
ALTER TABLE tiny_dancer.decision_hourly
    ALTER COLUMN attempts SET NOT NULL,
    ALTER COLUMN cost_of_best SET NOT NULL,
    ALTER COLUMN cost_of_dearest SET NOT NULL;
COMMENT ON COLUMN tiny_dancer.decision_hourly.total_requests IS 'Decisions but for second and later attempts, and outcomes without a decision';
COMMENT ON COLUMN tiny_dancer.decision_hourly.completed_requests IS 'Those with an outcome, but not the cancelled ones; of an agent its attempts, otherwise requests by their last attempt';
COMMENT ON COLUMN tiny_dancer.decision_hourly.attempts IS 'Decisions, and outcomes without a decision';
COMMENT ON COLUMN tiny_dancer.decision_hourly.quality_sum IS 'Sum of the qualities of the answers that were judged';
COMMENT ON COLUMN tiny_dancer.decision_hourly.judged IS 'How many were judged';
COMMENT ON COLUMN tiny_dancer.decision_hourly.cost_of_best IS 'What the requests would have cost with the best agent that fitted, US dollars; their own cost where that is not known';
COMMENT ON COLUMN tiny_dancer.decision_hourly.cost_of_dearest IS 'The same with the dearest that fitted';

ALTER TYPE tiny_dancer.routing_figures
    ADD ATTRIBUTE attempts bigint CASCADE,
    ADD ATTRIBUTE mean_quality float8 CASCADE,
    ADD ATTRIBUTE cost_of_best float8 CASCADE,
    ADD ATTRIBUTE cost_of_dearest float8 CASCADE;
COMMENT ON COLUMN tiny_dancer.routing_figures.total_requests IS 'Decisions but for second and later attempts, and outcomes without a decision';
COMMENT ON COLUMN tiny_dancer.routing_figures.completed_requests IS 'Those with an outcome, but not the cancelled ones; of an agent its attempts, otherwise requests by their last attempt';
COMMENT ON COLUMN tiny_dancer.routing_figures.attempts IS 'Decisions, and outcomes without a decision';
COMMENT ON COLUMN tiny_dancer.routing_figures.mean_quality IS 'Mean quality of the answers that were judged, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.routing_figures.cost_of_best IS 'What the requests would have cost with the best agent that fitted, US dollars, by the estimates of their decisions';
COMMENT ON COLUMN tiny_dancer.routing_figures.cost_of_dearest IS 'The same with the dearest that fitted';

-- They return more columns now.
DROP FUNCTION IF EXISTS
    tiny_dancer.log_sums(timestamptz, timestamptz, text, text),
    tiny_dancer.log_summary(text, timestamptz, text);
