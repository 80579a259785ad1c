package dev.tinydancer.engine.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server keeps of a password to check SCRAM-SHA-256 proofs: enough to verify, not enough to log in.
 *
 * <p>Not a record, because it holds arrays; two instances are equal only if they are the same.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5802">RFC 5802</a>, section 3
 */
public final class ScramVerifier {

    /** PostgreSQL's default, and the least that RFC 7677 allows. */
    public static final int DEFAULT_ITERATIONS = 4096;

    static final int KEY_BYTES = 32;

    private static final String HMAC = "HmacSHA256";
    private final int iterations;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;

    /**
     * @param iterations rounds of PBKDF2, at least 1
     * @param salt at least one byte
     * @param storedKey SHA-256 of the client key, 32 bytes
     * @param serverKey 32 bytes; none of the arrays is copied
     */
    public ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
        if (iterations < 1 || salt.length == 0) {
            throw new IllegalArgumentException(
                    "a verifier needs iterations and a salt, got " + iterations + " and " + salt.length + " bytes");
        }
        if (storedKey.length != KEY_BYTES || serverKey.length != KEY_BYTES) {
            throw new IllegalArgumentException("the keys of a verifier have " + KEY_BYTES + " bytes, got "
                    + storedKey.length + " and " + serverKey.length);
        }
        this.iterations = iterations;
        this.salt = salt;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    int iterations() {
        return iterations;
    }

    String saltBase64() {
        return Base64.getEncoder().encodeToString(salt);
    }

    /**
     * Whether the client's proof shows that it knows the password: ClientProof XOR HMAC(StoredKey, AuthMessage) must hash
     * to StoredKey. Takes the same time wherever a wrong proof differs.
     *
     * @param proof 32 bytes
     */
    boolean accepts(byte[] proof, String authMessage) {
        byte[] clientKey = hmac(storedKey, authMessage);
        for (int i = 0; i < KEY_BYTES; i++) {
            clientKey[i] ^= proof[i];
        }
        return MessageDigest.isEqual(sha256(clientKey), storedKey);
    }

    /** The server's own proof that it knows the verifier. */
    String serverSignatureBase64(String authMessage) {
        return Base64.getEncoder().encodeToString(hmac(serverKey, authMessage));
    }

    static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
