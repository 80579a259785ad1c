package dev.tinydancer.engine.wire;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one kind of SQL that the engine understands: clients set their encoding and a few other parameters when they
 * connect. dblink does so in databases that are not in UTF-8, JDBC always.
 *
 * @param name in lower case
 */
record SetStatement(String name, String value) {

    static final String CLIENT_ENCODING = "client_encoding";

    /** Accepted without effect: no answer of the engine depends on them. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "application_name",
            "bytea_output",
            "datestyle",
            "extra_float_digits",
            "idle_in_transaction_session_timeout",
            "intervalstyle",
            "lock_timeout",
            "statement_timeout",
            "timezone");

    /** Longer than any statement that sets one of these. */
    private static final int MAX_BYTES = 1024;

    private static final Pattern FORM = Pattern.compile(
            "\\s*set\\s+(?:session\\s+)?(?<name>[a-z_]+)(?:\\s*=\\s*|\\s+to\\s+)(?<value>'[^']*'|[^\\s';]+)\\s*;?\\s*",
            Pattern.CASE_INSENSITIVE);

    /** The statement in a query's text, or empty if the query is something else. */
    static Optional<SetStatement> parse(byte[] query, int offset, int length) {
        if (!startsWithSet(query, offset, length) || length > MAX_BYTES) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(new String(query, offset, length, StandardCharsets.UTF_8));
        if (!matcher.matches()) {
            throw new EngineException(
                    SqlState.SYNTAX_ERROR, "the engine understands no SQL but SET parameter TO value");
        }
        String value = matcher.group("value");
        return Optional.of(new SetStatement(
                matcher.group("name").toLowerCase(Locale.ROOT),
                value.startsWith("'") ? value.substring(1, value.length() - 1) : value));
    }

    /** Keeps every call of the hot path away from regular expressions. */
    private static boolean startsWithSet(byte[] query, int offset, int length) {
        return length > 4
                && (query[offset] | 0x20) == 's'
                && (query[offset + 1] | 0x20) == 'e'
                && (query[offset + 2] | 0x20) == 't'
                && Character.isWhitespace(query[offset + 3]);
    }

    /** @throws EngineException {@code 42704} if the engine has no such parameter */
    void requireKnown() {
        if (!name.equals(CLIENT_ENCODING) && !WITHOUT_EFFECT.contains(name)) {
            throw new EngineException(
                    SqlState.UNDEFINED_OBJECT, "unrecognized configuration parameter \"" + name + "\"");
        }
    }
}
