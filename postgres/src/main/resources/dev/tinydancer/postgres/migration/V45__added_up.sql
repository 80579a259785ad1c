-- What has been added up is what a snapshot saw. Of its lowest running transaction alone it was known that nothing before it
-- was missing, so that one session that stayed open had all hours since then be added up again and again.
ALTER TABLE tiny_dancer.rollup_progress ADD COLUMN added_up pg_snapshot;
COMMENT ON COLUMN tiny_dancer.rollup_progress.added_up IS 'What this saw of the hours before has been added up, or waits for it in tiny_dancer.changed_hour';
UPDATE tiny_dancer.rollup_progress
SET added_up = format('%1$s:%1$s:', greatest(transactions_before, '3'))::pg_snapshot;
ALTER TABLE tiny_dancer.rollup_progress ALTER COLUMN added_up SET NOT NULL;
ALTER TABLE tiny_dancer.rollup_progress DROP COLUMN transactions_before;

CREATE TABLE tiny_dancer.changed_hour (
    hour timestamptz PRIMARY KEY
);
COMMENT ON TABLE tiny_dancer.changed_hour IS 'Hours that are over and not, or no longer, what tiny_dancer.decision_hourly says: they are read from the log until they are added up';
COMMENT ON COLUMN tiny_dancer.changed_hour.hour IS 'When it begins';
