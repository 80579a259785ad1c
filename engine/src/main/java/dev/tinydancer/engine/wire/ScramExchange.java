package dev.tinydancer.engine.wire;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One SCRAM-SHA-256 authentication, seen from the server: client-first, server-first, client-final, server-final.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5802">RFC 5802</a>, sections 5 and 7
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7677">RFC 7677</a>
 */
final class ScramExchange {

    static final String MECHANISM = "SCRAM-SHA-256";
    static final String MECHANISM_WITH_BINDING = "SCRAM-SHA-256-PLUS";

    private static final String BINDING_HEADER = "p=tls-server-end-point,,";

    private static final Pattern CLIENT_FIRST =
            Pattern.compile("(?<header>(?:[ny]|p=[A-Za-z0-9.-]+),,)(?<bare>n=[^,]*,r=(?<nonce>[!-+\\--~]+)(?:,.*)?)");
    private static final Pattern CLIENT_FINAL = Pattern.compile(
            "(?<withoutProof>c=(?<binding>[A-Za-z0-9+/=]+),r=(?<nonce>[!-+\\--~]+)(?:,.*)?),p=(?<proof>[A-Za-z0-9+/=]+)");

    /**
     * What ties an exchange to the connection that it happens on: who stands between two connections has two of them.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc5802#section-6">RFC 5802, section 6</a>
     */
    enum Binding {
        /** The server cannot bind: the client says that it cannot either, or believes that the server cannot. */
        NOT_OFFERED,
        /** The server can, and the client has chosen not to. That it believes the server cannot must not be. */
        NOT_TAKEN,
        /** Both do, to the server's certificate. */
        TAKEN;

        private boolean allows(String header) {
            return switch (this) {
                case NOT_OFFERED -> header.equals("n,,") || header.equals("y,,");
                case NOT_TAKEN -> header.equals("n,,");
                case TAKEN -> header.equals(BINDING_HEADER);
            };
        }
    }

    private final ScramVerifier verifier;
    private final String serverNonce;
    private final Binding binding;
    private final byte[] endPoint;

    private String header = "";
    private String clientFirstBare = "";
    private String serverFirst = "";
    private String nonce = "";

    /**
     * @param verifier of the user, or a made-up one for a user that does not exist
     * @param serverNonce fresh printable ASCII without commas
     * @param endPoint what the client must have seen of the server where the binding is taken, else empty
     */
    ScramExchange(ScramVerifier verifier, String serverNonce, Binding binding, byte[] endPoint) {
        this.verifier = verifier;
        this.serverNonce = serverNonce;
        this.binding = binding;
        this.endPoint = endPoint;
    }

    /** Takes the client-first message and returns the server-first message. */
    byte[] serverFirst(byte[] clientFirst) {
        Matcher matcher = match(CLIENT_FIRST, clientFirst, "client-first-message");
        header = matcher.group("header");
        if (!binding.allows(header)) {
            throw new EngineException(
                    SqlState.PROTOCOL_VIOLATION,
                    "SCRAM channel binding negotiation error",
                    "What the client says of channel binding is not what was offered to it, or not what it has chosen.",
                    null);
        }
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
        if (!matcher.group("binding").equals(expectedBinding())) {
            throw new EngineException(
                    SqlState.INVALID_AUTHORIZATION,
                    "SCRAM channel binding check failed",
                    "The client is connected to another server, or somebody stands between the two.",
                    null);
        }
        if (!matcher.group("nonce").equals(nonce)) {
            throw malformed("client-final-message");
        }
        byte[] proof = decodeProof(matcher.group("proof"));
        String authMessage = clientFirstBare + "," + serverFirst + "," + matcher.group("withoutProof");
        if (!verifier.accepts(proof, authMessage)) {
            return null;
        }
        return ("v=" + verifier.serverSignatureBase64(authMessage)).getBytes(StandardCharsets.US_ASCII);
    }

    private String expectedBinding() {
        byte[] said = header.getBytes(StandardCharsets.US_ASCII);
        byte[] input = ByteBuffer.allocate(said.length + endPoint.length)
                .put(said)
                .put(endPoint)
                .array();
        return Base64.getEncoder().encodeToString(input);
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
