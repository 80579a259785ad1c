package dev.tinydancer.router.routing;

import dev.tinydancer.router.budget.BudgetStanding;
import dev.tinydancer.router.conversation.Conversation;
import dev.tinydancer.router.conversation.ConversationState;
import dev.tinydancer.router.conversation.Staying;
import dev.tinydancer.router.policy.Baseline;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.EffortEstimate;
import dev.tinydancer.router.quality.QualityEstimate;
import dev.tinydancer.router.quality.RequestFeatures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts decisions into words. */
final class Reasoning {

    /** A request that looks less difficult than this is plain, one that looks more so than the other demanding. */
    private static final double PLAIN = -0.7;

    private static final double DEMANDING = 0.4;

    private static final String ASKED_ALL_THE_SAME = ", asked for want of another";

    /** What whoever asks has wished, and whoever runs the agents: that needs no telling. */
    private static final Set<String> WISHES = Set.of("inactive", "excluded_agents");

    private static final int NAMED_CONSTRAINTS = 3;
    private static final int NAMED_AGENTS = 3;

    private Reasoning() {}

    /** What the request looks like, where that is not ordinary, to be put behind the rest. */
    static String ofDemand(double difficulty) {
        if (difficulty > PLAIN && difficulty < DEMANDING) {
            return "";
        }
        return "; the request looks " + (difficulty <= PLAIN ? "plain" : "demanding") + " (difficulty "
                + Math.round(10 * difficulty) / 10.0 + ")";
    }

    /** That of a long request only what looks like the task was read, to be put behind the rest. */
    static String ofExcerpt(RequestFeatures.@Nullable Excerpt excerpt) {
        return excerpt == null
                ? ""
                : "; of a long request what looks like the task was read, " + excerpt.read() + " of " + excerpt.all()
                        + " word pieces";
    }

    /** What staying with the agent of the last answer was worth, where there was one, to be put behind the rest. */
    static String ofStaying(AgentAssessment chosen, Conversation conversation, List<AgentAssessment> agents) {
        ConversationState state = conversation.state();
        String last = state == null ? null : state.agent();
        if (state == null || last == null) {
            return "";
        }
        if (chosen.agent().name().equals(last)) {
            return state.hasFailed()
                    ? "; asked again, though it failed"
                    : "; stays, which was worth " + worth(chosen.staying());
        }
        return "; leaves " + last + ", "
                + agents.stream()
                        .filter(assessment -> assessment.agent().name().equals(last))
                        .findFirst()
                        .map(left -> leaving(left, state))
                        .orElse("which is not registered");
    }

    private static String leaving(AgentAssessment left, ConversationState state) {
        if (state.hasFailed()) {
            return "which failed";
        }
        return left.isCandidate()
                ? "though staying was worth " + worth(left.staying())
                : "which is " + left.reasoning();
    }

    /** Who was left out by which constraint, the first of each that it does not keep, to be put behind the rest. */
    static String ofExcluded(List<AgentAssessment> agents, Conversation conversation) {
        ConversationState state = conversation.state();
        Map<String, Left> byConstraint = new LinkedHashMap<>();
        for (AgentAssessment assessment : agents) {
            if (!assessment.isCandidate()
                    && (state == null || !assessment.agent().name().equals(state.agent()))) {
                String constraint = assessment.violations().getFirst().constraint();
                if (!WISHES.contains(constraint)) {
                    byConstraint
                            .computeIfAbsent(constraint, _ -> new Left())
                            .add(assessment.agent().name());
                }
            }
        }
        StringBuilder words = new StringBuilder();
        byConstraint.entrySet().stream()
                .limit(NAMED_CONSTRAINTS)
                .forEach(entry -> words.append(words.isEmpty() ? "; excluded by " : ", by ")
                        .append(entry.getKey())
                        .append(": ")
                        .append(entry.getValue()));
        return words.toString();
    }

    /** Agents that were left out: the names of the first, and how many. */
    private static final class Left {

        private final StringBuilder names = new StringBuilder();
        private int agents;

        void add(String name) {
            agents++;
            if (agents <= NAMED_AGENTS) {
                names.append(agents == 1 ? "" : ", ").append(name);
            }
        }

        @Override
        public String toString() {
            return agents <= NAMED_AGENTS ? names.toString() : names + " and " + (agents - NAMED_AGENTS) + " more";
        }
    }

    private static String worth(Staying staying) {
        long points = Math.round(100 * staying.margin());
        String consistency = points + (points == 1 ? " point" : " points");
        return staying.savedUsd() == 0
                ? consistency
                : consistency + " and $" + Figures.shortest(staying.savedUsd()) + " for " + staying.cachedTokens()
                        + " cached tokens";
    }

    /** Why the first of the ranking was chosen, which is the best under the policy. */
    static String ofChoice(Policy policy, List<AgentAssessment> ranking, int registered) {
        return ofChoice(
                "best " + policy.name() + " of " + fitting(ranking) + floor(policy, ranking), ranking, registered);
    }

    /** Why the first of the ranking was chosen, which is not the best, to become known. */
    static String ofTrial(Policy policy, List<AgentAssessment> ranking, int registered) {
        return ofChoice(
                "tried out under " + policy.name() + ", credited "
                        + Figures.shortest(ranking.getFirst().credit()) + " to become known, one of "
                        + fitting(ranking) + floor(policy, ranking),
                ranking,
                registered);
    }

    /** Why the first of the ranking was chosen, which is the cheapest, because a better one is dearer than the rest. */
    static String ofCheapest(BudgetStanding budget, List<AgentAssessment> ranking, int registered) {
        return ofChoice(
                "budget " + budget.scope() + " has $" + Figures.shortest(budget.remainingUsd()) + " left, cheapest of "
                        + fitting(ranking),
                ranking,
                registered);
    }

    /** Why the first of the ranking was chosen, as one of the requests of a batch. */
    static String ofAssignment(BatchGoal goal, BatchPlan plan, List<AgentAssessment> ranking) {
        String requests = plan.answered() + (plan.answered() == 1 ? " request" : " requests");
        String aim;
        if (goal.minMeanQuality().isEmpty()) {
            aim = "best assignment of " + requests;
        } else if (plan.qualityReached()) {
            aim = "cheapest assignment of " + requests + " with a mean quality of "
                    + Figures.shortest(goal.minMeanQuality().getAsDouble());
        } else {
            aim = "best assignment of " + requests + ", for want of a mean quality of "
                    + Figures.shortest(goal.minMeanQuality().getAsDouble());
        }
        return aim + ", " + Figures.shortest(plan.meanQuality()) + " expected for $"
                + Figures.shortest(plan.totalCostUsd())
                + (ranking.size() > 1 ? "; " + Trade.between(ranking.getFirst(), rival(ranking)) : "");
    }

    private static String ofChoice(String merit, List<AgentAssessment> ranking, int registered) {
        StringBuilder words = new StringBuilder(120).append(merit);
        if (ranking.size() < registered) {
            words.append(" (").append(registered).append(" registered)");
        }
        if (ranking.size() > 1) {
            words.append(", ").append(Trade.between(ranking.getFirst(), rival(ranking)));
        }
        return words.toString();
    }

    /** The whole reason: who, why, and what is expected of it and of the next one. */
    static String sentence(String merit, List<AgentAssessment> ranking) {
        AgentAssessment chosen = ranking.getFirst();
        StringBuilder words = new StringBuilder(300)
                .append(chosen.agent().name())
                .append(": ")
                .append(merit)
                .append("; ")
                .append(prospect(chosen));
        if (ranking.size() > 1) {
            AgentAssessment second = ranking.get(1);
            words.append("; next ").append(second.agent().name()).append(": ").append(prospect(second));
        }
        return words.toString();
    }

    /** What of the reason is not among the figures of the chosen one: why, and upon how many outcomes. */
    static String grounds(String merit, AgentAssessment chosen) {
        Violation overlooked = chosen.overlooked();
        return merit
                + (overlooked == null ? "" : "; " + overlooked + ASKED_ALL_THE_SAME)
                + (Math.round(chosen.quality().similarRequests()) == 0 ? "" : "; " + evidence(chosen.quality()));
    }

    private static String fitting(List<AgentAssessment> ranking) {
        return ranking.size() + (ranking.size() == 1 ? " fitting agent" : " fitting agents");
    }

    /** How many the policy's floor leaves out, where it does. */
    private static String floor(Policy policy, List<AgentAssessment> ranking) {
        if (policy.minRelativeQuality() == 0) {
            return "";
        }
        Baseline baseline =
                Baseline.of(ranking.stream().map(AgentAssessment::prospect).toList());
        long below = ranking.stream()
                .filter(candidate -> !policy.keepsFloor(candidate.prospect(), baseline))
                .count();
        return below == 0
                ? ""
                : ", " + below + " below " + Figures.shortest(policy.minRelativeQuality()) + " of the best quality";
    }

    /** Whom the chosen one is measured against: the best answer that could have been had, or whoever comes next. */
    private static AgentAssessment rival(List<AgentAssessment> ranking) {
        AgentAssessment rival = ranking.get(1);
        double best = Math.max(
                ranking.getFirst().prospect().quality(), rival.prospect().quality());
        for (AgentAssessment candidate : ranking) {
            if (candidate.prospect().quality() > best) {
                rival = candidate;
                best = candidate.prospect().quality();
            }
        }
        return rival;
    }

    /** What is expected of one agent, or why it is none of the candidates. */
    static String ofAssessment(AgentAssessment assessment) {
        return assessment.isCandidate()
                ? prospect(assessment)
                        + range(assessment.effort())
                        + (Policy.isBelowFloor(assessment.utility()) ? "; below the policy's floor" : "")
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
                + evidence(assessment.quality()) + "), $"
                + Figures.shortest(assessment.prospect().costUsd()) + ", "
                + Figures.shortest(assessment.prospect().latencyMillis()) + " ms";
    }

    /** How far answers differ from what is expected. */
    private static String range(EffortEstimate effort) {
        String length = effort.lengthSpread() == 0
                ? ""
                : Figures.shortest(effort.lowOutputTokens()) + " to " + Figures.shortest(effort.highOutputTokens())
                        + " tokens, ";
        return "; 8 of 10 answers within " + length + Figures.shortest(effort.lowLatencyMillis()) + " to "
                + Figures.shortest(effort.highLatencyMillis()) + " ms";
    }

    private static String lastResort(@Nullable Violation overlooked) {
        return overlooked == null ? "" : overlooked + ASKED_ALL_THE_SAME + "; ";
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
