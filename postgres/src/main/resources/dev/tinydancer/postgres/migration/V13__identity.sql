-- What tells one installation from its copies, and what lets every change be replicated.

ALTER TABLE tiny_dancer.engine_credential
    ADD COLUMN system_identifier bigint,
    ADD COLUMN database_oid oid,
    ADD COLUMN oldest_engine int NOT NULL DEFAULT 1;
COMMENT ON COLUMN tiny_dancer.engine_credential.system_identifier IS 'The cluster in which the secrets were made; in any other the row is a copy, as a dump brings it';
COMMENT ON COLUMN tiny_dancer.engine_credential.database_oid IS 'The database in which the secrets were made; in any other the row is a copy';
COMMENT ON COLUMN tiny_dancer.engine_credential.oldest_engine IS 'tiny_dancer.oldest_engine() when the key was made: engines for an earlier version of the schema must not answer';
UPDATE tiny_dancer.engine_credential
SET system_identifier = (SELECT control.system_identifier FROM pg_control_system() AS control),
    database_oid = (SELECT pg_database.oid FROM pg_database WHERE datname = current_database());
ALTER TABLE tiny_dancer.engine_credential
    ALTER COLUMN system_identifier SET NOT NULL,
    ALTER COLUMN database_oid SET NOT NULL;

ALTER TABLE tiny_dancer.rollup_progress ADD COLUMN system_identifier bigint;
COMMENT ON COLUMN tiny_dancer.rollup_progress.system_identifier IS 'The cluster that counts those transactions; the numbers of another mean nothing here';
UPDATE tiny_dancer.rollup_progress
SET system_identifier = (SELECT control.system_identifier FROM pg_control_system() AS control);
ALTER TABLE tiny_dancer.rollup_progress ALTER COLUMN system_identifier SET NOT NULL;

-- Its rows have no key that is never null. A partition does not take this from its table.
DO $identity$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT relid FROM pg_partition_tree('tiny_dancer.outcome') LOOP
        EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', part);
    END LOOP;
END
$identity$;
