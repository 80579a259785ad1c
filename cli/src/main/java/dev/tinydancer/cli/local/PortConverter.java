package dev.tinydancer.cli.local;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a TCP port; 0 asks for any free one. */
final class PortConverter implements ITypeConverter<Integer> {

    private static final int HIGHEST = 65_535;

    @Override
    public Integer convert(String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= HIGHEST) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw noPort(value, e);
        }
        throw noPort(value, null);
    }

    private static TypeConversionException noPort(String value, @Nullable Throwable cause) {
        TypeConversionException failure =
                new TypeConversionException("must be a port from 0 to " + HIGHEST + ", got " + value);
        failure.initCause(cause);
        return failure;
    }
}
