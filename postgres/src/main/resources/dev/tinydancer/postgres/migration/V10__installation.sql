-- Functions of earlier versions that nothing calls any more. Of two exchange() with arguments that may be left out,
-- PostgreSQL would not know which is meant.
DROP FUNCTION IF EXISTS tiny_dancer.check_words(text, text[]);
DROP FUNCTION IF EXISTS tiny_dancer.exchange(text, text, json, uuid, text, boolean);
DROP FUNCTION IF EXISTS tiny_dancer.exchange(text, json, uuid, text);
