package dev.tinydancer.postgres.install;

/** Text from outside inside SQL statements that take no parameters. */
final class SqlText {

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
}
