package dev.tinydancer.router.routing;

import dev.tinydancer.router.budget.BudgetStanding;
import dev.tinydancer.router.policy.OptimizationTarget;
import dev.tinydancer.router.quality.QualityEstimate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts decisions into words. */
final class Reasoning {

    /** Less than a point of quality is no reason. */
    private static final double LEAST_CREDIT_TOLD = 0.01;

    private Reasoning() {}

    /** Why the first of the ranking was chosen, which is the best for the target. */
    static String ofChoice(OptimizationTarget target, List<AgentAssessment> ranking, int registered) {
        return ofChoice("best " + target.sqlName(), ranking, registered);
    }

    /** Why the first of the ranking was chosen, which is the cheapest, because a better one is dearer than the rest. */
    static String ofCheapest(BudgetStanding budget, List<AgentAssessment> ranking, int registered) {
        return ofChoice(
                "budget " + budget.scope() + " has $" + Figures.shortest(budget.remainingUsd()) + " left, cheapest",
                ranking,
                registered);
    }

    private static String ofChoice(String merit, List<AgentAssessment> ranking, int registered) {
        AgentAssessment chosen = ranking.getFirst();
        StringBuilder words = new StringBuilder(200)
                .append(chosen.agent().name())
                .append(": ")
                .append(merit)
                .append(" of ")
                .append(ranking.size())
                .append(ranking.size() == 1 ? " fitting agent" : " fitting agents");
        if (ranking.size() < registered) {
            words.append(" (").append(registered).append(" registered)");
        }
        words.append("; ").append(prospect(chosen));
        if (ranking.size() > 1) {
            AgentAssessment second = ranking.get(1);
            words.append("; next ").append(second.agent().name()).append(": ").append(prospect(second));
        }
        return words.toString();
    }

    /** What is expected of one agent, or why it is none of the candidates. */
    static String ofAssessment(AgentAssessment assessment) {
        return assessment.isCandidate()
                ? prospect(assessment)
                : "excluded by "
                        + String.join(
                                ", ",
                                assessment.violations().stream()
                                        .map(Violation::toString)
                                        .toList());
    }

    private static String prospect(AgentAssessment assessment) {
        return lastResort(assessment.overlooked()) + "expected quality "
                + Figures.shortest(assessment.prospect().quality()) + " ("
                + evidence(assessment.quality()) + credit(assessment.credit()) + "), $"
                + Figures.shortest(assessment.prospect().costUsd()) + ", "
                + Figures.shortest(assessment.prospect().latencyMillis()) + " ms";
    }

    private static String lastResort(@Nullable Violation overlooked) {
        return overlooked == null ? "" : overlooked + ", asked for want of another; ";
    }

    private static String credit(double credit) {
        return credit < LEAST_CREDIT_TOLD ? "" : ", credited " + Figures.shortest(credit) + " to become known";
    }

    private static String evidence(QualityEstimate quality) {
        long similar = Math.round(quality.similarRequests());
        if (similar == 0) {
            return "no similar request yet";
        }
        return similar + (similar == 1 ? " similar request, " : " similar requests, ")
                + Math.round(quality.goodAnswers()) + " good";
    }
}
