package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.conversation.Reading;
import dev.tinydancer.router.conversation.Staying;
import dev.tinydancer.router.policy.Baseline;
import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.AwaitedOutcomes;
import dev.tinydancer.router.quality.EffortEstimate;
import dev.tinydancer.router.quality.EffortPredictor;
import dev.tinydancer.router.quality.QualityEstimate;
import dev.tinydancer.router.quality.QualityPredictor;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.tokens.TextTokens;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Chooses the agent that answers a request. The way of a request: text, features, what they are in its conversation, then for
 * each agent its predicted quality, cost and latency, the hard constraints, the policy, and a decision with reasons. Agents that are equal share
 * the requests.
 *
 * <p>Immutable and safe for concurrent use, as its predictors are.
 */
public final class Router {

    private final Function<String, RequestFeatures> encoder;
    private final QualityPredictor qualityPredictor;
    private final EffortPredictor effortPredictor;
    private final Exploration exploration;

    /**
     * @param encoder what is known of a text
     * @param qualityPredictor how well an agent answers it
     * @param effortPredictor what time and how many tokens the answer takes
     */
    public Router(
            Function<String, RequestFeatures> encoder,
            QualityPredictor qualityPredictor,
            EffortPredictor effortPredictor) {
        this(encoder, qualityPredictor, effortPredictor, Exploration.NONE);
    }

    private Router(
            Function<String, RequestFeatures> encoder,
            QualityPredictor qualityPredictor,
            EffortPredictor effortPredictor,
            Exploration exploration) {
        this.encoder = requireNonNull(encoder, "encoder");
        this.qualityPredictor = requireNonNull(qualityPredictor, "qualityPredictor");
        this.effortPredictor = requireNonNull(effortPredictor, "effortPredictor");
        this.exploration = exploration;
    }

    /**
     * A router that tries out agents of which little is known.
     *
     * @param weight the quality that an agent is credited with for each unit of doubt that it has more than the best known
     *     candidate, finite and at least 0; 0 takes every estimate at its word, as routers do unless told otherwise
     */
    public Router exploring(double weight) {
        return exploring(weight, 1);
    }

    /**
     * A router of which a share of the requests tries out agents of which little is known, where their policy does not say
     * otherwise. Which ones, their decisions' ids tell.
     *
     * @param weight as for {@link #exploring(double)}
     * @param share in [0, 1]
     */
    public Router exploring(double weight, double share) {
        return new Router(encoder, qualityPredictor, effortPredictor, new Exploration(weight, share, null, null));
    }

    /**
     * The same, not all at the same agent at once, none while outcomes do not come back, and none beyond a budget.
     *
     * @param weight as for {@link #exploring(double)}
     * @param share as for {@link #exploring(double, double)}
     * @param awaited decisions that count as if their outcomes had come; whoever decides keeps them
     * @param budget what trying out may cost; whoever decides spends from it
     */
    public Router exploring(double weight, double share, AwaitedOutcomes awaited, TrialBudget budget) {
        return new Router(
                encoder,
                qualityPredictor,
                effortPredictor,
                new Exploration(weight, share, requireNonNull(awaited, "awaited"), requireNonNull(budget, "budget")));
    }

    /** As {@link #route(AgentRegistry, RoutingRequest, Situation)}, with all agents at rest and without budgets. */
    public RoutingDecision route(AgentRegistry registry, RoutingRequest request) {
        return route(registry, request, Situation.USUAL);
    }

    /**
     * Chooses one agent.
     *
     * @throws BudgetExhaustedException if no agent keeps all constraints, and one would with more money in a budget
     * @throws NoSuitableAgentException if no agent keeps all constraints otherwise
     */
    public RoutingDecision route(AgentRegistry registry, RoutingRequest request, Situation situation) {
        return assess(registry, request, situation).decide();
    }

    /** As {@link #explain(AgentRegistry, RoutingRequest, Situation)}, with all agents at rest and without budgets. */
    public List<AgentAssessment> explain(AgentRegistry registry, RoutingRequest request) {
        return explain(registry, request, Situation.USUAL);
    }

    /**
     * Every registered agent as a candidate for the request: the candidates first, the one that would be chosen before all,
     * then the others by name.
     */
    public List<AgentAssessment> explain(AgentRegistry registry, RoutingRequest request, Situation situation) {
        return assess(registry, request, situation).explain();
    }

    /** As {@link #assess(AgentRegistry, RoutingRequest, Situation)}, with all agents at rest and without budgets. */
    public RequestAssessment assess(AgentRegistry registry, RoutingRequest request) {
        return assess(registry, request, Situation.USUAL);
    }

    /** What the request is, and what each registered agent would bring for it; chooses nothing. */
    public RequestAssessment assess(AgentRegistry registry, RoutingRequest request, Situation situation) {
        return assess(registry, request, situation, new PendingDecisions());
    }

    /**
     * The same after other decisions of the same call.
     *
     * @param pending those before this one, which count as if they were known to whoever keeps what trying out may cost and
     *     what is awaited
     */
    public RequestAssessment assess(
            AgentRegistry registry, RoutingRequest request, Situation situation, PendingDecisions pending) {
        RequestFeatures own = encoder.apply(request.text());
        Reading reading = request.conversation().read(own, encoder);
        RequestFeatures features = reading.features();
        TextTokens inputTokens =
                TextTokens.of(request.text(), own.inputTokens()).withContext(features.inputTokens());
        List<Agent> agents = registry.agents();
        List<QualityEstimate> qualities = qualityPredictor.predictAll(features, agents);
        ConstraintCheck check = new ConstraintCheck(withNeeds(request), situation);
        List<AgentAssessment> assessments = new ArrayList<>(agents.size());
        boolean someoneFits = false;
        for (int i = 0; i < agents.size(); i++) {
            Agent agent = agents.get(i);
            QualityEstimate quality = qualities.get(i);
            EffortEstimate effort = effortPredictor.predict(features, agent);
            effort = request.expectedOutputTokens().isPresent()
                    ? effort.ofLength(request.expectedOutputTokens().getAsInt())
                    : effort.atMost(agent.limits().maxOutputTokens());
            Staying staying = reading.stayingWith(agent);
            Prospect prospect = prospect(agent, inputTokens, quality, effort).cheaperBy(staying.savedUsd());
            List<Violation> violations = check.violations(
                    agent, prospect, quality, inputTokens.by(agent.tokenFamily()), effort.outputTokens());
            assessments.add(
                    new AgentAssessment(agent, quality, prospect, effort, staying, violations, null, 0, Double.NaN));
            someoneFits |= violations.isEmpty();
        }
        if (!someoneFits && situation.asksLastResort()) {
            admitLastResort(assessments);
        }
        excludeBelow(request.constraints().minRelativeQuality(), assessments);
        TrialDraw trial = exploration.draw(request.policy(), situation.decisionId(), pending);
        rate(assessments, request, situation, trial, pending);
        return new RequestAssessment(request, situation, reading, assessments, trial);
    }

    /** The constraints, and that pictures and recordings need somebody who can look at them and listen. */
    private static RoutingConstraints withNeeds(RoutingRequest request) {
        RoutingConstraints constraints = request.constraints();
        if (!request.conversation().hasImages() && !request.conversation().hasSounds()) {
            return constraints;
        }
        Set<String> needs = new HashSet<>(constraints.needs());
        if (request.conversation().hasImages()) {
            needs.add("vision");
        }
        if (request.conversation().hasSounds()) {
            needs.add("audio");
        }
        return constraints.withNeeds(needs);
    }

    /** Whoever is left without a part of the best candidate's quality is none. */
    private static void excludeBelow(double share, List<AgentAssessment> assessments) {
        double bound = share * highestQuality(assessments);
        if (bound == 0) {
            return;
        }
        assessments.replaceAll(assessment -> {
            double quality = assessment.prospect().quality();
            return assessment.isCandidate() && quality < bound
                    ? assessment.violating(ConstraintCheck.belowTheBest(share, quality, bound))
                    : assessment;
        });
    }

    private static double highestQuality(List<AgentAssessment> assessments) {
        double highest = 0;
        for (AgentAssessment assessment : assessments) {
            if (assessment.isCandidate()) {
                highest = Math.max(highest, assessment.prospect().quality());
            }
        }
        return highest;
    }

    /**
     * Circuits keep requests from agents that others are better than at the moment, and never all of them: of those that lack
     * nothing else, the one whose rest ends first has likeliest recovered.
     */
    private static void admitLastResort(List<AgentAssessment> assessments) {
        int first = -1;
        Instant end = Instant.MAX;
        for (int i = 0; i < assessments.size(); i++) {
            Instant restsUntil = assessments.get(i).lacksNothingButRestUntil();
            if (restsUntil != null && restsUntil.isBefore(end)) {
                first = i;
                end = restsUntil;
            }
        }
        if (first >= 0) {
            assessments.set(first, assessments.get(first).asLastResort());
        }
    }

    /** What each of the agents is expected to bring for a request of which this is known, in their order. */
    public List<Prospect> prospects(List<Agent> agents, RequestFeatures features) {
        List<QualityEstimate> qualities = qualityPredictor.predictAll(features, agents);
        TextTokens inputTokens = TextTokens.ofUnknownText(features.inputTokens());
        List<Prospect> prospects = new ArrayList<>(agents.size());
        for (int i = 0; i < agents.size(); i++) {
            EffortEstimate effort = effortPredictor
                    .predict(features, agents.get(i))
                    .atMost(agents.get(i).limits().maxOutputTokens());
            prospects.add(prospect(agents.get(i), inputTokens, qualities.get(i), effort));
        }
        return prospects;
    }

    private static Prospect prospect(
            Agent agent, TextTokens inputTokens, QualityEstimate quality, EffortEstimate effort) {
        double cost = agent.costModel()
                .cost(inputTokens.by(agent.tokenFamily()), effort.outputTokens(), effort.latencyMillis());
        return new Prospect(quality.mean(), cost, effort.latencyMillis());
    }

    /** Gives each candidate its utility, and its credit where somebody may be tried out. */
    private void rate(
            List<AgentAssessment> assessments,
            RoutingRequest request,
            Situation situation,
            TrialDraw trial,
            PendingDecisions pending) {
        double leastDoubt = 1;
        double highestCost = 0;
        for (AgentAssessment assessment : assessments) {
            if (assessment.isCandidate()) {
                leastDoubt = Math.min(leastDoubt, assessment.quality().doubt());
                // What an answer is worth does not fall because a cache is warm.
                highestCost = Math.max(
                        highestCost,
                        assessment.prospect().costUsd() + assessment.staying().savedUsd());
            }
        }
        Baseline baseline = new Baseline(highestQuality(assessments), highestCost);
        double affordable = exploration.affordableUsd(pending);
        for (int i = 0; i < assessments.size(); i++) {
            AgentAssessment assessment = assessments.get(i);
            if (assessment.isCandidate()) {
                Prospect prospect = assessment.prospect();
                double utility = request.policy()
                                .utility(prospect, baseline, remainingUsd(request, situation, assessment.agent()))
                        + assessment.staying().margin();
                double credit = trial.share() > 0 && prospect.costUsd() <= affordable
                        ? exploration.credit(assessment.agent(), assessment.quality(), leastDoubt, pending)
                        : 0;
                assessments.set(i, assessment.rated(utility, credit));
            }
        }
    }

    /** What is left to be spent on this agent: the less it is, the more money counts. */
    private static double remainingUsd(RoutingRequest request, Situation situation, Agent agent) {
        double remaining = Math.min(request.constraints().budgetRemainingUsd(), situation.remainingUsdFor(agent));
        // With nothing left a free agent is a candidate, or the cheapest is chosen; money says nothing more then.
        return remaining > 0 ? remaining : Double.POSITIVE_INFINITY;
    }
}
