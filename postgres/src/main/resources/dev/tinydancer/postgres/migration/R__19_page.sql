-- Who may look at the page. A token stands for a role of the database: whoever brings it sees what that role sees in psql, of
-- that role's tenant, and no rights have to be kept a second time.

CREATE OR REPLACE FUNCTION tiny_dancer.create_page_token(
    role_name name,
    valid_for interval = '90 days',
    note text = ''
) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    -- Two UUIDs have 244 random bits.
    token constant text := 'tdp_' || translate(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    problem constant text[] := coalesce(
        tiny_dancer.given_problem('role_name', create_page_token.role_name),
        CASE WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = create_page_token.role_name)
             THEN tiny_dancer.invalid('role_name', create_page_token.role_name::text, 'must be a role') END,
        tiny_dancer.given_problem('valid_for', create_page_token.valid_for),
        CASE WHEN now() + create_page_token.valid_for <= now()
             THEN tiny_dancer.invalid('valid_for', create_page_token.valid_for::text, 'must be more than no time') END,
        CASE WHEN length(create_page_token.note) > 200
             THEN tiny_dancer.text_problem('note', create_page_token.note, 200) END);
BEGIN
    ${raise_problem}
    INSERT INTO tiny_dancer.page_token (token_hash, role_name, note, expires_at)
    VALUES (sha256(convert_to(token, 'UTF8')), create_page_token.role_name, coalesce(create_page_token.note, ''),
            now() + create_page_token.valid_for);
    RETURN token;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.create_page_token(name, interval, text) IS
    'A token with which the page shows what that role sees; it is shown this once. The engine''s role must be a member of the role. For superusers and members of tiny_dancer_owner. Errors: 22004, 22023';

CREATE OR REPLACE FUNCTION tiny_dancer.revoke_page_tokens(role_name name) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    problem constant text[] := tiny_dancer.given_problem('role_name', revoke_page_tokens.role_name);
    revoked bigint;
BEGIN
    ${raise_problem}
    DELETE FROM tiny_dancer.page_token AS given WHERE given.role_name = revoke_page_tokens.role_name;
    GET DIAGNOSTICS revoked = ROW_COUNT;
    RETURN revoked;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.revoke_page_tokens(name) IS
    'Takes back the tokens of that role, at once; returns their number. For superusers and members of tiny_dancer_owner. Errors: 22004';

CREATE OR REPLACE FUNCTION ${function_schema}.ruvector_whoami() RETURNS SETOF tiny_dancer.identity
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
ROWS 1
AS $function$
BEGIN
    RETURN QUERY
        SELECT tiny_dancer.caller_role()::text, tiny_dancer.current_tenant(), tiny_dancer.may_read_texts(),
               pg_has_role(tiny_dancer.caller_role(), 'tiny_dancer_admin', 'USAGE'), current_database()::text,
               tiny_dancer.schema_version();
END
$function$;
COMMENT ON FUNCTION ${function_schema}.ruvector_whoami() IS
    'For which tenant the calling role acts, and what it may see';
