package dev.tinydancer.engine.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.tinydancer.engine.config.PageConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask, and as which role.
 *
 * <p>Without a token, those only who ask on this machine and say so: over loopback, with a {@code Host} that is loopback's, and
 * not through a proxy. A page of elsewhere whose name leads to 127.0.0.1 (DNS rebinding) has another {@code Host}, and no
 * cookie. Everybody else brings a token, as a cookie or as {@code Authorization: Bearer}.
 */
final class Admission {

    static final String COOKIE = "tiny_dancer_page";

    private static final Set<String> OF_PROXIES =
            Set.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");
    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);
    private static final String BEARER = "bearer ";

    private final PageConfig config;
    private final TokenTable tokens;
    private final FailureLimit failures;

    Admission(PageConfig config, TokenTable tokens, LongSupplier nanos) {
        this.config = config;
        this.tokens = tokens;
        this.failures = new FailureLimit(nanos);
    }

    /**
     * What was found.
     *
     * @param role to ask as; null where nobody may ask
     * @param status of HTTP, where nobody may ask
     * @param reason for people, where nobody may ask
     */
    record Verdict(@Nullable String role, int status, String reason) {

        static Verdict admitted(String role) {
            return new Verdict(role, Http.OK, "");
        }
    }

    Verdict judge(HttpExchange exchange) {
        Optional<String> bearer = bearer(exchange.getRequestHeaders());
        if (bearer.isPresent()) {
            return judge(exchange, bearer.get());
        }
        Optional<String> cookie = cookie(exchange.getRequestHeaders());
        if (isLocal(exchange)) {
            // A browser brings an old cookie without being asked: whoever needs no token is as welcome with one that
            // has ended.
            return Verdict.admitted(cookie.flatMap(tokens::knownRole).orElse(config.role()));
        }
        if (cookie.isPresent()) {
            return judge(exchange, cookie.get());
        }
        return new Verdict(null, Http.UNAUTHORIZED, "a token is needed: tiny_dancer.create_page_token makes one");
    }

    /** As {@link #judge}, for a token that is brought to be kept as a cookie. */
    Verdict judge(HttpExchange exchange, String token) {
        String address = exchange.getRemoteAddress().getAddress().getHostAddress();
        boolean isLimited = failures.isReached(address);
        // Many may be behind one address: a token that is valid is let in whatever the others bring.
        // Those of an address at its limit cost no more than reading the tokens every five seconds.
        Optional<String> role = isLimited ? tokens.knownRole(token) : tokens.role(token);
        if (role.isPresent()) {
            return Verdict.admitted(role.get());
        }
        if (isLimited) {
            return new Verdict(null, Http.TOO_MANY, "too many wrong tokens from this address, try again in a minute");
        }
        failures.count(address);
        return new Verdict(null, Http.UNAUTHORIZED, "the token is not valid, or no longer");
    }

    private boolean isLocal(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        String host = headers.getFirst("Host");
        return !config.tokenAlways()
                && exchange.getLocalAddress().getAddress().isLoopbackAddress()
                && exchange.getRemoteAddress().getAddress().isLoopbackAddress()
                && host != null
                && LOOPBACK_HOST.matcher(host).matches()
                && OF_PROXIES.stream().noneMatch(headers::containsKey);
    }

    /** Whether a browser says that the request comes from a page of another address. */
    static boolean isOfAnotherSite(HttpExchange exchange) {
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        String host = exchange.getRequestHeaders().getFirst("Host");
        return origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host);
    }

    private static Optional<String> bearer(Headers headers) {
        String authorization = headers.getFirst("Authorization");
        return authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? Optional.of(authorization.substring(BEARER.length()).strip())
                : Optional.empty();
    }

    private static Optional<String> cookie(Headers headers) {
        List<String> cookies = headers.get("Cookie");
        if (cookies == null) {
            return Optional.empty();
        }
        return cookies.stream()
                .flatMap(line -> List.of(line.split(";", -1)).stream())
                .map(String::strip)
                .filter(cookie -> cookie.startsWith(COOKIE + "="))
                .map(cookie -> cookie.substring(COOKIE.length() + 1))
                .filter(value -> !value.isEmpty())
                .findFirst();
    }
}
