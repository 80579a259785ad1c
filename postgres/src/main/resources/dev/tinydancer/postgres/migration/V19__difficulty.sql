-- How difficult a request looks before anybody has answered one like it: what predictions start from, and outcomes overrule.

ALTER TABLE tiny_dancer.decision ADD COLUMN difficulty float8;
COMMENT ON COLUMN tiny_dancer.decision.difficulty IS
    'How difficult the request looked by its text: about -2 where any agent can do it, 0 ordinary, about 1 demanding; null without an engine';

-- Whatever columns there are by now, this one comes last.
DO $view$
BEGIN
    EXECUTE format(
        'CREATE OR REPLACE VIEW tiny_dancer.logged_decision AS SELECT %s, difficulty FROM tiny_dancer.decision',
        (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
         FROM pg_attribute
         WHERE attrelid = 'tiny_dancer.logged_decision'::regclass AND attnum > 0 AND NOT attisdropped));
END
$view$;
