package dev.tinydancer.engine.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's side of a SCRAM-SHA-256 exchange, for a client that sends its bytes by hand. */
final class ScramClient {

    static final String CLIENT_FIRST = "n,,n=,r=clientnonce";

    private final String password;

    ScramClient(String password) {
        this.password = password;
    }

    /** The client-final message for a server-first message. */
    String clientFinal(String serverFirst) {
        String[] attributes = serverFirst.split(",", 3);
        String nonce = attributes[0].substring(2);
        byte[] salt = Base64.getDecoder().decode(attributes[1].substring(2));
        int iterations = Integer.parseInt(attributes[2].substring(2));
        String withoutProof = "c=biws,r=" + nonce;
        String authMessage = CLIENT_FIRST.substring(3) + "," + serverFirst + "," + withoutProof;
        try {
            byte[] salted = saltedPassword(password, salt, iterations);
            byte[] proof = hmac(salted, "Client Key");
            byte[] signature = hmac(MessageDigest.getInstance("SHA-256").digest(proof), authMessage);
            for (int i = 0; i < proof.length; i++) {
                proof[i] ^= signature[i];
            }
            return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** What a server keeps of a password. */
    static ScramVerifier verifierOf(String password, byte[] salt) {
        return verifierOf(password, salt, ScramVerifier.DEFAULT_ITERATIONS);
    }

    /** What a server keeps of a password that it has hashed so many times. */
    static ScramVerifier verifierOf(String password, byte[] salt, int iterations) {
        try {
            byte[] salted = saltedPassword(password, salt, iterations);
            byte[] clientKey = hmac(salted, "Client Key");
            return new ScramVerifier(
                    iterations,
                    salt,
                    MessageDigest.getInstance("SHA-256").digest(clientKey),
                    hmac(salted, "Server Key"));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] saltedPassword(String password, byte[] salt, int iterations) throws GeneralSecurityException {
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
                .getEncoded();
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
