package dev.tinydancer.postgres.install;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Texts that SQL statements are made of: values inside those that take no parameters, and files. */
final class SqlText {

    /** SQLSTATE of a DROP that would leave others without what they rest on. */
    static final String DEPENDENT_OBJECTS_STILL_EXIST = "2BP01";

    private SqlText() {}

    /** A name in double quotes. */
    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /**
     * A string in single quotes, whatever {@code standard_conforming_strings} says: with a backslash in it, in the
     * escape form.
     */
    static String literal(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }

    /** The text of a file beside this class. */
    static String resource(String name) {
        try (InputStream stream = requireNonNull(SqlText.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
