-- Models that take the place of those that come with the program. The table is the only truth: an engine takes what
-- stands here into use when it starts and whenever it changes.

CREATE TABLE tiny_dancer.model (
    name text PRIMARY KEY CHECK (name IN ('classifier')),
    content bytea NOT NULL CHECK (length(content) > 0),
    checksum text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    card jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(card) = 'object'),
    installed_by name NOT NULL DEFAULT session_user,
    installed_at timestamptz NOT NULL DEFAULT now()
);
-- Weights do not compress.
ALTER TABLE tiny_dancer.model ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE tiny_dancer.model IS 'Models that engines use in place of those that come with the program; for all tenants';
COMMENT ON COLUMN tiny_dancer.model.name IS 'What it is used for: classifier';
COMMENT ON COLUMN tiny_dancer.model.content IS 'The file, as tiny-dancer train has written it';
COMMENT ON COLUMN tiny_dancer.model.checksum IS 'SHA-256 of the content in hexadecimal, by which engines know what they have';
COMMENT ON COLUMN tiny_dancer.model.card IS 'What it was trained on and how good it is, a JSON object; not used by engines';
COMMENT ON COLUMN tiny_dancer.model.installed_by IS 'The role of the session that installed it';
COMMENT ON COLUMN tiny_dancer.model.installed_at IS 'When it was installed';

CREATE FUNCTION tiny_dancer.tell_of_models() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    NOTIFY tiny_dancer_model;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.tell_of_models() IS
    'Trigger for tiny_dancer.model: tells the engines on channel tiny_dancer_model that it has changed';

CREATE TRIGGER model_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON tiny_dancer.model
    FOR EACH STATEMENT EXECUTE FUNCTION tiny_dancer.tell_of_models();
COMMENT ON TRIGGER model_changed ON tiny_dancer.model IS 'Tells the engines';
