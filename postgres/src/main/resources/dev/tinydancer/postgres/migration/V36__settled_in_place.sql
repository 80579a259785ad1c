-- A reservation is updated once in its life, when it is settled. No index holds what changes then, and its page has room for
-- it, so that the update stays within the page (HOT): it writes to no index, and what it leaves behind goes without a vacuum.
-- Which leases are over is found by their end, from a mark on before which none is open.

DROP INDEX tiny_dancer.reservation_open;
DROP INDEX tiny_dancer.reservation_age;
CREATE INDEX reservation_lease ON tiny_dancer.reservation (lease_until);
ALTER TABLE tiny_dancer.reservation SET (fillfactor = 50);

CREATE TABLE tiny_dancer.lease_mark (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    none_open_before timestamptz NOT NULL
);
COMMENT ON TABLE tiny_dancer.lease_mark IS 'From where on leases are looked at, a single row';
COMMENT ON COLUMN tiny_dancer.lease_mark.only_row IS 'Keeps the table at one row';
COMMENT ON COLUMN tiny_dancer.lease_mark.none_open_before IS 'No reservation is open whose lease ended before';
INSERT INTO tiny_dancer.lease_mark (none_open_before) VALUES ('-infinity');
