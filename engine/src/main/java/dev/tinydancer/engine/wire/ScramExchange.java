package dev.tinydancer.engine.wire;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One SCRAM-SHA-256 authentication, seen from the server: client-first, server-first, client-final, server-final.
 *
 * <p>Channel binding is not offered, so a client may say that it has none ({@code n}) or that it believes the server has
 * none ({@code y}).
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5802">RFC 5802</a>, sections 5 and 7
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7677">RFC 7677</a>
 */
final class ScramExchange {

    static final String MECHANISM = "SCRAM-SHA-256";

    private static final Pattern CLIENT_FIRST =
            Pattern.compile("(?<header>[ny],,)(?<bare>n=[^,]*,r=(?<nonce>[!-+\\--~]+)(?:,.*)?)");
    private static final Pattern CLIENT_FINAL = Pattern.compile(
            "(?<withoutProof>c=(?<binding>[A-Za-z0-9+/=]+),r=(?<nonce>[!-+\\--~]+)(?:,.*)?),p=(?<proof>[A-Za-z0-9+/=]+)");

    private final ScramVerifier verifier;
    private final String serverNonce;

    private String header = "";
    private String clientFirstBare = "";
    private String serverFirst = "";
    private String nonce = "";

    /**
     * @param verifier of the user, or a made-up one for a user that does not exist
     * @param serverNonce fresh printable ASCII without commas
     */
    ScramExchange(ScramVerifier verifier, String serverNonce) {
        this.verifier = verifier;
        this.serverNonce = serverNonce;
    }

    /** Takes the client-first message and returns the server-first message. */
    byte[] serverFirst(byte[] clientFirst) {
        Matcher matcher = match(CLIENT_FIRST, clientFirst, "client-first-message");
        header = matcher.group("header");
        clientFirstBare = matcher.group("bare");
        nonce = matcher.group("nonce") + serverNonce;
        serverFirst = "r=" + nonce + ",s=" + verifier.saltBase64() + ",i=" + verifier.iterations();
        return serverFirst.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Takes the client-final message and returns the server-final message, or null if the proof is wrong.
     *
     * @throws EngineException if the message is malformed or belongs to another exchange
     */
    byte @org.jspecify.annotations.Nullable [] serverFinal(byte[] clientFinal) {
        Matcher matcher = match(CLIENT_FINAL, clientFinal, "client-final-message");
        String expectedBinding = Base64.getEncoder().encodeToString(header.getBytes(StandardCharsets.US_ASCII));
        if (!matcher.group("binding").equals(expectedBinding)
                || !matcher.group("nonce").equals(nonce)) {
            throw malformed("client-final-message");
        }
        byte[] proof = decodeProof(matcher.group("proof"));
        String authMessage = clientFirstBare + "," + serverFirst + "," + matcher.group("withoutProof");
        if (!verifier.accepts(proof, authMessage)) {
            return null;
        }
        return ("v=" + verifier.serverSignatureBase64(authMessage)).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] decodeProof(String base64) {
        byte[] proof;
        try {
            proof = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw malformed("client-final-message");
        }
        if (proof.length != ScramVerifier.KEY_BYTES) {
            throw malformed("client-final-message");
        }
        return proof;
    }

    private static Matcher match(Pattern pattern, byte[] message, String name) {
        Matcher matcher = pattern.matcher(new String(message, StandardCharsets.UTF_8));
        if (!matcher.matches()) {
            throw malformed(name);
        }
        return matcher;
    }

    private static EngineException malformed(String name) {
        return new EngineException(
                SqlState.PROTOCOL_VIOLATION,
                "malformed SCRAM message",
                "The " + name + " is not what RFC 5802 asks for, or belongs to another exchange.",
                null);
    }
}
