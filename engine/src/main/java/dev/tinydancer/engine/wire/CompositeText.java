package dev.tinydancer.engine.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Builds the text form of a value of a composite type, column by column in the type's order. For one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX">Composite types, syntax</a>
 */
public final class CompositeText {

    private final StringBuilder text = new StringBuilder(256).append('(');
    private boolean isFirst = true;

    /** Null for NULL, which is not the empty text. */
    public CompositeText text(@Nullable String value) {
        separate();
        if (value != null) {
            quoted(text, value);
        }
        return this;
    }

    public CompositeText bool(boolean value) {
        separate();
        text.append(value ? 't' : 'f');
        return this;
    }

    public CompositeText integer(@Nullable Integer value) {
        return plain(value);
    }

    public CompositeText bigint(long value) {
        return plain(value);
    }

    /** NaN and the infinities are values of PostgreSQL's float8 as well, and spelt as in Java. */
    public CompositeText float8(@Nullable Double value) {
        return plain(value);
    }

    public CompositeText uuid(@Nullable UUID value) {
        return plain(value);
    }

    /** In UTC. */
    public CompositeText timestamp(Instant value) {
        return plain(value);
    }

    /** In ISO 8601's form, which PostgreSQL reads as well as its own. */
    public CompositeText interval(Duration value) {
        return plain(value);
    }

    public CompositeText bytea(byte[] value) {
        separate();
        // One backslash of the value is two inside the quotes.
        text.append("\"\\\\x");
        HexFormat.of().formatHex(text, value);
        text.append('"');
        return this;
    }

    /** A text[], null when empty. */
    public CompositeText texts(List<String> values) {
        return text(values.isEmpty() ? null : array(values));
    }

    /** The whole value. */
    @Override
    public String toString() {
        return text + ")";
    }

    /** The text form of a text[]; each element that is not null stands in quotes, so that none is taken for a NULL. */
    public static String array(List<? extends @Nullable String> elements) {
        StringBuilder array = new StringBuilder("{");
        for (String element : elements) {
            if (array.length() > 1) {
                array.append(',');
            }
            if (element == null) {
                array.append("NULL");
            } else {
                quoted(array, element);
            }
        }
        return array.append('}').toString();
    }

    /** The text form of a real[], with as many digits as tell each number from its neighbours. */
    public static String array(float[] elements) {
        StringBuilder array = new StringBuilder(2 + 12 * elements.length).append('{');
        for (float element : elements) {
            if (array.length() > 1) {
                array.append(',');
            }
            array.append(element);
        }
        return array.append('}').toString();
    }

    private CompositeText plain(@Nullable Object value) {
        separate();
        if (value != null) {
            text.append(value);
        }
        return this;
    }

    private void separate() {
        if (isFirst) {
            isFirst = false;
        } else {
            text.append(',');
        }
    }

    private static void quoted(StringBuilder target, String value) {
        target.append('"');
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character == '"' || character == '\\') {
                target.append('\\');
            }
            target.append(character);
        }
        target.append('"');
    }
}
