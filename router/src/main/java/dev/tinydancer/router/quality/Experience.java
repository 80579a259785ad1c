package dev.tinydancer.router.quality;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.quality.OutcomeIndex.Place;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What has been learned of one tenant's agents from the outcomes of their answers: how well they answer, how fast and how
 * much. Outcomes of {@linkplain #know known} agents count from the moment they are {@linkplain #record recorded}; {@link
 * #learn} draws the general conclusions, to be called again when {@link #isStale} says so.
 *
 * <p>Safe for concurrent use: predictions wait for nobody.
 */
public final class Experience {

    /** Outcomes after which to learn again, and the share of those known after which to do so. */
    private static final int STALE_OUTCOMES = 25;

    private static final double STALE_SHARE = 0.05;

    private final ItemResponsePrior prior;
    private final ExperienceSettings settings;
    private final InstantSource clock;

    /** By decision, the oldest recording first. Guarded by this, as is every change of the knowledge. */
    private final Map<UUID, Remembered> outcomes = new LinkedHashMap<>();

    private final Object learning = new Object();
    private List<Agent> agents = List.of();
    private boolean agentsChanged;
    private int recordedSinceLearning;
    private volatile Knowledge knowledge;

    /** @param place where it stands in the present knowledge, null if its agent is not known there */
    private record Remembered(
            RecordedOutcome outcome, @Nullable Place place) {}

    private record Knowledge(LearnedQuality quality, EffortModel effort) {}

    /** Experience of nothing yet. */
    public Experience(ExperienceSettings settings, InstantSource clock) {
        this(ItemResponsePrior.standard(), settings, clock);
    }

    Experience(ItemResponsePrior prior, ExperienceSettings settings, InstantSource clock) {
        this.prior = requireNonNull(prior, "prior");
        this.settings = requireNonNull(settings, "settings");
        this.clock = requireNonNull(clock, "clock");
        Fading fading = new Fading(clock.instant(), settings.halfLife());
        this.knowledge = new Knowledge(
                new QualityLearning(prior, fading, List.of()).learn(List.of()).quality(),
                new EffortModel(fading, clock));
    }

    /** Predicts quality from all that is known at the moment of asking. */
    public QualityPredictor quality() {
        return new QualityPredictor() {
            @Override
            public QualityEstimate predict(RequestFeatures request, Agent agent) {
                return predictAll(request, List.of(agent)).getFirst();
            }

            @Override
            public List<QualityEstimate> predictAll(RequestFeatures request, List<Agent> agents) {
                return knowledge.quality().predict(request, agents, clock.instant());
            }
        };
    }

    /** Predicts latency and length of answers from all that is known at the moment of asking. */
    public EffortPredictor effort() {
        return (request, agent) -> knowledge.effort().predict(request, agent);
    }

    /**
     * Tells which agents there are, so that their outcomes count: from now on, and those that have been recorded before.
     *
     * @param all agents of the tenant, with the figures that they are registered with; outcomes of others are remembered, but
     *     nothing is learned from them
     */
    public synchronized void know(Collection<Agent> all) {
        List<Agent> present = List.copyOf(all);
        if (present.equals(agents)) {
            return;
        }
        agents = present;
        agentsChanged = true;
        knowledge = new Knowledge(knowledge.quality().knowing(present), knowledge.effort());
        countUncounted();
    }

    /** Adds outcomes of agents that were not known when they came. */
    private void countUncounted() {
        LearnedQuality quality = knowledge.quality();
        outcomes.replaceAll((_, remembered) -> remembered.place() == null
                ? new Remembered(remembered.outcome(), quality.add(remembered.outcome()))
                : remembered);
    }

    /**
     * Takes an outcome into account at once. A later outcome of the same decision replaces the earlier; beyond the capacity
     * the outcome recorded longest ago is forgotten.
     *
     * @throws IllegalArgumentException if its embedding has another dimension than those of the outcomes remembered
     */
    public synchronized void record(RecordedOutcome outcome) {
        requireNonNull(outcome, "outcome");
        requireSameDimension(outcome);
        Knowledge current = knowledge;
        Remembered earlier = outcomes.remove(outcome.decisionId());
        if (earlier != null) {
            forget(earlier, current);
        }
        outcomes.put(
                outcome.decisionId(), new Remembered(outcome, current.quality().add(outcome)));
        current.effort().add(outcome);
        recordedSinceLearning++;
        if (outcomes.size() > settings.capacity()) {
            Iterator<Remembered> oldest = outcomes.values().iterator();
            forget(oldest.next(), current);
            oldest.remove();
        }
    }

    /** Takes back what was learned of a decision, if anything was. */
    public synchronized void forget(UUID decisionId) {
        Remembered known = outcomes.remove(requireNonNull(decisionId, "decisionId"));
        if (known != null) {
            forget(known, knowledge);
        }
    }

    private void requireSameDimension(RecordedOutcome outcome) {
        if (!outcomes.isEmpty()) {
            int usual =
                    outcomes.values().iterator().next().outcome().embedding().dimension();
            if (outcome.embedding().dimension() != usual) {
                throw new IllegalArgumentException("the embedding must have " + usual + " dimensions, got "
                        + outcome.embedding().dimension());
            }
        }
    }

    /**
     * The outcomes of known agents that count most for a request, at most {@code most}, the one that counts most first; of
     * those that count equally the latest. Compares with all that are remembered: a millisecond for 20,000.
     *
     * @param request the embedding of a request, of the dimension of those of the outcomes
     */
    public List<SimilarOutcome> similar(QuantizedEmbedding request, int most) {
        Fading fading = new Fading(clock.instant(), settings.halfLife());
        return counted().stream()
                .map(outcome -> similar(outcome, request, fading))
                .filter(similar -> similar.weight() > 0)
                .sorted(Comparator.comparingDouble(SimilarOutcome::weight)
                        .reversed()
                        .thenComparing(similar -> similar.outcome().recordedAt(), Comparator.reverseOrder()))
                .limit(most)
                .toList();
    }

    private synchronized List<RecordedOutcome> counted() {
        return outcomes.values().stream()
                .filter(remembered -> remembered.place() != null)
                .map(Remembered::outcome)
                .toList();
    }

    private static SimilarOutcome similar(RecordedOutcome outcome, QuantizedEmbedding request, Fading fading) {
        // Rounding puts it slightly above.
        float similarity = Math.min(1, outcome.embedding().similarity(request));
        return new SimilarOutcome(
                outcome,
                similarity,
                SimilarityWeights.of(similarity) * Math.min(1, fading.weight(outcome.recordedAt())));
    }

    /** Number of outcomes remembered. */
    public synchronized int size() {
        return outcomes.size();
    }

    /**
     * Whether so much has been recorded since {@link #learn} that it is worth calling again, or agents have changed of which
     * there are outcomes.
     */
    public synchronized boolean isStale() {
        return (agentsChanged && !outcomes.isEmpty())
                || recordedSinceLearning >= Math.max(STALE_OUTCOMES, STALE_SHARE * outcomes.size());
    }

    /**
     * Learns from all outcomes of the known agents anew. Takes 0.5 s for 1,000, 3 s for 20,000; recording and predicting go
     * on meanwhile.
     */
    public void learn() {
        synchronized (learning) {
            Fading fading = new Fading(clock.instant(), settings.halfLife());
            Past past = past();
            QualityLearning.Learned learned = new QualityLearning(prior, fading, past.agents()).learn(past.outcomes());
            EffortModel effort = new EffortModel(fading, clock);
            past.outcomes().forEach(effort::add);
            publish(new Knowledge(learned.quality(), effort), past.outcomes(), learned.places());
        }
    }

    /** What is learned from. */
    private record Past(List<Agent> agents, List<RecordedOutcome> outcomes) {}

    private synchronized Past past() {
        recordedSinceLearning = 0;
        agentsChanged = false;
        return new Past(
                agents, outcomes.values().stream().map(Remembered::outcome).toList());
    }

    /** Brings new knowledge up to what was recorded, replaced and forgotten while it was being learned. */
    private synchronized void publish(Knowledge learned, List<RecordedOutcome> known, Map<UUID, Place> places) {
        Knowledge fresh = new Knowledge(learned.quality().knowing(agents), learned.effort());
        Set<UUID> settled = new HashSet<>();
        for (RecordedOutcome outcome : known) {
            UUID decision = outcome.decisionId();
            Remembered then = new Remembered(outcome, places.get(decision));
            Remembered present = outcomes.get(decision);
            if (present != null && present.outcome().equals(outcome)) {
                outcomes.put(decision, then);
                settled.add(decision);
            } else {
                forget(then, fresh);
            }
        }
        outcomes.replaceAll((decision, remembered) -> {
            if (settled.contains(decision)) {
                return remembered;
            }
            fresh.effort().add(remembered.outcome());
            return new Remembered(remembered.outcome(), fresh.quality().add(remembered.outcome()));
        });
        knowledge = fresh;
        countUncounted();
    }

    private static void forget(Remembered remembered, Knowledge knowledge) {
        Place place = remembered.place();
        if (place != null) {
            place.block().silence(place.row());
        }
        knowledge.effort().remove(remembered.outcome());
    }
}
