-- Three index entries in the life of a reservation instead of five. What it holds of an agent is counted by its allowance, so
-- nobody looks for open ones by agent any more; those whose lease is over are found among the open ones, and those to be
-- forgotten by the order in which they were made.

DROP INDEX tiny_dancer.reservation_in_flight;
DROP INDEX tiny_dancer.reservation_lease;
CREATE INDEX reservation_open ON tiny_dancer.reservation (lease_until) WHERE open;
CREATE INDEX reservation_age ON tiny_dancer.reservation USING brin (lease_until);
