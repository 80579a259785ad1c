-- What PostgreSQL and the engine share: the secrets of their connection, and who is there.

CREATE FUNCTION tiny_dancer.hmac_block(key bytea, pad int) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $function$
DECLARE
    block bytea := key || decode(repeat('00', 64 - length(key)), 'hex');
BEGIN
    FOR i IN 0..63 LOOP
        block := set_byte(block, i, get_byte(block, i) # pad);
    END LOOP;
    RETURN block;
END
$function$;
COMMENT ON FUNCTION tiny_dancer.hmac_block(bytea, int) IS
    'The key of at most 64 bytes, filled with zeros to SHA-256''s block of 64, each byte XORed with the pad (RFC 2104)';

CREATE TABLE tiny_dancer.engine_credential (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    mac_key bytea NOT NULL CHECK (length(mac_key) = 32),
    mac_inner_block bytea NOT NULL GENERATED ALWAYS AS (tiny_dancer.hmac_block(mac_key, 54)) STORED,
    mac_outer_block bytea NOT NULL GENERATED ALWAYS AS (tiny_dancer.hmac_block(mac_key, 92)) STORED,
    scram_user text NOT NULL,
    scram_salt bytea NOT NULL,
    scram_iterations int NOT NULL CHECK (scram_iterations >= 4096),
    scram_stored_key bytea NOT NULL CHECK (length(scram_stored_key) = 32),
    scram_server_key bytea NOT NULL CHECK (length(scram_server_key) = 32),
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE tiny_dancer.engine_credential IS 'The one secret between the functions'' owner and the engine; for no other eyes';
COMMENT ON COLUMN tiny_dancer.engine_credential.only_row IS 'Keeps the table at one row';
COMMENT ON COLUMN tiny_dancer.engine_credential.mac_key IS 'Key of the HMAC-SHA256 over each request to the engine';
COMMENT ON COLUMN tiny_dancer.engine_credential.mac_inner_block IS 'The key XOR ipad, RFC 2104, so that a call hashes and nothing else';
COMMENT ON COLUMN tiny_dancer.engine_credential.mac_outer_block IS 'The key XOR opad, RFC 2104';
COMMENT ON COLUMN tiny_dancer.engine_credential.scram_user IS 'The name under which the functions log in to the engine';
COMMENT ON COLUMN tiny_dancer.engine_credential.scram_salt IS 'Salt of the SCRAM-SHA-256 verifier, RFC 5802';
COMMENT ON COLUMN tiny_dancer.engine_credential.scram_iterations IS 'Iteration count of the verifier';
COMMENT ON COLUMN tiny_dancer.engine_credential.scram_stored_key IS 'StoredKey of the verifier';
COMMENT ON COLUMN tiny_dancer.engine_credential.scram_server_key IS 'ServerKey of the verifier';
COMMENT ON COLUMN tiny_dancer.engine_credential.made_at IS 'When the secrets were made';

CREATE TABLE tiny_dancer.engine (
    engine_id uuid PRIMARY KEY,
    version text NOT NULL,
    address text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);
COMMENT ON TABLE tiny_dancer.engine IS 'The engines that serve this database; each writes its own row and renews it every few seconds';
COMMENT ON COLUMN tiny_dancer.engine.engine_id IS 'Made by the engine at each start';
COMMENT ON COLUMN tiny_dancer.engine.version IS 'Version of its program';
COMMENT ON COLUMN tiny_dancer.engine.address IS 'Host and port on which it listens for SQL calls';
COMMENT ON COLUMN tiny_dancer.engine.started_at IS 'When it began to answer';
COMMENT ON COLUMN tiny_dancer.engine.seen_at IS 'When it last said that it is alive; older than 15 seconds means gone';
