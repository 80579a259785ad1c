-- What the other functions rest on: who calls, settings, and the checks of arguments. A check does nothing when the
-- argument is valid, and otherwise raises 22004 or 22023 with the argument's name, its value and what is valid.

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

CREATE OR REPLACE FUNCTION tiny_dancer.reject(argument text, value text, rule text, valid text[] = NULL) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
BEGIN
    IF value IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = format('%s must not be null', argument);
    ELSIF tiny_dancer.trimmed(value) = '' THEN
        RAISE invalid_parameter_value USING MESSAGE = format('%s must not be empty', argument);
    ELSIF valid IS NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('%s %s, got %s', argument, rule, tiny_dancer.shown(value));
    ELSE
        RAISE invalid_parameter_value USING
            MESSAGE = format('%s %s, got "%s"', argument, rule, tiny_dancer.shown(value)),
            HINT = 'Valid are: ' || array_to_string(valid, ', ') || '.';
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.reject(text, text, text, text[]) IS
    'Raises 22004 for a null value and 22023 for any other; the message has argument, rule and value, the hint the valid values';

CREATE OR REPLACE FUNCTION tiny_dancer.check_given(argument text, value anyelement) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
BEGIN
    IF value IS NULL THEN
        PERFORM tiny_dancer.reject(argument, NULL, NULL);
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_given(text, anyelement) IS 'The value must not be null';

CREATE OR REPLACE FUNCTION tiny_dancer.check_text(argument text, value text, most int = NULL) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
BEGIN
    IF value IS NULL OR tiny_dancer.trimmed(value) = '' THEN
        PERFORM tiny_dancer.reject(argument, value, 'must not be empty');
    ELSIF length(value) > most THEN
        PERFORM tiny_dancer.reject(argument, value,
            format('must have at most %s characters but has %s', most, length(value)));
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_text(text, text, int) IS 'The text must not be null, nor blank, nor longer than the bound';

CREATE OR REPLACE FUNCTION tiny_dancer.bounded(figure float8) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
-- NaN is greater than all other numbers.
RETURN CASE WHEN figure > 1e9 THEN 1e9 ELSE figure END;
COMMENT ON FUNCTION tiny_dancer.bounded(float8) IS
    'A figure that was stored before figures had bounds, as it may count: no sum of such figures overflows';

CREATE OR REPLACE FUNCTION tiny_dancer.check_figure(argument text, value float8, most float8 = NULL) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
BEGIN
    -- NaN is greater than all other numbers.
    IF value < 0 OR value >= 'Infinity' OR value > coalesce(most, 1e9) THEN
        PERFORM tiny_dancer.reject(argument, value::text,
            CASE WHEN most IS NOT NULL THEN format('must be between 0 and %s', most)
                 WHEN value < 0 OR value >= 'Infinity' THEN 'must be a finite number of at least 0'
                 ELSE 'must be at most 1e9' END);
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_figure(text, float8, float8) IS
    'The figure must be finite, at least 0 and at most the bound: where none is given 1e9, which is a billion dollars, eleven days in milliseconds, or a billion tokens';

CREATE OR REPLACE FUNCTION tiny_dancer.check_one_of(argument text, value text, valid text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
BEGIN
    IF value IS NULL OR value <> ALL (valid) THEN
        PERFORM tiny_dancer.reject(argument, value, 'is unknown', valid);
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_one_of(text, text, text[]) IS 'The value must be one of the valid ones';

CREATE OR REPLACE FUNCTION tiny_dancer.check_elements(argument text, elements text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    element text;
BEGIN
    IF array_ndims(elements) > 1 THEN
        PERFORM tiny_dancer.reject(argument, elements::text, 'must have one dimension');
    END IF;
    FOREACH element IN ARRAY coalesce(elements, '{}') LOOP
        PERFORM tiny_dancer.check_text('an element of ' || argument, element, 200);
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_elements(text, text[]) IS
    'The elements, if any, must be texts that are not blank and have at most 200 characters';

CREATE OR REPLACE FUNCTION tiny_dancer.check_capabilities(argument text, capabilities text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    twice text;
BEGIN
    PERFORM tiny_dancer.check_elements(argument, capabilities);
    SELECT lower(tiny_dancer.trimmed(capability)) AS word INTO twice
    FROM unnest(capabilities) AS capability
    GROUP BY word
    HAVING count(*) > 1
    LIMIT 1;
    IF found THEN
        PERFORM tiny_dancer.reject('an element of ' || argument, twice, 'must not be given twice');
    END IF;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_capabilities(text, text[]) IS
    'As tiny_dancer.check_elements, and the capabilities must differ after trimming and without regard to case';
