package dev.tinydancer.router;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.AwaitedOutcomes;
import dev.tinydancer.router.quality.Experience;
import dev.tinydancer.router.quality.ExperienceSettings;
import dev.tinydancer.router.quality.Outcome;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import dev.tinydancer.router.quality.RecordedOutcome;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.quality.SimilarOutcome;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.BudgetExhaustedException;
import dev.tinydancer.router.routing.NoSuitableAgentException;
import dev.tinydancer.router.routing.RequestAssessment;
import dev.tinydancer.router.routing.Router;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.RoutingRequest;
import dev.tinydancer.router.routing.Situation;
import dev.tinydancer.router.routing.TrialBudget;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router that learns: it knows agents, chooses one for each request, is told what came of it, and chooses better. What it
 * knows is in memory only; to know it again after a restart, keep what {@link #record(RoutingDecision, Outcome)} returns and
 * {@linkplain #record(RecordedOutcome) record} it anew.
 *
 * {@snippet class="dev.tinydancer.router.documentation.AdaptiveRouterExample" region="example"}
 *
 * <p>Safe for concurrent use. Routing waits for nobody, and sees an outcome or an agent from the moment it was recorded or
 * registered. The general conclusions from many outcomes are drawn in the background, see {@link Builder#learningOn}.
 */
public final class AdaptiveRouter {

    private static final Logger LOG = LoggerFactory.getLogger(AdaptiveRouter.class);

    private final Experience experience;
    private final AwaitedOutcomes awaited;
    private final TrialBudget trials;
    private final boolean explores;
    private final double explorationShare;
    private final Router router;
    private final InstantSource clock;
    private final Supplier<UUID> decisionIds;
    private final Executor learners;
    private final boolean learnsByItself;
    private final AtomicBoolean isLearning = new AtomicBoolean();

    /** Changed under this object's monitor. */
    private volatile AgentRegistry agents = AgentRegistry.of(List.of());

    private AdaptiveRouter(Builder builder) {
        clock = builder.clock;
        decisionIds = builder.decisionIds;
        learners = builder.learners;
        learnsByItself = builder.learnsByItself;
        experience = new Experience(builder.remembering, clock);
        awaited = new AwaitedOutcomes(builder.patience, clock);
        trials = builder.trials == null ? new TrialBudget(builder.explorationUsdPerDay, clock) : builder.trials;
        explores = builder.exploration > 0;
        explorationShare = builder.explorationShare;
        router = new Router(builder.encoder(), experience.quality(), experience.effort())
                .exploring(builder.exploration, builder.explorationShare, awaited, trials);
    }

    /**
     * A router with the models in this library. Reads them: half a second, 20 MB. The first request reads a vocabulary to count
     * its tokens with, which takes half a second and 30 MB more.
     */
    public static AdaptiveRouter create() {
        return builder().build();
    }

    /** Begins a router that differs from that of {@link #create}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Takes requests for this agent, too. One of the same name is replaced; what was learned of it stays. */
    public synchronized void register(Agent agent) {
        replaceAgents(agents.with(agent));
    }

    /** Takes no more requests for the agent of this name, if there is one. Its outcomes stay known, should it come back. */
    public synchronized void remove(String name) {
        replaceAgents(agents.without(name));
    }

    /** Routes between these agents from now on, and no others. */
    public synchronized void replaceAgents(AgentRegistry others) {
        agents = requireNonNull(others, "others");
        experience.know(others.agents());
        learnIfWanted();
    }

    /** The registered agents. */
    public AgentRegistry agents() {
        return agents;
    }

    /** Chooses an agent for a request without constraints; throws as {@link #route(RoutingRequest)}. */
    public RoutingDecision route(String text, Policy policy) {
        return route(RoutingRequest.of(text).optimizing(policy));
    }

    /**
     * Chooses an agent.
     *
     * @throws NoSuitableAgentException if no agent keeps all constraints, or none is registered
     */
    public RoutingDecision route(RoutingRequest request) {
        return route(request, Situation.USUAL.withDecisionId(decisionIds.get()));
    }

    /**
     * Chooses an agent in a situation. Only a decision in a situation that has a decision id can be recorded.
     *
     * @throws BudgetExhaustedException if no agent keeps all constraints, and one would with more money in a budget
     * @throws NoSuitableAgentException if no agent keeps all constraints otherwise, or none is registered
     */
    public RoutingDecision route(RoutingRequest request, Situation situation) {
        RoutingDecision decision = assess(request, situation).decide();
        UUID decisionId = situation.decisionId();
        if (decisionId != null) {
            expectOutcome(decisionId, decision.chosen().agent().name());
            if (decision.isTrial()) {
                spendOnTrial(decision.chosen().prospect().costUsd());
            }
        }
        return decision;
    }

    /**
     * Says that a request has gone to this agent by a decision that was not made by {@code route}, such as a step of a plan.
     * Until its outcome is recorded, or a {@linkplain Builder#awaitingOutcomesFor while} has gone by, agents that are tried
     * out are less so for it.
     */
    public void expectOutcome(UUID decisionId, String agent) {
        awaited.expect(decisionId, agent);
    }

    /**
     * Says that a request tries an agent out by a decision that was not made by {@code route}, and what that is expected to
     * cost, see {@link Builder#exploringForAtMost}.
     */
    public void spendOnTrial(double costUsd) {
        trials.spend(costUsd);
    }

    /** What requests that try agents out may still cost today, in US dollars, see {@link Builder#exploringForAtMost}. */
    public double remainingForTrialsUsd() {
        return trials.remainingUsd();
    }

    /**
     * Whether outcomes come back, without which agents are not tried out: one was recorded within 15 minutes, or fewer than 50
     * decisions have been made since the last one.
     */
    public boolean outcomesComeBack() {
        return awaited.comeBack();
    }

    /** Whether agents are usually tried out under this policy, and nobody is because no outcomes come back. */
    public boolean missesOutcomes(Policy policy) {
        return explores && policy.explorationShare().orElse(explorationShare) > 0 && !outcomesComeBack();
    }

    /** Every registered agent as a candidate for a request without constraints, as {@link #explain(RoutingRequest)}. */
    public List<AgentAssessment> explain(String text, Policy policy) {
        return explain(RoutingRequest.of(text).optimizing(policy));
    }

    /**
     * Every registered agent as a candidate for the request: the candidates first, the one that would be chosen before all,
     * then the others by name.
     */
    public List<AgentAssessment> explain(RoutingRequest request) {
        return assess(request, Situation.USUAL).explain();
    }

    /** What the request is and what each registered agent would bring for it: what plans of several agents are made from. */
    public RequestAssessment assess(RoutingRequest request, Situation situation) {
        return router.assess(agents, request, situation);
    }

    /**
     * Learns what came of a decision. A later outcome of the same decision replaces the earlier.
     *
     * @return what has been learned, to be kept by whoever wants it known after a restart
     * @throws IllegalArgumentException if the decision has no id
     */
    public RecordedOutcome record(RoutingDecision decision, Outcome outcome) {
        UUID decisionId = decision.decisionId();
        if (decisionId == null) {
            throw new IllegalArgumentException("the decision was made in a situation without a decision id");
        }
        RequestFeatures features = decision.features();
        RecordedOutcome recorded = new RecordedOutcome(
                decisionId,
                decision.chosen().agent().name(),
                QuantizedEmbedding.of(features.embedding()),
                features.topCategory(),
                features.inputTokens(),
                features.difficulty(),
                outcome,
                clock.instant());
        record(recorded);
        return recorded;
    }

    /**
     * Learns what came of a decision that this router, or another one, has made. Outcomes of agents that are not registered
     * wait until they are.
     *
     * @throws IllegalArgumentException if its embedding has another dimension than those of the outcomes before
     */
    public void record(RecordedOutcome outcome) {
        experience.record(outcome);
        awaited.arrived(outcome.decisionId(), outcome.recordedAt());
        learnIfWanted();
    }

    /**
     * Says that a decision tells nothing of its agent after all, because the request was cancelled or not let in: what was
     * learned of it is taken back, and its outcome awaited no longer.
     *
     * @param at when that was known
     */
    public void forget(UUID decisionId, Instant at) {
        experience.forget(decisionId);
        awaited.arrived(decisionId, at);
    }

    /** The evidence behind a predicted quality: the outcomes that count most for a request, at most so many, that one first. */
    public List<SimilarOutcome> similar(QuantizedEmbedding request, int most) {
        return experience.similar(request, most);
    }

    /** Number of outcomes remembered. */
    public int outcomes() {
        return experience.size();
    }

    /**
     * Draws conclusions from all outcomes anew, in the calling thread: 0.5 s for 1,000, 3 s for 20,000. Routing and recording
     * go on meanwhile.
     */
    public void learn() {
        experience.learn();
    }

    /**
     * {@linkplain #learn Learns} if that is due: if 25 outcomes have been recorded since the last time, and a twentieth of all
     * that are remembered; or if agents have changed. Returns whether it was.
     */
    public boolean learnIfDue() {
        if (!experience.isStale()) {
            return false;
        }
        learn();
        return true;
    }

    private void learnIfWanted() {
        if (learnsByItself && experience.isStale() && isLearning.compareAndSet(false, true)) {
            try {
                learners.execute(this::learnWhileDue);
            } catch (RejectedExecutionException e) {
                isLearning.set(false);
                LOG.warn("nothing more is learned, the executor takes no more work", e);
            }
        }
    }

    private void learnWhileDue() {
        try {
            while (learnIfDue()) {
                LOG.debug("learned from {} outcomes", outcomes());
            }
        } catch (RuntimeException e) {
            LOG.error("learning failed, what was known before stays in use", e);
        } finally {
            isLearning.set(false);
        }
        // What has come since the last look found somebody learning, and did not ask.
        learnIfWanted();
    }

    /**
     * The router behind this one, which may be asked about agents that are not registered. It learns with this one.
     */
    public Router router() {
        return router;
    }

    /** Takes down how a router is to be made. For one thread. */
    public static final class Builder {

        private @Nullable Function<String, RequestFeatures> encoder;
        private ExperienceSettings remembering = ExperienceSettings.STANDARD;
        private double exploration;
        private double explorationShare;
        private double explorationUsdPerDay = Double.POSITIVE_INFINITY;
        private @Nullable TrialBudget trials;
        private Duration patience = Duration.ofMinutes(1);
        private InstantSource clock = InstantSource.system();
        private Supplier<UUID> decisionIds = UUID::randomUUID;
        private Executor learners = ForkJoinPool.commonPool();
        private boolean learnsByItself = true;

        private Builder() {}

        /**
         * What is known of a text; the models in this library tell it unless something else is given. It is asked once for each
         * request, by any thread, and may come to use another classifier at any time.
         */
        public Builder encoder(Function<String, RequestFeatures> value) {
            encoder = requireNonNull(value, "encoder");
            return this;
        }

        /** How many outcomes to remember, and how fast they lose weight; {@link ExperienceSettings#STANDARD} unless given. */
        public Builder remembering(ExperienceSettings value) {
            remembering = requireNonNull(value, "settings");
            return this;
        }

        /**
         * Of which share of the requests, and how much, agents of which little is known are tried out, see {@link
         * Router#exploring(double, double)}; not at all unless given.
         */
        public Builder exploring(double weight, double share) {
            exploration = weight;
            explorationShare = share;
            return this;
        }

        /**
         * What requests that try agents out may cost together on a day of UTC, in US dollars, at least 0, as they are
         * estimated; any amount unless given.
         */
        public Builder exploringForAtMost(double usdPerDay) {
            explorationUsdPerDay = usdPerDay;
            trials = null;
            return this;
        }

        /** The same by a budget that outlives the router, of which something may be spent already. */
        public Builder exploringWithin(TrialBudget budget) {
            trials = requireNonNull(budget, "budget");
            return this;
        }

        /** How long an outcome is awaited that may tell something of an agent that is tried out; a minute unless given. */
        public Builder awaitingOutcomesFor(Duration value) {
            patience = requireNonNull(value, "patience");
            return this;
        }

        /** What time it is; the system's unless given. */
        public Builder clock(InstantSource value) {
            clock = requireNonNull(value, "clock");
            return this;
        }

        /**
         * Makes the id of each decision, which decides between agents that are equal in all else; random unless given. Called
         * by any thread.
         */
        public Builder decisionIds(Supplier<UUID> value) {
            decisionIds = requireNonNull(value, "decisionIds");
            return this;
        }

        /**
         * Where to learn when it is due, which takes a thread for seconds; {@link ForkJoinPool#commonPool} unless given. At
         * most one task of a router is there at a time.
         */
        public Builder learningOn(Executor executor) {
            learners = requireNonNull(executor, "executor");
            learnsByItself = true;
            return this;
        }

        /** Learns only when {@link AdaptiveRouter#learn} or {@link AdaptiveRouter#learnIfDue} is called. */
        public Builder learningWhenCalled() {
            learnsByItself = false;
            return this;
        }

        private Function<String, RequestFeatures> encoder() {
            if (encoder == null) {
                encoder = RequestEncoder.standard()::encode;
            }
            return encoder;
        }

        /** The router; it knows no agents yet. Routers that one builder makes share their models and nothing else. */
        public AdaptiveRouter build() {
            return new AdaptiveRouter(this);
        }
    }
}
