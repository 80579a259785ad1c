package dev.tinydancer.engine.wire;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * Starts SCRAM exchanges. For a user that does not exist it starts one as well, which no proof can satisfy and which
 * looks the same from outside: the same salt whenever the same name is tried, as for a real user.
 */
final class ScramAuthenticator {

    /** As many bytes as PostgreSQL uses for salts and nonces. */
    private static final int SALT_BYTES = 16;

    private static final int NONCE_BYTES = 18;

    private final Credentials credentials;
    private final SecureRandom random;
    private final byte[] mockSecret = new byte[ScramVerifier.KEY_BYTES];

    ScramAuthenticator(Credentials credentials, SecureRandom random) {
        this.credentials = credentials;
        this.random = random;
        random.nextBytes(mockSecret);
    }

    /** Begins an exchange with a client that wants to be this user; for the rest see {@link ScramExchange}. */
    ScramExchange begin(String user, ScramExchange.Binding binding, byte[] endPoint) {
        ScramVerifier mock = mockVerifier(user);
        byte[] nonce = randomBytes(NONCE_BYTES);
        return new ScramExchange(
                credentials.verifierOf(user).orElse(mock),
                Base64.getEncoder().encodeToString(nonce),
                binding,
                endPoint);
    }

    private ScramVerifier mockVerifier(String user) {
        byte[] salt = Arrays.copyOf(ScramVerifier.hmac(mockSecret, user), SALT_BYTES);
        byte[] unmeetableKey = randomBytes(ScramVerifier.KEY_BYTES);
        return new ScramVerifier(ScramVerifier.DEFAULT_ITERATIONS, salt, unmeetableKey, unmeetableKey);
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
