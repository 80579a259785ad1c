package dev.tinydancer.engine.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
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
    private static final Pattern POSTGRESQL_FORM =
            Pattern.compile("SCRAM-SHA-256\\$(\\d{1,9}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");

    private final int iterations;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;

    ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
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

    /**
     * The verifier of a password. The password is taken as it is, without SASLprep: generated passwords are ASCII, where
     * the two are the same.
     *
     * @param salt at least one byte; copied
     * @param iterations rounds of PBKDF2, at least 1
     */
    public static ScramVerifier ofPassword(String password, byte[] salt, int iterations) {
        byte[] salted = pbkdf2(password, salt, iterations);
        byte[] clientKey = hmac(salted, "Client Key");
        return new ScramVerifier(iterations, salt.clone(), sha256(clientKey), hmac(salted, "Server Key"));
    }

    /**
     * Reads PostgreSQL's own form, {@code SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}, as it stands in
     * {@code pg_authid.rolpassword}.
     *
     * @throws IllegalArgumentException if the text is not of that form; the message does not repeat it
     */
    public static ScramVerifier parse(String text) {
        Matcher matcher = POSTGRESQL_FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a verifier has the form SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey, got a text of "
                            + text.length() + " characters without it");
        }
        Base64.Decoder base64 = Base64.getDecoder();
        return new ScramVerifier(
                Integer.parseInt(matcher.group(1)),
                base64.decode(matcher.group(2)),
                base64.decode(matcher.group(3)),
                base64.decode(matcher.group(4)));
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

    /** PostgreSQL's form, see {@link #parse}. A secret: not for logs, hence not {@code toString}. */
    public String toPostgresqlForm() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "SCRAM-SHA-256$" + iterations + ":" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(storedKey) + ":" + base64.encodeToString(serverKey);
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

    private static byte[] pbkdf2(String password, byte[] salt, int iterations) {
        char[] characters = password.toCharArray();
        PBEKeySpec spec = new PBEKeySpec(characters, salt, iterations, KEY_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
            Arrays.fill(characters, '\0');
        }
    }
}
