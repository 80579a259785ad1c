-- What a reservation's cost is, now that the log has the last word on what a decision counts without an outcome.
COMMENT ON COLUMN tiny_dancer.reservation.cost IS
    'The estimate that it holds while it is open, US dollars; without an outcome the estimate in the log is what counts';
