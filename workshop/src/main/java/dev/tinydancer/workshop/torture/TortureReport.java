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
 * @param late calls beyond their deadline and a tenth, by what happened meanwhile
 * @param tooLate of these, those that nothing excuses
 * @param longestOutage the longest time without any answer to any session while PostgreSQL was there
 * @param lostOutcomes recordings that were acknowledged and are not there, or are others
 * @param lostDecisions decisions that were acknowledged and are not in the log, or are others, and such as were rolled back
 *     and are in it
 * @param judgements that were acknowledged
 * @param lostJudgements of these, those that are not there
 * @param lostTurns conversations with fewer turns than were acknowledged
 * @param overspent budgets that exceed their amount, and those whose sums are not those of the log
 * @param leakedPlaces places that are held with nothing under way
 * @param first what was used when the load began
 * @param most what was used at most
 * @param last what was used when the load had ended
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
        Map<String, Long> late,
        long tooLate,
        Duration longestOutage,
        long lostOutcomes,
        long lostDecisions,
        long judgements,
        long lostJudgements,
        long lostTurns,
        long overspent,
        long leakedPlaces,
        Usage first,
        Usage most,
        Usage last,
        List<String> wrong) {

    public TortureReport {
        faults = Map.copyOf(faults);
        failures = Map.copyOf(failures);
        late = Map.copyOf(late);
        wrong = List.copyOf(wrong);
    }

    /** Whether everything held that must hold, whatever happens, and every call kept its deadline. */
    public boolean holds() {
        return tooLate == 0 && holdsButForTime();
    }

    /** As {@link #holds}, on a machine that may be too slow for deadlines. */
    public boolean holdsButForTime() {
        return lostOutcomes == 0
                && lostDecisions == 0
                && lostJudgements == 0
                && lostTurns == 0
                && overspent == 0
                && leakedPlaces == 0
                && wrong.isEmpty();
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
        figures.put("judgements acknowledged", judgements);
        figures.put("failures by SQLSTATE", failures.toString());
        figures.put("longest call, ms", longestCall.toMillis());
        figures.put("calls beyond deadline and a tenth", late.toString());
        figures.put("of these without excuse", tooLate);
        figures.put("longest outage, ms", longestOutage.toMillis());
        figures.put("lost outcomes", lostOutcomes);
        figures.put("lost or wrong decisions", lostDecisions);
        figures.put("lost judgements", lostJudgements);
        figures.put("conversations that lost turns", lostTurns);
        figures.put("overspent budgets", overspent);
        figures.put("leaked places", leakedPlaces);
        figures.put(
                "engines, MB: first, most, last",
                "%d, %d, %d".formatted(first.megabytes(), most.megabytes(), last.megabytes()));
        figures.put(
                "handles of engines: first, most, last",
                "%d, %d, %d".formatted(first.handles(), most.handles(), last.handles()));
        figures.put(
                "tables of a fixed size, kB: first, most, last",
                "%d, %d, %d".formatted(first.tableKilobytes(), most.tableKilobytes(), last.tableKilobytes()));
        figures.put("wrong", wrong.isEmpty() ? "nothing" : wrong.size() + ", first: " + wrong.getFirst());
        return figures;
    }
}
