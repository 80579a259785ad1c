package dev.tinydancer.router.routing;

import static java.util.stream.Collectors.joining;

import dev.tinydancer.router.budget.BudgetPeriod;
import dev.tinydancer.router.budget.BudgetStanding;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** An agent would keep all constraints of a request, but what is left of a budget does not suffice for any such agent. */
public final class BudgetExhaustedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String detail;
    private final String hint;

    private BudgetExhaustedException(String message, String detail, String hint) {
        // An answer to the caller and no fault: nobody reads the stack trace, and filling it costs more than routing.
        super(message, null, false, false);
        this.detail = detail;
        this.hint = hint;
    }

    /** @param assessments every registered agent, none a candidate, at least one of them for want of money alone */
    static BudgetExhaustedException among(List<AgentAssessment> assessments) {
        AgentAssessment cheapest = assessments.stream()
                .filter(AgentAssessment::lacksNothingButMoney)
                .min(Comparator.comparingDouble(
                        assessment -> assessment.prospect().costUsd()))
                .orElseThrow();
        List<BudgetStanding> budgets = cheapest.violations().stream()
                .map(Violation::budget)
                .filter(Objects::nonNull)
                .toList();
        String scopes =
                budgets.stream().map(budget -> budget.scope().toString()).collect(joining(", "));
        return new BudgetExhaustedException(
                (budgets.size() == 1 ? "budget " : "budgets ") + scopes + " exhausted",
                budgets.stream().map(BudgetExhaustedException::standing).collect(joining("; ")) + ". "
                        + cheapest.agent().name() + ", the cheapest agent that fits otherwise, is estimated at "
                        + Figures.shortest(cheapest.prospect().costUsd()) + ".",
                cheapest.violations().stream().map(Violation::relaxation).collect(joining(" and ")) + " would admit "
                        + cheapest.agent().name()
                        + "; with on_exhausted => 'cheapest' requests go on, beyond the budget.");
    }

    /** Amount, spent and reserved of each exhausted budget, and the end of its period. */
    public String detail() {
        return detail;
    }

    /** What would let the request through. */
    public String hint() {
        return hint;
    }

    private static String standing(BudgetStanding budget) {
        return "scope " + budget.scope()
                + ": amount " + Figures.shortest(budget.amountUsd())
                + (budget.period() == BudgetPeriod.TOTAL
                        ? " in total"
                        : " for each " + budget.period().sqlName())
                + ", spent " + Figures.shortest(budget.spentUsd())
                + ", reserved " + Figures.shortest(budget.reservedUsd())
                + (budget.end() == null ? "" : ", until " + budget.end());
    }
}
