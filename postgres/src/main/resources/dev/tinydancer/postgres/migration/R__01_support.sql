-- What the other functions rest on: who calls, settings, and the checks of arguments.
--
-- A check returns a problem: null when the argument is valid, otherwise SQLSTATE, message, detail and hint of the error that
-- the public function is to raise. It does not raise it itself, because every function that an error comes through adds a
-- line to its context, and the caller knows only the first. Problems of several arguments are the first of a coalesce.

CREATE OR REPLACE FUNCTION tiny_dancer.caller_role() RETURNS name
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END;
COMMENT ON FUNCTION tiny_dancer.caller_role() IS
    'The role taken with SET ROLE, otherwise that of the session. Inside SECURITY DEFINER functions, where current_user is their owner, it is still the caller''s; a role can only be taken by its members';

-- A view and not a function, because PostgreSQL merges it into the statements that every call runs.
CREATE OR REPLACE VIEW tiny_dancer.caller AS
SELECT coalesce(
    (SELECT tenant_role.tenant FROM tiny_dancer.tenant_role
     WHERE tenant_role.role_name = tiny_dancer.caller_role()),
    'default') AS tenant;
COMMENT ON VIEW tiny_dancer.caller IS 'One row: for whom the calling role acts';
COMMENT ON COLUMN tiny_dancer.caller.tenant IS 'The tenant of the calling role, see tiny_dancer.tenant_role';

CREATE OR REPLACE FUNCTION tiny_dancer.current_tenant() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $function$
BEGIN
    RETURN (SELECT caller.tenant FROM tiny_dancer.caller);
END
$function$;
COMMENT ON FUNCTION tiny_dancer.current_tenant() IS
    'The tenant for which the calling role acts; for functions that run with the owner''s rights';

CREATE OR REPLACE FUNCTION tiny_dancer.setting_of(setting_name text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
AS $function$
DECLARE
    found_value text;
BEGIN
    SELECT setting.value INTO STRICT found_value FROM tiny_dancer.setting WHERE setting.name = setting_name;
    RETURN found_value;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.setting_of(text) IS 'The value of a setting of the installation';

CREATE OR REPLACE FUNCTION tiny_dancer.parameter_of(name text, value_unless_set text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('tiny_dancer.' || name, true), ''), value_unless_set);
COMMENT ON FUNCTION tiny_dancer.parameter_of(text, text) IS
    'The session''s parameter tiny_dancer.NAME; one that was set and reset is empty, as if never set';

CREATE OR REPLACE FUNCTION tiny_dancer.log_decisions() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN tiny_dancer.parameter_of('log_decisions', 'sync');
COMMENT ON FUNCTION tiny_dancer.log_decisions() IS 'The session''s tiny_dancer.log_decisions: sync, async or off';

CREATE OR REPLACE FUNCTION tiny_dancer.log_of_call() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN current_setting('transaction_read_only') = 'on' THEN 'off' ELSE tiny_dancer.log_decisions() END;
COMMENT ON FUNCTION tiny_dancer.log_of_call() IS
    'As tiny_dancer.log_decisions, but off where nothing can be written: in read-only transactions, as those of a hot standby are';

CREATE OR REPLACE FUNCTION tiny_dancer.trimmed(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(value,
    E' \t\n\u000B\f\r\u001C\u001D\u001E\u001F\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200A'
    '\u2028\u2029\u205F\u3000');
COMMENT ON FUNCTION tiny_dancer.trimmed(text) IS 'Without the white space at both ends, for the same characters as the engine''s String.strip()';

CREATE OR REPLACE FUNCTION tiny_dancer.shown(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value IS NULL THEN 'null' WHEN length(value) > 100 THEN left(value, 100) || '…' ELSE value END;
COMMENT ON FUNCTION tiny_dancer.shown(text) IS 'A value as a message shows it: at most 100 characters';

CREATE OR REPLACE FUNCTION tiny_dancer.invalid(argument text, value text, rule text, valid text[] = NULL) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN value IS NULL THEN ARRAY['22004', format('%s must not be null', argument), NULL, NULL]
    WHEN tiny_dancer.trimmed(value) = '' THEN ARRAY['22023', format('%s must not be empty', argument), NULL, NULL]
    WHEN valid IS NULL THEN
        ARRAY['22023', format('%s %s, got %s', argument, rule, tiny_dancer.shown(value)), NULL, NULL]
    ELSE ARRAY['22023', format('%s %s, got "%s"', argument, rule, tiny_dancer.shown(value)), NULL,
               'Valid are: ' || array_to_string(valid, ', ') || '.'] END;
COMMENT ON FUNCTION tiny_dancer.invalid(text, text, text, text[]) IS
    'The problem 22004 for a null value and 22023 for any other; the message has argument, rule and value, the hint the valid values';

CREATE OR REPLACE FUNCTION tiny_dancer.given_problem(argument text, value anyelement) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT CASE WHEN value IS NULL THEN tiny_dancer.invalid(argument, NULL, NULL) END
$function$;
COMMENT ON FUNCTION tiny_dancer.given_problem(text, anyelement) IS 'The value must not be null';

CREATE OR REPLACE FUNCTION tiny_dancer.text_problem(argument text, value text, most int = NULL) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN value IS NULL OR tiny_dancer.trimmed(value) = '' THEN tiny_dancer.invalid(argument, value, NULL)
    WHEN length(value) > most THEN tiny_dancer.invalid(
        argument, value, format('must have at most %s characters but has %s', most, length(value))) END;
COMMENT ON FUNCTION tiny_dancer.text_problem(text, text, int) IS 'The text must not be null, nor blank, nor longer than the bound';

CREATE OR REPLACE FUNCTION tiny_dancer.bounded(figure float8) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
-- NaN is greater than all other numbers.
RETURN CASE WHEN figure > 1e9 THEN 1e9 ELSE figure END;
COMMENT ON FUNCTION tiny_dancer.bounded(float8) IS
    'A figure that was stored before figures had bounds, as it may count: no sum of such figures overflows';

CREATE OR REPLACE FUNCTION tiny_dancer.figure_problem(argument text, value float8, most float8 = NULL) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
-- NaN is greater than all other numbers.
RETURN CASE WHEN value < 0 OR value > coalesce(most, 1e9) THEN tiny_dancer.invalid(
    argument, value::text,
    CASE WHEN most IS NOT NULL THEN format('must be between 0 and %s', most)
         WHEN value < 0 OR value >= 'Infinity' THEN 'must be a finite number of at least 0'
         ELSE 'must be at most 1e9' END) END;
COMMENT ON FUNCTION tiny_dancer.figure_problem(text, float8, float8) IS
    'The figure must be finite, at least 0 and at most the bound: where none is given 1e9, which is a billion dollars, eleven days in milliseconds, or a billion tokens';

CREATE OR REPLACE FUNCTION tiny_dancer.one_of_problem(argument text, value text, valid text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value IS NULL OR value <> ALL (valid) THEN tiny_dancer.invalid(argument, value, 'is unknown', valid) END;
COMMENT ON FUNCTION tiny_dancer.one_of_problem(text, text, text[]) IS 'The value must be one of the valid ones';

CREATE OR REPLACE FUNCTION tiny_dancer.elements_problem(argument text, elements text[], most int = 200) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN array_ndims(elements) > 1 THEN tiny_dancer.invalid(argument, elements::text, 'must have one dimension')
    ELSE (SELECT tiny_dancer.text_problem('an element of ' || argument, given.element, most)
          FROM unnest(elements) WITH ORDINALITY AS given (element, place)
          WHERE tiny_dancer.text_problem('an element of ' || argument, given.element, most) IS NOT NULL
          ORDER BY given.place
          LIMIT 1) END;
COMMENT ON FUNCTION tiny_dancer.elements_problem(text, text[], int) IS
    'The elements, if any, must be texts that are not blank nor longer than the bound, 200 characters where none is given';

CREATE OR REPLACE FUNCTION tiny_dancer.capabilities_problem(argument text, capabilities text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(
    tiny_dancer.elements_problem(argument, capabilities),
    (SELECT tiny_dancer.invalid('an element of ' || argument, given.word, 'must not be given twice')
     FROM (SELECT lower(tiny_dancer.trimmed(capability)) AS word FROM unnest(capabilities) AS capability) AS given
     GROUP BY given.word
     HAVING count(*) > 1
     LIMIT 1));
COMMENT ON FUNCTION tiny_dancer.capabilities_problem(text, text[]) IS
    'As tiny_dancer.elements_problem, and the capabilities must differ after trimming and without regard to case';

CREATE OR REPLACE FUNCTION tiny_dancer.keys_problem(argument text, object jsonb, valid text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN jsonb_typeof(object) <> 'object' THEN tiny_dancer.invalid(argument, object::text, 'must be a JSON object')
    ELSE (SELECT tiny_dancer.invalid('a key of ' || argument, key, 'is unknown', valid)
          FROM jsonb_object_keys(object) AS key
          WHERE key <> ALL (valid)
          LIMIT 1) END;
COMMENT ON FUNCTION tiny_dancer.keys_problem(text, jsonb, text[]) IS 'It must be a JSON object without other keys than the valid ones';

CREATE OR REPLACE FUNCTION tiny_dancer.options_problem(options jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN options IS NULL OR options = '{}' THEN NULL
    WHEN jsonb_typeof(options) <> 'object' THEN tiny_dancer.invalid('options', options::text, 'must be a JSON object')
    ELSE ARRAY['22023',
               format('a key of options is unknown, got "%s"',
                      tiny_dancer.shown((SELECT min(key) FROM jsonb_object_keys(options) AS key))),
               NULL, 'This version knows no options; it may be older than what you read.'] END;
COMMENT ON FUNCTION tiny_dancer.options_problem(jsonb) IS
    'Further arguments by name, of which this version knows none; a later one may take them without another form of the function';
