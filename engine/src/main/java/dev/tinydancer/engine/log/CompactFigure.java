package dev.tinydancer.engine.log;

import java.math.BigDecimal;
import java.math.MathContext;

/** Figures in three characters, as {@code tiny_dancer.figure_of} reads them. */
final class CompactFigure {

    /** What a reader compares, and no more. */
    static final MathContext DIGITS = new MathContext(4);

    private static final int SIGNED_DIGITS = 20_000;
    private static final int SMALLEST_EXPONENT = -25;
    private static final int LARGEST_EXPONENT = 15;

    private static final char FIRST_CHARACTER = '!';
    private static final int BASE = 94;

    private CompactFigure() {}

    /**
     * Appends a figure in four digits.
     *
     * @return false if it is too large or too small, and nothing was appended
     */
    static boolean append(StringBuilder text, double figure) {
        BigDecimal rounded = new BigDecimal(figure).round(DIGITS);
        int exponent = -rounded.scale();
        if (exponent < SMALLEST_EXPONENT || exponent > LARGEST_EXPONENT) {
            return false;
        }
        int code = (exponent - SMALLEST_EXPONENT) * SIGNED_DIGITS
                + rounded.unscaledValue().intValue()
                + SIGNED_DIGITS / 2;
        text.append((char) (FIRST_CHARACTER + code / (BASE * BASE)))
                .append((char) (FIRST_CHARACTER + code / BASE % BASE))
                .append((char) (FIRST_CHARACTER + code % BASE));
        return true;
    }
}
