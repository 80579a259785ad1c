-- Reservations are made for all decisions of a call at once; the function of the old form is gone.

DROP FUNCTION IF EXISTS tiny_dancer.reserve(text, uuid, text, float8, float8, boolean, jsonb);
DROP FUNCTION IF EXISTS tiny_dancer.claimed(jsonb);
