package dev.tinydancer.workshop.torture;

import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of it.
 *
 * @param faults how often each happened
 * @param failures of calls by SQLSTATE
 * @param longestCall that PostgreSQL's own absence had no part in
 * @param lateCalls those that took more than their deadline and a tenth
 * @param longestOutage the longest time without any answer to any session while PostgreSQL was there
 * @param lostOutcomes recordings that were acknowledged and are not there, or are others
 * @param lostDecisions decisions that were acknowledged and are not in the log, or are others, and such as were rolled back
 *     and are in it
 * @param overspent budgets that exceed their amount, and those whose sums are not those of the log
 * @param leakedPlaces places that are held with nothing under way
 * @param wrong what must not be: answers of another tenant, errors that nobody can explain
 */
public record TortureReport(
        long seed,
        Duration duration,
        int sessions,
        Map<Fault, Integer> faults,
        long calls,
        long decisions,
        long outcomes,
        Map<String, Long> failures,
        Duration longestCall,
        long lateCalls,
        Duration longestOutage,
        long lostOutcomes,
        long lostDecisions,
        long overspent,
        long leakedPlaces,
        long engineMegabytes,
        long engineHandles,
        List<String> wrong) {

    public TortureReport {
        faults = Map.copyOf(faults);
        failures = Map.copyOf(failures);
        wrong = List.copyOf(wrong);
    }

    /** Whether everything held that must hold, whatever happens. */
    public boolean holds() {
        return lostOutcomes == 0 && lostDecisions == 0 && overspent == 0 && leakedPlaces == 0 && wrong.isEmpty();
    }

    /** Each figure by its name, in the order in which one reads them. */
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("seed", seed);
        figures.put("seconds", duration.toSeconds());
        figures.put("sessions", sessions);
        new EnumMap<Fault, Integer>(faults).forEach((fault, count) -> figures.put(fault.description(), count));
        figures.put("routing calls", calls);
        figures.put("decisions acknowledged", decisions);
        figures.put("outcomes acknowledged", outcomes);
        figures.put("failures by SQLSTATE", failures.toString());
        figures.put("longest call, ms", longestCall.toMillis());
        figures.put("calls beyond deadline and a tenth", lateCalls);
        figures.put("longest outage, ms", longestOutage.toMillis());
        figures.put("lost outcomes", lostOutcomes);
        figures.put("lost or wrong decisions", lostDecisions);
        figures.put("overspent budgets", overspent);
        figures.put("leaked places", leakedPlaces);
        figures.put("largest engine, MB", engineMegabytes);
        figures.put("handles of that engine", engineHandles);
        figures.put("wrong", wrong.isEmpty() ? "nothing" : wrong.size() + ", first: " + wrong.getFirst());
        return figures;
    }
}
