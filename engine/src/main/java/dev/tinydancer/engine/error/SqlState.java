package dev.tinydancer.engine.error;

/**
 * The SQLSTATEs that the engine knows. {@code XX000} is none of them: under that code libpq reports a broken
 * connection, and the SQL functions then connect anew.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL error codes</a>
 */
public enum SqlState {
    SUCCESSFUL_COMPLETION("00000"),
    PROTOCOL_VIOLATION("08P01"),
    FEATURE_NOT_SUPPORTED("0A000"),
    NULL_VALUE_NOT_ALLOWED("22004"),
    INVALID_PARAMETER_VALUE("22023"),
    INVALID_BYTE_SEQUENCE("22021"),
    UNTRANSLATABLE_CHARACTER("22P05"),
    INVALID_AUTHORIZATION("28000"),
    INVALID_PASSWORD("28P01"),
    SYNTAX_ERROR("42601"),
    UNDEFINED_OBJECT("42704"),
    OUT_OF_MEMORY("53200"),
    TOO_MANY_CONNECTIONS("53300"),
    PROGRAM_LIMIT_EXCEEDED("54000"),
    QUERY_CANCELED("57014"),
    ADMIN_SHUTDOWN("57P01"),
    CANNOT_CONNECT_NOW("57P03"),
    BUDGET_EXHAUSTED("TD402"),
    NO_AGENT_FITS("TD404"),
    CATALOG_DIFFERS("TD409"),
    ENGINE_FAULT("TD500"),
    DATABASE_UNREACHABLE("TD503");

    private final String code;

    SqlState(String code) {
        this.code = code;
    }

    /** The five characters of the SQLSTATE. */
    public String code() {
        return code;
    }
}
