-- Settings of the installation: for all tenants, engines and sessions.

CREATE OR REPLACE FUNCTION tiny_dancer.setting_problem(name text, value text) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $function$
DECLARE
    shortest constant interval := CASE name WHEN 'log_retention' THEN interval '23 hours' ELSE interval '0 seconds' END;
    problem constant text[] := tiny_dancer.text_problem('value', value);
BEGIN
    IF problem IS NOT NULL THEN
        RETURN problem;
    END IF;
    -- What a cast refuses is refused here, and not by the call that needs the setting some day.
    IF name = 'budget_time_zone' THEN
        PERFORM now() AT TIME ZONE value;
    ELSIF name = 'budget_week_start' THEN
        IF value <> ALL (tiny_dancer.days_of_week()) THEN
            RAISE invalid_parameter_value;
        END IF;
    ELSIF name = 'circuit_last_resort' THEN
        IF value NOT IN ('on', 'off') THEN
            RAISE invalid_parameter_value;
        END IF;
    ELSIF name = 'log_partitions_ahead' THEN
        IF value::int NOT BETWEEN 1 AND 366 THEN
            RAISE numeric_value_out_of_range;
        END IF;
    ELSIF name IN ('log_retention', 'reservation_retention', 'in_flight_lease', 'circuit_window',
                   'circuit_cool_down', 'conversation_retention', 'prompt_cache_lifetime') THEN
        IF now() - value::interval > now() - shortest THEN
            RAISE numeric_value_out_of_range;
        END IF;
    END IF;
    RETURN NULL;
EXCEPTION WHEN data_exception THEN
    RETURN tiny_dancer.invalid(name, value, CASE name
        WHEN 'budget_time_zone' THEN 'must be the name of a time zone, as Europe/Berlin'
        WHEN 'budget_week_start' THEN 'must be a day of the week, as monday or sunday'
        WHEN 'circuit_last_resort' THEN 'must be on or off'
        WHEN 'log_partitions_ahead' THEN 'must be an integer from 1 to 366'
        WHEN 'log_retention' THEN 'must be an interval of at least 1 day, as 90 days'
        ELSE 'must be an interval that is not negative, as 30 seconds' END);
END
$function$;
COMMENT ON FUNCTION tiny_dancer.setting_problem(text, text) IS 'The value of a setting must be of its form';

CREATE OR REPLACE FUNCTION tiny_dancer.check_setting() RETURNS trigger
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    problem constant text[] := tiny_dancer.setting_problem(NEW.name, NEW.value);
BEGIN
    ${raise_problem}
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_setting() IS 'Refuses a value of tiny_dancer.setting that is not of its form. Errors: 22004, 22023';

CREATE OR REPLACE TRIGGER setting_checked BEFORE INSERT OR UPDATE ON tiny_dancer.setting
    FOR EACH ROW EXECUTE FUNCTION tiny_dancer.check_setting();
COMMENT ON TRIGGER setting_checked ON tiny_dancer.setting IS 'Keeps values out that are not of their form';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_list_settings() RETURNS SETOF tiny_dancer.setting
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 10
AS $function$
    SELECT setting.* FROM tiny_dancer.setting ORDER BY setting.name
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_list_settings() IS
    'The settings of the installation: how long the log is kept, leases, circuits, the time zone of budgets';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_set_setting(name text, value text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    earlier text;
    problem constant text[] := coalesce(
        tiny_dancer.one_of_problem('name', ruvector_set_setting.name,
                                   ARRAY(SELECT name FROM tiny_dancer.setting ORDER BY name)),
        tiny_dancer.default_tenant_problem('settings hold for'),
        tiny_dancer.setting_problem(ruvector_set_setting.name, ruvector_set_setting.value));
BEGIN
    ${raise_problem}
    SELECT setting.value INTO earlier FROM tiny_dancer.setting WHERE setting.name = ruvector_set_setting.name
    FOR NO KEY UPDATE;
    UPDATE tiny_dancer.setting SET value = ruvector_set_setting.value WHERE setting.name = ruvector_set_setting.name;
    RETURN earlier;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_set_setting(text, text) IS
    'Changes a setting of the installation, which is ruvector_list_settings()''s, for all tenants and engines; returns the earlier value. Errors: 22004, 22023, 42501';
