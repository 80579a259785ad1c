-- Tenants: who acts for whom, and row-level security.
--
-- Two walls. The functions run as tiny_dancer_owner and name the caller's tenant in every statement; no other role has any
-- right to the tables, except the engine's. Should an administrator grant a table to a role after all, for reports for
-- example, its policy shows that role the rows of its own tenant and nothing else. The owner is not subject to policies:
-- they would be evaluated in each call of ruvector_route, beside the condition that stands there anyway.

CREATE OR REPLACE FUNCTION tiny_dancer.row_tenant() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN tiny_dancer.current_tenant();
COMMENT ON FUNCTION tiny_dancer.row_tenant() IS
    'The tenant for which the calling role acts; for the policies of tables, whoever reads them';

CREATE OR REPLACE FUNCTION tiny_dancer.default_tenant_problem(what text) RETURNS text[]
LANGUAGE sql STABLE
RETURN CASE WHEN tiny_dancer.current_tenant() <> 'default' THEN ARRAY[
    '42501', what || ' all tenants, and may be changed by roles of the tenant default only', NULL, NULL] END;
COMMENT ON FUNCTION tiny_dancer.default_tenant_problem(text) IS
    'The caller must be one who may change what all tenants share; the text begins the sentence that says so otherwise';

CREATE OR REPLACE FUNCTION tiny_dancer.protect_tables() RETURNS SETOF text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    table_oid oid;
    table_name text;
    policies text[];
BEGIN
    FOR table_oid, table_name, policies IN
        SELECT pg_class.oid, relname,
               -- A partition is read through its table, whose policies hold; by itself it shows nothing.
               CASE WHEN relispartition THEN '{}' ELSE '{engine,own_tenant}'::text[] END
        FROM pg_class
        JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'tenant' AND NOT attisdropped
        WHERE relnamespace = 'tiny_dancer'::regnamespace AND relkind IN ('r', 'p')
        ORDER BY relname
    LOOP
        CONTINUE WHEN (SELECT relrowsecurity FROM pg_class WHERE oid = table_oid) AND policies = ARRAY(
            SELECT polname::text
            FROM pg_policy
            WHERE polrelid = table_oid
              AND polcmd = '*'
              AND CASE polname
                  WHEN 'engine' THEN polroles = ARRAY['tiny_dancer_engine'::regrole::oid]
                      AND pg_get_expr(polqual, polrelid) = 'true'
                  WHEN 'own_tenant' THEN polroles = '{0}'
                      AND pg_get_expr(polqual, polrelid)
                          = '(tenant = ( SELECT tiny_dancer.row_tenant() AS row_tenant))'
                  ELSE true END
            ORDER BY polname);
        EXECUTE format('ALTER TABLE tiny_dancer.%I ENABLE ROW LEVEL SECURITY', table_name);
        EXECUTE format('DROP POLICY IF EXISTS own_tenant ON tiny_dancer.%I', table_name);
        EXECUTE format('DROP POLICY IF EXISTS engine ON tiny_dancer.%I', table_name);
        IF policies <> '{}' THEN
            EXECUTE format('CREATE POLICY own_tenant ON tiny_dancer.%I USING (tenant = (SELECT tiny_dancer.row_tenant()))',
                           table_name);
            EXECUTE format('CREATE POLICY engine ON tiny_dancer.%I TO tiny_dancer_engine USING (true)', table_name);
            EXECUTE format('COMMENT ON POLICY own_tenant ON tiny_dancer.%I IS ''Each role sees and writes the rows of its own tenant''',
                           table_name);
            EXECUTE format('COMMENT ON POLICY engine ON tiny_dancer.%I IS ''The engine serves every tenant''', table_name);
        END IF;
        RETURN NEXT table_name;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.protect_tables() IS
    'Puts row-level security on every table with a tenant, partitions among them, where it is not as it should be; returns the names of those';

CREATE OR REPLACE FUNCTION tiny_dancer.assign_tenant(role_name name, tenant text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    is_new boolean;
    problem text[];
BEGIN
    problem := coalesce(
        tiny_dancer.given_problem('role_name', assign_tenant.role_name),
        CASE WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = assign_tenant.role_name)
             THEN tiny_dancer.invalid('role_name', assign_tenant.role_name::text, 'must be a role') END,
        tiny_dancer.text_problem('tenant', assign_tenant.tenant, 200));
    ${raise_problem}
    INSERT INTO tiny_dancer.tenant_role AS assigned (role_name, tenant)
    VALUES (assign_tenant.role_name, tiny_dancer.trimmed(assign_tenant.tenant))
    ON CONFLICT (role_name) DO NOTHING;
    is_new := found;
    IF NOT is_new THEN
        UPDATE tiny_dancer.tenant_role AS assigned
        SET tenant = tiny_dancer.trimmed(assign_tenant.tenant)
        WHERE assigned.role_name = assign_tenant.role_name;
    END IF;
    RETURN is_new;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.assign_tenant(name, text) IS
    'Lets a role act for a tenant; true the first time, false when it acted for another before. For superusers and members of tiny_dancer_owner: an admin of one tenant must not reach another. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION tiny_dancer.release_role(role_name name) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    problem constant text[] := tiny_dancer.given_problem('role_name', release_role.role_name);
BEGIN
    ${raise_problem}
    DELETE FROM tiny_dancer.tenant_role AS assigned WHERE assigned.role_name = release_role.role_name;
    RETURN found;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.release_role(name) IS
    'The role acts for ''default'' again; whether it acted for another tenant. To be called when a role is dropped, for a later one of the same name would act for its tenant. For superusers and members of tiny_dancer_owner. Errors: 22004';
