package dev.tinydancer.engine.log;

import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows in the text format of COPY.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, text format</a>
 */
final class CopyRow {

    private final StringBuilder text;
    private boolean first = true;

    /** Appends to {@code text}. */
    CopyRow(StringBuilder text) {
        this.text = text;
    }

    CopyRow value(@Nullable Object value) {
        separate();
        if (value == null) {
            text.append("\\N");
        } else {
            escape(value.toString());
        }
        return this;
    }

    CopyRow bytea(byte[] value) {
        // A single backslash in the value is two in the row.
        separate();
        text.append("\\\\x").append(HexFormat.of().formatHex(value));
        return this;
    }

    CopyRow byteaOfHex(String digits) {
        separate();
        text.append("\\\\x").append(digits);
        return this;
    }

    /** A text[], null when empty; each element stands in quotes, so that none is taken for a NULL. */
    CopyRow texts(List<String> values) {
        if (values.isEmpty()) {
            return value(null);
        }
        StringBuilder array = new StringBuilder("{");
        for (String value : values) {
            if (array.length() > 1) {
                array.append(',');
            }
            array.append('"')
                    .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
        }
        return value(array.append('}'));
    }

    void end() {
        text.append('\n');
    }

    private void separate() {
        if (!first) {
            text.append('\t');
        }
        first = false;
    }

    private void escape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            switch (character) {
                case '\\' -> text.append("\\\\");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                default -> text.append(character);
            }
        }
    }
}
