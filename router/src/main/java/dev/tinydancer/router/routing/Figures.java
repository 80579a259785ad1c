package dev.tinydancer.router.routing;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Figures as people read them in reasons and errors: three significant digits, never in scientific notation. */
final class Figures {

    private static final int DIGITS = 3;

    private Figures() {}

    /** The nearest figure of three significant digits. */
    static String shortest(double value) {
        return rounded(value, RoundingMode.HALF_EVEN);
    }

    /** The smallest figure of three significant digits that is not below the value. */
    static String roundedUp(double value) {
        return rounded(value, RoundingMode.CEILING);
    }

    /** The largest figure of three significant digits that is not above the value. */
    static String roundedDown(double value) {
        return rounded(value, RoundingMode.FLOOR);
    }

    /** A moment, to the second that is not before it; in UTC. */
    static String second(Instant moment) {
        return moment.plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String rounded(double value, RoundingMode mode) {
        if (value == 0) {
            return "0";
        }
        // A figure like 2500 is exact enough to be shown whole.
        BigDecimal figure = BigDecimal.valueOf(value);
        int wholeDigits = figure.precision() - figure.scale();
        return figure.round(new MathContext(Math.max(DIGITS, wholeDigits), mode))
                .stripTrailingZeros()
                .toPlainString();
    }
}
