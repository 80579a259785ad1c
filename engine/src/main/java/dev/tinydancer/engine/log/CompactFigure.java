package dev.tinydancer.engine.log;

/** Figures in three characters, as {@code tiny_dancer.figure_of} reads them. */
final class CompactFigure {

    /** What a reader compares, and no more. */
    static final int DIGITS = 4;

    private static final long LEAST_OF_MORE_DIGITS = 10_000;
    private static final int SIGNED_DIGITS = 20_000;
    private static final int SMALLEST_EXPONENT = -25;
    private static final int LARGEST_EXPONENT = 15;

    private static final char FIRST_CHARACTER = '!';
    private static final int BASE = 94;

    private CompactFigure() {}

    /**
     * Appends a figure in four digits.
     *
     * @return false if it is too large, too small or not finite, and nothing was appended
     */
    static boolean append(StringBuilder text, double figure) {
        double magnitude = Math.abs(figure);
        int exponent = magnitude == 0 ? 0 : (int) Math.floor(Math.log10(magnitude)) - (DIGITS - 1);
        if (!Double.isFinite(figure) || exponent < SMALLEST_EXPONENT || exponent > LARGEST_EXPONENT) {
            return false;
        }
        // Of a BigDecimal, which is exact, a whole call took a tenth.
        long digits =
                Math.round(exponent < 0 ? magnitude * Math.pow(10, -exponent) : magnitude / Math.pow(10, exponent));
        if (digits == LEAST_OF_MORE_DIGITS) {
            if (exponent == LARGEST_EXPONENT) {
                return false;
            }
            digits /= 10;
            exponent++;
        }
        int code = (exponent - SMALLEST_EXPONENT) * SIGNED_DIGITS
                + (int) (figure < 0 ? -digits : digits)
                + SIGNED_DIGITS / 2;
        text.append((char) (FIRST_CHARACTER + code / (BASE * BASE)))
                .append((char) (FIRST_CHARACTER + code / BASE % BASE))
                .append((char) (FIRST_CHARACTER + code % BASE));
        return true;
    }
}
