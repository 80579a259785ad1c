package dev.tinydancer.postgres.connection;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in a URL, decoded but not interpreted.
 *
 * <p>Not {@link java.net.URI}, which takes several hosts for no host and repeats its input in its messages.
 */
record UrlParts(
        Optional<String> user,
        Optional<String> password,
        Optional<String> hosts,
        Optional<String> database,
        Map<String, String> parameters) {

    private static final Pattern FORM =
            Pattern.compile("(?:jdbc:)?postgres(?:ql)?://([^/?]*)(?:/([^?]*))?(?:\\?(.*))?", Pattern.DOTALL);

    static UrlParts of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "the URL must have the form postgresql://[user[:password]@]host[:port]/database[?parameters]"
                            + " or jdbc:postgresql://host[:port]/database[?parameters]; special characters in it are"
                            + " percent-encoded");
        }
        String authority = matcher.group(1);
        int at = authority.lastIndexOf('@');
        String login = at < 0 ? "" : authority.substring(0, at);
        int colon = login.indexOf(':');
        return new UrlParts(
                decoded(colon < 0 ? login : login.substring(0, colon)),
                decoded(colon < 0 ? "" : login.substring(colon + 1)),
                decoded(authority.substring(at + 1)),
                decoded(matcher.group(2) == null ? "" : matcher.group(2)),
                parameters(matcher.group(3) == null ? "" : matcher.group(3)));
    }

    private static Optional<String> decoded(String text) {
        return Optional.of(PercentEncoding.decode(text)).filter(value -> !value.isEmpty());
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query.split("&", -1)) {
            if (parameter.isEmpty()) {
                continue;
            }
            int equals = parameter.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("a parameter of the URL has no name or no value: write name=value");
            }
            parameters.put(
                    PercentEncoding.decode(parameter.substring(0, equals)),
                    PercentEncoding.decode(parameter.substring(equals + 1)));
        }
        return parameters;
    }

    /** Never shows the password. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "UrlParts[user=%s, hosts=%s, database=%s]", user, hosts, database);
    }
}
