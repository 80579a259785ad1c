-- Settings of the installation: for all tenants, engines and sessions.

CREATE OR REPLACE FUNCTION tiny_dancer.check_setting() RETURNS trigger
LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    shortest constant interval := CASE NEW.name WHEN 'log_retention' THEN '23 hours' ELSE '0 seconds' END;
BEGIN
    -- What a cast refuses is refused here, and not by the call that needs the setting some day.
    BEGIN
        IF NEW.name = 'budget_time_zone' THEN
            PERFORM now() AT TIME ZONE NEW.value;
        ELSIF NEW.name = 'log_partitions_ahead' THEN
            IF NEW.value::int NOT BETWEEN 1 AND 366 THEN
                RAISE numeric_value_out_of_range;
            END IF;
        ELSIF NEW.name IN ('log_retention', 'reservation_retention', 'in_flight_lease', 'circuit_window',
                           'circuit_cool_down') THEN
            IF now() - NEW.value::interval > now() - shortest THEN
                RAISE numeric_value_out_of_range;
            END IF;
        END IF;
    EXCEPTION WHEN data_exception THEN
        PERFORM tiny_dancer.reject(NEW.name, NEW.value, CASE NEW.name
            WHEN 'budget_time_zone' THEN 'must be the name of a time zone, as Europe/Berlin'
            WHEN 'log_partitions_ahead' THEN 'must be an integer from 1 to 366'
            WHEN 'log_retention' THEN 'must be an interval of at least 1 day, as 90 days'
            ELSE 'must be an interval that is not negative, as 30 seconds' END);
    END;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.check_setting() IS 'Refuses a value of tiny_dancer.setting that is not of its form. Errors: 22023';

CREATE OR REPLACE TRIGGER setting_checked BEFORE INSERT OR UPDATE ON tiny_dancer.setting
    FOR EACH ROW EXECUTE FUNCTION tiny_dancer.check_setting();
COMMENT ON TRIGGER setting_checked ON tiny_dancer.setting IS 'Keeps values out that are not of their form';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_list_settings()
RETURNS TABLE (name text, value text, description text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 10
AS $function$
    SELECT setting.name, setting.value, setting.description FROM tiny_dancer.setting ORDER BY setting.name
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
BEGIN
    PERFORM tiny_dancer.check_one_of('name', ruvector_set_setting.name,
                                     ARRAY(SELECT name FROM tiny_dancer.setting ORDER BY name));
    PERFORM tiny_dancer.check_text('value', ruvector_set_setting.value);
    PERFORM tiny_dancer.check_default_tenant('settings hold for');
    SELECT setting.value INTO earlier FROM tiny_dancer.setting WHERE setting.name = ruvector_set_setting.name
    FOR NO KEY UPDATE;
    UPDATE tiny_dancer.setting SET value = ruvector_set_setting.value WHERE setting.name = ruvector_set_setting.name;
    RETURN earlier;
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_set_setting(text, text) IS
    'Changes a setting of the installation, which is ruvector_list_settings()''s, for all tenants and engines; returns the earlier value. Errors: 22004, 22023, 42501';
