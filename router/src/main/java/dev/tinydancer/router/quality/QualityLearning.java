package dev.tinydancer.router.quality;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.quality.AbilityModel.Observation;
import dev.tinydancer.router.quality.LearnedQuality.KnownAgent;
import dev.tinydancer.router.quality.OutcomeIndex.Entry;
import dev.tinydancer.router.quality.OutcomeIndex.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Learns predicted quality from outcomes: fits the abilities of the agents, and lays the outcomes out with their residuals.
 */
final class QualityLearning {

    /**
     * Parts that the outcomes are divided into, so that the residual of each comes from a model that has not seen it nor
     * another agent's answer to the same request. Residuals of a model that has seen them would be too small, and the
     * evidence of similar requests would be taken for less than it is.
     */
    private static final int PARTS = 4;

    private final ItemResponsePrior prior;
    private final Fading fading;
    private final Map<String, KnownAgent> agents;

    QualityLearning(ItemResponsePrior prior, Fading fading, List<Agent> agents) {
        this.prior = prior;
        this.fading = fading;
        Map<String, KnownAgent> known = new HashMap<>();
        for (Agent agent : agents) {
            known.put(agent.name(), new KnownAgent(agent, known.size()));
        }
        this.agents = known;
    }

    /**
     * What has been learned.
     *
     * @param places where each outcome stands in it, by decision; those of unknown agents stand nowhere
     */
    record Learned(LearnedQuality quality, Map<UUID, Place> places) {}

    /** Learns from outcomes of distinct decisions, whose embeddings all have one dimension. */
    Learned learn(List<RecordedOutcome> outcomes) {
        List<Case> cases = outcomes.stream()
                .filter(outcome -> agents.containsKey(outcome.agent()))
                .map(this::study)
                .toList();
        AbilityModel abilities = fit(cases, ignored -> true);
        List<Entry> entries = entries(cases);
        OutcomeIndex.Built built = OutcomeIndex.build(entries);
        Map<UUID, Place> places = new HashMap<>();
        for (int i = 0; i < cases.size(); i++) {
            places.put(cases.get(i).outcome().decisionId(), built.places().get(i));
        }
        return new Learned(new LearnedQuality(prior, fading, agents, abilities, built.index()), places);
    }

    /**
     * An outcome with what the prior says of it.
     *
     * @param weight by age
     */
    private record Case(
            RecordedOutcome outcome, KnownAgent agent, RequestVector vector, double priorLogit, double weight) {

        Observation observation() {
            return new Observation(vector, outcome.agent(), outcome.good(), priorLogit, weight);
        }

        /** Answers to one request fall into one part. */
        int part() {
            // Fibonacci hashing, because the low bits of an array's hash follow its last elements.
            return Math.floorMod((outcome.embedding().hashCode() * 0x9E3779B9) >>> 8, PARTS);
        }
    }

    private Case study(RecordedOutcome outcome) {
        KnownAgent agent = agents.get(outcome.agent());
        if (agent == null) {
            throw new AssertionError("outcomes of unknown agents are left out before");
        }
        RequestVector vector = RequestVector.of(outcome);
        double priorLogit = prior.logit(agent.agent(), prior.difficulty(vector), outcome.categories());
        return new Case(outcome, agent, vector, priorLogit, fading.weight(outcome.recordedAt()));
    }

    private static AbilityModel fit(List<Case> cases, Predicate<Case> chosen) {
        return AbilityModel.fit(
                cases.stream().filter(chosen).map(Case::observation).toList());
    }

    private static List<Entry> entries(List<Case> cases) {
        List<AbilityModel> withoutPart = new ArrayList<>(PARTS);
        for (int part = 0; part < PARTS; part++) {
            int left = part;
            withoutPart.add(fit(cases, someCase -> someCase.part() != left));
        }
        return cases.stream()
                .map(someCase -> {
                    AbilityModel.Request request =
                            withoutPart.get(someCase.part()).request(someCase.vector());
                    RecordedOutcome outcome = someCase.outcome();
                    double predicted =
                            Logistic.probability(someCase.priorLogit() + request.correction(outcome.agent()));
                    return new Entry(
                            outcome.embedding(),
                            someCase.agent().slot(),
                            outcome.good(),
                            outcome.good() - predicted,
                            someCase.weight());
                })
                .toList();
    }
}
