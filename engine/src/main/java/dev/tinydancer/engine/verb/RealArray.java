package dev.tinydancer.engine.verb;

/** PostgreSQL's text form of a {@code real[]}. */
final class RealArray {

    private RealArray() {}

    /** With as many digits as tell each number from its neighbours. */
    static String text(float[] numbers) {
        StringBuilder text = new StringBuilder(2 + 12 * numbers.length).append('{');
        for (int i = 0; i < numbers.length; i++) {
            if (i > 0) {
                text.append(',');
            }
            text.append(numbers[i]);
        }
        return text.append('}').toString();
    }
}
