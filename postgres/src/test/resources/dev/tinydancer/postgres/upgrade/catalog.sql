-- Everything that PostgreSQL knows of an installation, one line for each fact, so that two can be compared. The partitions of
-- a day appear as one, whatever days there are.
WITH space AS (
    SELECT oid, nspname, nspowner, nspacl FROM pg_namespace WHERE nspname IN ('tiny_dancer', 'tiny_dancer_dblink')
), relation AS (
    SELECT pg_class.*, pg_class.oid::regclass::text AS name
    FROM pg_class
    JOIN space ON space.oid = relnamespace
    WHERE relname <> 'schema_history' AND relname NOT LIKE 'schema\_history\_%'
), routine AS (
    SELECT pg_proc.*, pg_proc.oid::regprocedure::text AS signature
    FROM pg_proc
    WHERE pronamespace = 'tiny_dancer'::regnamespace OR proname LIKE 'ruvector\_%'
), fact (kind, subject, detail) AS (
    SELECT 'schema', nspname::text, nspowner::regrole::text FROM space
    UNION ALL
    SELECT 'relation', name,
           concat_ws(' ', relkind, relowner::regrole, relpersistence, 'rls', relrowsecurity, relforcerowsecurity,
                     'identity', relreplident, reloptions, 'of', reloftype::regtype, 'am',
                     (SELECT amname FROM pg_am WHERE pg_am.oid = relam))
    FROM relation WHERE relkind NOT IN ('i', 'I')
    UNION ALL
    SELECT 'view', name, pg_get_viewdef(oid) FROM relation WHERE relkind = 'v'
    UNION ALL
    SELECT 'column', name || '.' || attname,
           concat_ws(' ', 'place', row_number() OVER (PARTITION BY relation.oid ORDER BY attnum),
                     format_type(atttypid, atttypmod), 'not null', attnotnull,
                     'default', pg_get_expr(adbin, adrelid), 'generated', attgenerated, 'identity', attidentity,
                     'storage', attstorage, 'compression', attcompression, attcollation::regcollation, attacl)
    FROM relation
    JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relkind NOT IN ('i', 'I')
    UNION ALL
    SELECT 'constraint', relation.name || ' ' || conname, concat_ws(' ', pg_get_constraintdef(pg_constraint.oid), convalidated)
    FROM pg_constraint JOIN relation ON relation.oid = conrelid
    -- Since 18 there is one for each NOT NULL, which is a column's fact already, under a name that a dump does not keep.
    WHERE contype <> 'n'
    UNION ALL
    SELECT 'index', relation.name, concat_ws(' ', pg_get_indexdef(relation.oid), indisvalid, indisreplident, relowner::regrole)
    FROM relation JOIN pg_index ON indexrelid = relation.oid
    UNION ALL
    SELECT 'trigger', relation.name || ' ' || tgname, concat_ws(' ', pg_get_triggerdef(pg_trigger.oid), tgenabled)
    FROM pg_trigger JOIN relation ON relation.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL
    SELECT 'policy', relation.name || ' ' || polname,
           concat_ws(' ', polcmd, polpermissive, ARRAY(SELECT role::regrole::text FROM unnest(polroles) AS role ORDER BY 1),
                     pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
    FROM pg_policy JOIN relation ON relation.oid = polrelid
    UNION ALL
    SELECT 'function', signature, concat_ws(' ', proowner::regrole, proleakproof, pg_get_functiondef(oid)) FROM routine
    UNION ALL
    SELECT 'type', pg_type.oid::regtype::text, concat_ws(' ', typtype, typcategory, typowner::regrole, typacl)
    FROM pg_type WHERE typnamespace = 'tiny_dancer'::regnamespace AND typname NOT LIKE '%schema\_history'
    UNION ALL
    SELECT 'privilege', granted.subject,
           concat_ws(' ', acl.privilege_type, 'to', acl.grantee::regrole, 'by', acl.grantor::regrole, acl.is_grantable)
    FROM (SELECT 'schema ' || nspname AS subject, nspacl AS entries FROM space
          UNION ALL SELECT name, coalesce(relacl, acldefault('r', relowner)) FROM relation WHERE relkind IN ('r', 'p', 'v')
          UNION ALL SELECT signature, coalesce(proacl, acldefault('f', proowner)) FROM routine
          UNION ALL SELECT 'wrapper ' || fdwname, fdwacl FROM pg_foreign_data_wrapper WHERE fdwname = 'dblink_fdw'
          UNION ALL SELECT 'server ' || srvname, srvacl FROM pg_foreign_server WHERE srvname = 'tiny_dancer_engine'
         ) AS granted
    CROSS JOIN LATERAL aclexplode(granted.entries) AS acl
    UNION ALL
    SELECT 'default privilege', concat_ws(' ', defaclrole::regrole, defaclnamespace, defaclobjtype), defaclacl::text
    FROM pg_default_acl
    UNION ALL
    SELECT 'server', srvname::text, concat_ws(' ', srvowner::regrole, ARRAY(SELECT unnest(srvoptions) ORDER BY 1))
    FROM pg_foreign_server WHERE srvname LIKE 'tiny\_dancer%'
    UNION ALL
    SELECT 'user mapping', srvname::text, usename::text FROM pg_user_mappings WHERE srvname LIKE 'tiny\_dancer%'
    UNION ALL
    SELECT 'extension', extname::text, extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'dblink'
    UNION ALL
    SELECT 'comment', concat_ws(' ', object.type, object.identity), description
    FROM pg_description
    CROSS JOIN LATERAL pg_identify_object(classoid, objoid, objsubid) AS object
    WHERE object.identity ~ 'tiny_dancer|ruvector_'
    UNION ALL
    SELECT 'setting', name, description || ' ' || value FROM tiny_dancer.setting
)
SELECT DISTINCT regexp_replace(concat_ws(' | ', kind, subject, detail), '_20[0-9]{6}', '_DAY', 'g') AS line
FROM fact
ORDER BY line
