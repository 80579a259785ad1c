package dev.tinydancer.postgres.install;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an installation may differ in.
 *
 * @param engine where the SQL functions find the engine; empty leaves an older installation's address as it is, and means
 *     {@link EngineAddress#DEFAULT} for a new one
 * @param functionSchema where the {@code ruvector_*} functions go; made if it does not exist
 */
public record InstallOptions(Optional<EngineAddress> engine, String functionSchema) {

    public static final String DEFAULT_FUNCTION_SCHEMA = "public";

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    public InstallOptions {
        requireNonNull(engine, "engine");
        if (!NAME.matcher(functionSchema).matches()) {
            throw new IllegalArgumentException(
                    "functionSchema must be a lower-case SQL name of at most 63 characters, got '" + functionSchema
                            + "'");
        }
        if (functionSchema.startsWith("pg_") || functionSchema.startsWith("tiny_dancer")) {
            throw new IllegalArgumentException(
                    "functionSchema must not be a schema of PostgreSQL's or of Tiny Dancer's own"
                            + " (pg_*, tiny_dancer*), got " + functionSchema);
        }
    }

    /** For most: whatever engine there is, functions in schema {@value #DEFAULT_FUNCTION_SCHEMA}. */
    public static InstallOptions defaults() {
        return new InstallOptions(Optional.empty(), DEFAULT_FUNCTION_SCHEMA);
    }

    public InstallOptions withEngine(EngineAddress address) {
        return new InstallOptions(Optional.of(address), functionSchema);
    }

    public InstallOptions withFunctionSchema(String schema) {
        return new InstallOptions(engine, schema);
    }
}
