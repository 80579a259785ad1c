package dev.tinydancer.engine.call;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks arguments as the SQL reference wants them: an error names the argument, its value and what is valid. */
final class Arguments {

    /** A message shows at most so much of a value. */
    private static final int SHOWN_CHARACTERS = 100;

    private Arguments() {}

    /** A text that must be given and not blank. Its value is never shown: it may be a request. */
    static String text(String argument, @Nullable String value) {
        if (value == null) {
            throw missing(argument);
        }
        if (value.isBlank()) {
            throw new EngineException(SqlState.INVALID_PARAMETER_VALUE, argument + " must not be empty");
        }
        return value;
    }

    /** The constant with this name. */
    static <T> T oneOf(
            String argument, @Nullable String value, Function<String, Optional<T>> parse, List<String> valid) {
        if (value == null) {
            throw missing(argument);
        }
        return parse.apply(value)
                .orElseThrow(() -> new EngineException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        argument + " is unknown, got \"" + shown(value) + "\"",
                        null,
                        "Valid are: " + String.join(", ", valid) + "."));
    }

    /** A finite figure of at least 0; infinite when not given. */
    static double bound(String argument, @Nullable Double value) {
        if (value == null) {
            return Double.POSITIVE_INFINITY;
        }
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw invalid(argument, "must be a finite number of at least 0", value);
        }
        return value;
    }

    /** A figure in [0, 1]; 0 when not given. */
    static double share(String argument, @Nullable Double value) {
        if (value == null) {
            return 0;
        }
        if (!(value >= 0 && value <= 1)) {
            throw invalid(argument, "must be between 0 and 1", value);
        }
        return value;
    }

    /** A count of at least 0, where given. */
    static OptionalInt count(String argument, @Nullable Integer value) {
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value < 0) {
            throw invalid(argument, "must be at least 0", value);
        }
        return OptionalInt.of(value);
    }

    /** A count that must be given and within these bounds. */
    static int countWithin(String argument, @Nullable Integer value, int least, int most) {
        if (value == null) {
            throw missing(argument);
        }
        if (value < least || value > most) {
            throw invalid(argument, "must be between " + least + " and " + most, value);
        }
        return value;
    }

    /** Words of which none is null or blank; none when not given. */
    static List<String> words(String argument, @Nullable List<@Nullable String> values) {
        if (values == null) {
            return List.of();
        }
        return values.stream()
                .map(value -> text("an element of " + argument, value))
                .toList();
    }

    static EngineException missing(String argument) {
        return new EngineException(SqlState.NULL_VALUE_NOT_ALLOWED, argument + " must not be null");
    }

    private static EngineException invalid(String argument, String rule, Object value) {
        return new EngineException(SqlState.INVALID_PARAMETER_VALUE, argument + " " + rule + ", got " + value);
    }

    private static String shown(String value) {
        return value.length() <= SHOWN_CHARACTERS ? value : value.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
