package dev.tinydancer.cli.doctor;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How one thing is.
 *
 * @param what that was looked at
 * @param found how it is
 * @param mend what to do; empty where nothing is to be done
 */
record Finding(Severity severity, String what, String found, String mend) {

    /** How bad it is. */
    enum Severity {
        OK,
        /** It works, and may hurt. */
        WARNING,
        /** It does not work. */
        FAILURE
    }

    Finding {
        requireNonNull(severity, "severity");
        requireNonNull(what, "what");
        requireNonNull(found, "found");
        requireNonNull(mend, "mend");
    }

    static Finding ok(String what, String found) {
        return new Finding(Severity.OK, what, found, "");
    }

    static Finding warning(String what, String found, String mend) {
        return new Finding(Severity.WARNING, what, found, mend);
    }

    static Finding failure(String what, String found, String mend) {
        return new Finding(Severity.FAILURE, what, found, mend);
    }

    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("severity", severity.name().toLowerCase(Locale.ROOT));
        map.put("what", what);
        map.put("found", found);
        map.put("mend", mend);
        return map;
    }
}
