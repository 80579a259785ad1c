-- Any role may LISTEN, so a notice says that something has changed and not whose; engines compare the versions.
CREATE OR REPLACE FUNCTION tiny_dancer.raise_catalog_version() RETURNS trigger
LANGUAGE plpgsql
AS $function$
DECLARE
    of_routes constant boolean := TG_NARGS = 1 AND TG_ARGV[0] = 'routes';
    changed text[];
    tenant_name text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT tenant ORDER BY tenant) INTO changed FROM new_row;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT tenant ORDER BY tenant) INTO changed FROM old_row;
    ELSIF TG_OP = 'UPDATE' THEN
        SELECT array_agg(DISTINCT tenant ORDER BY tenant) INTO changed
        FROM (SELECT tenant FROM old_row UNION ALL SELECT tenant FROM new_row) AS row;
    ELSE
        SELECT array_agg(tenant ORDER BY tenant) INTO changed FROM tiny_dancer.catalog_version;
    END IF;
    FOREACH tenant_name IN ARRAY coalesce(changed, '{}') LOOP
        INSERT INTO tiny_dancer.catalog_version AS catalog (tenant, version, routes_version)
        VALUES (tenant_name, (NOT of_routes)::int, of_routes::int)
        ON CONFLICT (tenant) DO UPDATE
        SET version = catalog.version + excluded.version,
            routes_version = catalog.routes_version + excluded.routes_version;
    END LOOP;
    IF of_routes THEN
        NOTIFY tiny_dancer_routes;
    ELSE
        NOTIFY tiny_dancer_catalog;
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.raise_catalog_version() IS
    'Trigger for catalog tables: raises the version of each tenant whose rows changed, that of its routes with the argument ''routes'', and tells the engines';
