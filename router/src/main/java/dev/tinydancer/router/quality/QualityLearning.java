package dev.tinydancer.router.quality;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.quality.AbilityModel.Observation;
import dev.tinydancer.router.quality.LearnedQuality.KnownAgent;
import dev.tinydancer.router.quality.OutcomeIndex.Entry;
import dev.tinydancer.router.quality.OutcomeIndex.Place;
import dev.tinydancer.router.vector.Logistic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

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

    /** Of the weights of abilities, from cautious to bold; which one holds depends on how alike a tenant's requests are. */
    private static final double[] VARIANCES = {0.1, 0.3, 1};

    private static final double[] USUAL_VARIANCE = {0.3};

    /** With fewer outcomes chance would choose. */
    private static final int LEAST_TO_CHOOSE_WITH = 100;

    /** No loss is infinite. */
    private static final double LEAST_PROBABILITY = 1e-6;

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
        if (cases.isEmpty()) {
            return new Learned(
                    new LearnedQuality(prior, fading, agents, AbilityModel.none(), OutcomeIndex.empty()), Map.of());
        }
        KernelFeatures features =
                KernelFeatures.of(cases.stream().map(Case::vector).toList());
        List<Observation> observations =
                cases.stream().map(someCase -> someCase.observation(features)).toList();
        CrossFit crossFit = crossFit(cases, observations, features);
        AbilityModel abilities = AbilityFit.of(observations, features)
                .map(fit -> fit.withVariance(crossFit.variance()))
                .orElseGet(AbilityModel::none);
        List<Entry> entries = entries(cases, crossFit.predicted());
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

        Observation observation(KernelFeatures features) {
            return new Observation(
                    features.of(vector), outcome.agent(), outcome.good(), priorLogit, outcome.difficulty(), weight);
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
        double priorLogit = prior.logit(agent.agent(), outcome.categories(), outcome.difficulty());
        return new Case(outcome, agent, vector, priorLogit, fading.weight(outcome.recordedAt()));
    }

    /**
     * What models say of outcomes that they have not seen.
     *
     * @param variance of the weights with which they say it best
     * @param predicted quality of each outcome
     */
    private record CrossFit(double variance, List<Double> predicted) {}

    private static CrossFit crossFit(List<Case> cases, List<Observation> observations, KernelFeatures features) {
        List<Optional<AbilityFit>> withoutPart = new ArrayList<>(PARTS);
        for (int part = 0; part < PARTS; part++) {
            List<Observation> others = new ArrayList<>(cases.size());
            for (int i = 0; i < cases.size(); i++) {
                if (cases.get(i).part() != part) {
                    others.add(observations.get(i));
                }
            }
            withoutPart.add(AbilityFit.of(others, features));
        }
        CrossFit best = null;
        double least = Double.POSITIVE_INFINITY;
        for (double variance : cases.size() < LEAST_TO_CHOOSE_WITH ? USUAL_VARIANCE : VARIANCES) {
            List<Double> predicted = predictions(cases, withoutPart, variance);
            double loss = loss(cases, predicted);
            if (best == null || loss < least) {
                least = loss;
                best = new CrossFit(variance, predicted);
            }
        }
        return requireNonNull(best);
    }

    private static List<Double> predictions(List<Case> cases, List<Optional<AbilityFit>> withoutPart, double variance) {
        List<AbilityModel> models = withoutPart.stream()
                .map(fit -> fit.map(given -> given.withVariance(variance)).orElseGet(AbilityModel::none))
                .toList();
        List<Double> predicted = new ArrayList<>(cases.size());
        for (Case someCase : cases) {
            AbilityModel.Request request = models.get(someCase.part())
                    .request(someCase.vector(), someCase.outcome().difficulty());
            predicted.add(Logistic.probability(someCase.priorLogit()
                    + request.correction(someCase.outcome().agent())));
        }
        return predicted;
    }

    /** The logarithmic loss, by which a confident error costs much. */
    private static double loss(List<Case> cases, List<Double> predicted) {
        double loss = 0;
        for (int i = 0; i < cases.size(); i++) {
            double good = cases.get(i).outcome().good();
            double probability = Math.clamp(predicted.get(i), LEAST_PROBABILITY, 1 - LEAST_PROBABILITY);
            loss -= cases.get(i).weight() * (good * Math.log(probability) + (1 - good) * Math.log(1 - probability));
        }
        return loss;
    }

    private static List<Entry> entries(List<Case> cases, List<Double> predicted) {
        List<Entry> entries = new ArrayList<>(cases.size());
        for (int i = 0; i < cases.size(); i++) {
            Case someCase = cases.get(i);
            RecordedOutcome outcome = someCase.outcome();
            entries.add(new Entry(
                    outcome.embedding(),
                    someCase.agent().slot(),
                    outcome.good(),
                    outcome.good() - predicted.get(i),
                    someCase.weight()));
        }
        return entries;
    }
}
