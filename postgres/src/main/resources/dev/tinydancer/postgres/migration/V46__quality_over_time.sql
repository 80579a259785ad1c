-- How good answers were, over time, as tiny_dancer.routing_figures has it for the whole of a time.

ALTER TYPE tiny_dancer.routing_period
    ADD ATTRIBUTE judged bigint CASCADE,
    ADD ATTRIBUTE mean_quality float8 CASCADE;
COMMENT ON COLUMN tiny_dancer.routing_period.judged IS 'How many answers were judged';
COMMENT ON COLUMN tiny_dancer.routing_period.mean_quality IS 'Mean quality of the answers that were judged, in [0, 1]; null where none was';
