package dev.tinydancer.workshop.measure;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a figure is held to, beside the figure.
 *
 * @param figure by the name that it has in the JSON form
 * @param value what was measured
 * @param atMost whether the limit is the most that it may be, or the least
 * @param limit in the figure's unit
 * @param unit for people, with a blank before it where there is one
 */
record Bar(String figure, double value, boolean atMost, double limit, String unit) {

    boolean isMet() {
        return atMost ? value <= limit : value >= limit;
    }

    /** For people; a mark says that it was missed. */
    String text() {
        String number = limit == Math.rint(limit) ? String.format(Locale.ROOT, "%.0f", limit) : Double.toString(limit);
        return (atMost ? "≤ " : "≥ ") + number + unit + (isMet() ? "" : " !");
    }

    Map<String, Object> entry() {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("figure", figure);
        entry.put(atMost ? "at_most" : "at_least", limit);
        entry.put("met", isMet());
        return entry;
    }
}
