package dev.tinydancer.engine.call;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks arguments as the SQL reference wants them: an error names the argument, its value and what is valid. */
public final class Arguments {

    /** A message shows at most so much of a value. */
    private static final int SHOWN_CHARACTERS = 100;

    /** No name of an agent, a capability or a tag has more. */
    private static final int NAME_CHARACTERS = 200;

    /** A billion dollars, eleven days in milliseconds, a billion tokens: no figure means more, and no sum overflows. */
    private static final double MOST = 1e9;

    private Arguments() {}

    /** A text that must be given and not blank. Its value is never shown: it may be a request. */
    public static String text(String argument, @Nullable String value) {
        if (value == null) {
            throw missing(argument);
        }
        if (value.isBlank()) {
            throw new EngineException(SqlState.INVALID_PARAMETER_VALUE, argument + " must not be empty");
        }
        return value;
    }

    /**
     * The constant with this name.
     *
     * @param valid the names of all, asked for when the value is none of them
     */
    public static <T> T oneOf(
            String argument,
            @Nullable String value,
            Function<String, Optional<T>> parse,
            Supplier<List<String>> valid) {
        if (value == null) {
            throw missing(argument);
        }
        return parse.apply(value)
                .orElseThrow(() -> new EngineException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        argument + " is unknown, got \"" + shown(value) + "\"",
                        null,
                        "Valid are: " + String.join(", ", valid.get()) + "."));
    }

    /** One of these values. */
    public static void oneOf(String argument, @Nullable String value, List<String> valid) {
        String _ = oneOf(
                argument, value, name -> valid.contains(name) ? Optional.of(name) : Optional.empty(), () -> valid);
    }

    /** Further arguments by name, of which this version knows none. */
    public static void noOptions(@Nullable Map<String, Object> options) {
        if (options != null && !options.isEmpty()) {
            throw new EngineException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    "a key of options is unknown, got \""
                            + shown(options.keySet().iterator().next()) + "\"",
                    null,
                    "This version knows no options; it may be older than what you read.");
        }
    }

    /** A figure of at least 0 and at most {@link #MOST}; infinite when not given. */
    public static double bound(String argument, @Nullable Double value) {
        if (value == null) {
            return Double.POSITIVE_INFINITY;
        }
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw invalid(argument, "must be a finite number of at least 0", value);
        }
        if (value > MOST) {
            throw invalid(argument, "must be at most 1e9", value);
        }
        return value;
    }

    /** A figure in [0, 1]; 0 when not given. */
    public static double share(String argument, @Nullable Double value) {
        if (value == null) {
            return 0;
        }
        if (!(value >= 0 && value <= 1)) {
            throw invalid(argument, "must be between 0 and 1", value);
        }
        return value;
    }

    /** A count of at least 0, where given. */
    public static OptionalInt count(String argument, @Nullable Integer value) {
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value < 0) {
            throw invalid(argument, "must be a finite number of at least 0", value);
        }
        if (value > MOST) {
            throw invalid(argument, "must be at most 1e9", value);
        }
        return OptionalInt.of(value);
    }

    /** A count within these bounds; {@code usual} when not given. */
    public static int countWithin(String argument, @Nullable Integer value, int usual, int least, int most) {
        if (value == null) {
            return usual;
        }
        if (value < least || value > most) {
            throw invalid(
                    argument,
                    most == Integer.MAX_VALUE
                            ? "must be at least " + least
                            : "must be between " + least + " and " + most,
                    value);
        }
        return value;
    }

    /** Words of which none is null, blank or longer than a name; none when not given. */
    public static List<String> words(String argument, @Nullable List<@Nullable String> values) {
        if (values == null) {
            return List.of();
        }
        return values.stream().map(value -> word(argument, value)).toList();
    }

    /** Words as {@link #words}, of which no two are the same after trimming and without regard to case. */
    public static List<String> distinctWords(String argument, @Nullable List<@Nullable String> values) {
        List<String> words = words(argument, values);
        Set<String> seen = new HashSet<>();
        for (String word : words) {
            String compared = word.strip().toLowerCase(Locale.ROOT);
            if (!seen.add(compared)) {
                throw invalid("an element of " + argument, "must not be given twice", shown(compared));
            }
        }
        return words;
    }

    private static String word(String argument, @Nullable String value) {
        return name("an element of " + argument, value);
    }

    /** A text as {@link #text}, of no more characters than a name has. */
    public static String name(String argument, @Nullable String value) {
        String name = text(argument, value);
        int length = name.codePointCount(0, name.length());
        if (length > NAME_CHARACTERS) {
            throw new EngineException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    argument + " must have at most " + NAME_CHARACTERS + " characters but has " + length);
        }
        return name;
    }

    public static EngineException missing(String argument) {
        return new EngineException(SqlState.NULL_VALUE_NOT_ALLOWED, argument + " must not be null");
    }

    /** That a value breaks a rule. */
    public static EngineException invalid(String argument, String rule, Object value) {
        return new EngineException(
                SqlState.INVALID_PARAMETER_VALUE, argument + " " + rule + ", got " + shown(figure(value)));
    }

    /** As PostgreSQL writes it: a whole number has no point. */
    private static String figure(Object value) {
        return value instanceof Double number && number == Math.rint(number) && Math.abs(number) < MOST
                ? Long.toString(number.longValue())
                : value.toString();
    }

    private static String shown(String value) {
        return value.length() <= SHOWN_CHARACTERS ? value : value.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
