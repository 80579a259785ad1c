package dev.tinydancer.cli.install;

import dev.tinydancer.postgres.connection.DatabaseUrl;
import java.io.IOException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the value of {@code --url} without ever repeating it. */
public final class DatabaseUrlConverter implements ITypeConverter<DatabaseUrl> {

    @Override
    public DatabaseUrl convert(String value) {
        try {
            return DatabaseUrl.parse(value, System.getenv());
        } catch (IllegalArgumentException | IOException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
