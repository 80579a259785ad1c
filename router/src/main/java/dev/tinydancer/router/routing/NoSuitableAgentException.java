package dev.tinydancer.router.routing;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** No agent keeps all constraints of a request. Says which constraint removed which agent, and what would help. */
public final class NoSuitableAgentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Nobody reads the names of thousands of agents, and some clients cut a message of 200 kB off. */
    private static final int MOST_NAMED = 10;

    private static final Comparator<AgentAssessment> NEAREST_FIRST = Comparator.<AgentAssessment>comparingInt(
                    assessment -> assessment.violations().size())
            .thenComparingDouble(assessment -> assessment.violations().stream()
                    .mapToDouble(Violation::distance)
                    .sum())
            // Of those whose circuits are open the one that returns first.
            .thenComparing(NoSuitableAgentException::restsUntil, Comparator.nullsLast(Comparator.naturalOrder()));

    private final String detail;
    private final String hint;

    private NoSuitableAgentException(String message, String detail, String hint) {
        // An answer to the caller and no fault: nobody reads the stack trace, and filling it costs more than routing.
        super(message, null, false, false);
        this.detail = detail;
        this.hint = hint;
    }

    /** @param assessments every registered agent, each with at least one violation */
    static NoSuitableAgentException among(List<AgentAssessment> assessments) {
        return assessments.isEmpty()
                ? new NoSuitableAgentException(
                        "no agent is registered", "", "Register one with ruvector_register_agent(...).")
                : new NoSuitableAgentException(
                        "no agent fits the request", removals(assessments), relaxation(assessments));
    }

    /**
     * What each constraint removed, for example {@code min_quality 0.97 removed gpt-4 (0.95), haiku (0.8)}; of more than ten
     * agents the ten that come nearest to fitting are named, the others counted.
     */
    public String detail() {
        return detail;
    }

    /** The smallest change of the request that would admit an agent. */
    public String hint() {
        return hint;
    }

    private static String removals(List<AgentAssessment> assessments) {
        Map<String, List<AgentAssessment>> byFirstViolation = assessments.stream()
                .collect(groupingBy(
                        assessment -> assessment.violations().getFirst().constraint(), LinkedHashMap::new, toList()));
        Set<String> named = assessments.stream()
                .sorted(NEAREST_FIRST)
                .limit(MOST_NAMED)
                .map(assessment -> assessment.agent().name())
                .collect(toSet());
        return byFirstViolation.entrySet().stream()
                .map(entry -> entry.getKey() + " removed " + namedAndCounted(entry.getValue(), named))
                .collect(joining("; "));
    }

    private static String namedAndCounted(List<AgentAssessment> removed, Set<String> named) {
        List<String> names = removed.stream()
                .filter(assessment -> named.contains(assessment.agent().name()))
                .map(NoSuitableAgentException::nameAndValue)
                .toList();
        String listed = String.join(", ", names);
        if (names.size() == removed.size()) {
            return listed;
        }
        String counted = removed.size() == 1 ? "1 agent" : removed.size() + " agents";
        return names.isEmpty() ? counted : counted + ", among them " + listed;
    }

    private static String nameAndValue(AgentAssessment assessment) {
        String value = assessment.violations().getFirst().value();
        String name = assessment.agent().name();
        return value.isEmpty() ? name : name + " (" + value + ")";
    }

    private static @Nullable Instant restsUntil(AgentAssessment assessment) {
        return assessment.violations().stream()
                .map(Violation::restsUntil)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static String relaxation(List<AgentAssessment> assessments) {
        AgentAssessment nearest = assessments.stream().min(NEAREST_FIRST).orElseThrow();
        return "Smallest relaxation: "
                + nearest.violations().stream().map(Violation::relaxation).collect(joining(" and ")) + " would admit "
                + nearest.agent().name() + ".";
    }
}
