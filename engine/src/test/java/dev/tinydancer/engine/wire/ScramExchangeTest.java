package dev.tinydancer.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.error.EngineException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The exchange of RFC 7677, section 3: user "user", password "pencil". */
final class ScramExchangeTest {

    private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String CLIENT_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO" + SERVER_NONCE;
    private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private static final ScramVerifier VERIFIER =
            ScramClient.verifierOf("pencil", Base64.getDecoder().decode(SALT));

    private static final byte[] END_POINT = {1, 2, 3};

    private final ScramExchange exchange = exchange(ScramExchange.Binding.NOT_OFFERED);

    @Test
    void exchange_ofTheRfc_givesTheMessagesOfTheRfc() {
        assertThat(serverFirst(CLIENT_FIRST)).isEqualTo("r=" + NONCE + ",s=" + SALT + ",i=4096");
        assertThat(serverFinal("c=biws,r=" + NONCE + ",p=" + PROOF))
                .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    @Test
    void exchange_withoutUserName_asLibpqDoes_isAccepted() {
        assertThat(serverFirst("n,,n=,r=abc")).startsWith("r=abc" + SERVER_NONCE);
    }

    @Test
    void exchange_clientThatSupportsBinding_mustRepeatItsHeader() {
        serverFirst("y,,n=,r=abc");
        assertThatThrownBy(() -> serverFinal("c=biws,r=abc" + SERVER_NONCE + ",p=" + PROOF))
                .isInstanceOf(EngineException.class)
                .hasMessage("SCRAM channel binding check failed");
    }

    @Test
    void exchange_withBinding_wantsWhatTheClientShouldHaveSeen() {
        byte[] first = "p=tls-server-end-point,,n=,r=abc".getBytes(StandardCharsets.UTF_8);
        byte[] right = "p=tls-server-end-point,,\1\2\3".getBytes(StandardCharsets.UTF_8);
        byte[] other = "p=tls-server-end-point,,\1\2\4".getBytes(StandardCharsets.UTF_8);
        ScramExchange bound = exchange(ScramExchange.Binding.TAKEN);
        byte[] _ = bound.serverFirst(first);

        // The proof is of another exchange, which is only looked at where the binding is right.
        assertThat(bound.serverFinal(finalMessage(right))).isNull();
        assertThatThrownBy(() -> bound.serverFinal(finalMessage(other)))
                .hasMessage("SCRAM channel binding check failed");
    }

    @Test
    void exchange_whatIsSaidOfBinding_mustBeWhatWasOfferedAndChosen() {
        for (String header : new String[] {"y,,", "p=tls-server-end-point,,"}) {
            refuses(ScramExchange.Binding.NOT_TAKEN, header);
        }
        for (String header : new String[] {"n,,", "y,,", "p=tls-unique,,"}) {
            refuses(ScramExchange.Binding.TAKEN, header);
        }
        refuses(ScramExchange.Binding.NOT_OFFERED, "p=tls-server-end-point,,");
    }

    private static void refuses(ScramExchange.Binding binding, String header) {
        byte[] first = (header + "n=,r=abc").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> exchange(binding).serverFirst(first))
                .as("%s of %s", header, binding)
                .hasMessage("SCRAM channel binding negotiation error");
    }

    private static byte[] finalMessage(byte[] binding) {
        return ("c=" + Base64.getEncoder().encodeToString(binding) + ",r=abc" + SERVER_NONCE + ",p=" + PROOF)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static ScramExchange exchange(ScramExchange.Binding binding) {
        return new ScramExchange(
                VERIFIER, SERVER_NONCE, binding, binding == ScramExchange.Binding.TAKEN ? END_POINT : new byte[0]);
    }

    @Test
    void exchange_everyFlippedBitOfTheProof_isRefused() {
        byte[] proof = Base64.getDecoder().decode(PROOF);
        for (int bit = 0; bit < proof.length * Byte.SIZE; bit++) {
            byte[] wrong = proof.clone();
            wrong[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            serverFirst(CLIENT_FIRST);
            assertThat(serverFinal(
                            "c=biws,r=" + NONCE + ",p=" + Base64.getEncoder().encodeToString(wrong)))
                    .as("bit %d", bit)
                    .isNull();
        }
    }

    @Test
    void exchange_nonceOfAnotherExchange_isRefused() {
        serverFirst(CLIENT_FIRST);
        assertThatThrownBy(() -> serverFinal("c=biws,r=" + NONCE + "x,p=" + PROOF))
                .isInstanceOf(EngineException.class);
    }

    @Test
    void exchange_malformedMessages_areRefused() {
        String[] firsts = {"", "n", "p=tls-unique,,n=,r=abc", "n,,m=ext,n=,r=abc", "n,a=other,n=,r=abc", "n,,n=,r="};
        for (String first : firsts) {
            assertThatThrownBy(() -> serverFirst(first)).as(first).isInstanceOf(EngineException.class);
        }
        serverFirst(CLIENT_FIRST);
        String[] finals = {
            "", "c=biws", "c=biws,r=" + NONCE, "c=biws,r=" + NONCE + ",p=AAAA", "c=biws,r=" + NONCE + ",p=="
        };
        for (String last : finals) {
            assertThatThrownBy(() -> serverFinal(last)).as(last).isInstanceOf(EngineException.class);
        }
    }

    @Test
    void authenticator_unknownUser_looksLikeAKnownOne() {
        Credentials credentials = user -> user.equals("user") ? Optional.of(VERIFIER) : Optional.empty();
        ScramAuthenticator authenticator = new ScramAuthenticator(credentials, new SecureRandom());

        String first = saltAndIterations(authenticator, "nobody");
        String again = saltAndIterations(authenticator, "nobody");
        String other = saltAndIterations(authenticator, "somebody");
        String known = saltAndIterations(authenticator, "user");

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
        assertThat(first).hasSameSizeAs(known).endsWith(",i=4096");
    }

    private static String saltAndIterations(ScramAuthenticator authenticator, String user) {
        byte[] message = authenticator
                .begin(user, ScramExchange.Binding.NOT_OFFERED, new byte[0])
                .serverFirst("n,,n=,r=abc".getBytes(StandardCharsets.UTF_8));
        String text = new String(message, StandardCharsets.UTF_8);
        return text.substring(text.indexOf(",s="));
    }

    private String serverFirst(String message) {
        return new String(exchange.serverFirst(message.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    private @Nullable String serverFinal(String message) {
        byte[] answer = exchange.serverFinal(message.getBytes(StandardCharsets.UTF_8));
        return answer == null ? null : new String(answer, StandardCharsets.UTF_8);
    }
}
