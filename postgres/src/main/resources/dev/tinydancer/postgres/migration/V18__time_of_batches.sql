-- A batch has more time the more requests it has; the form of the call that could not say so.

DROP FUNCTION IF EXISTS tiny_dancer.exchange(text, json, text, text);
