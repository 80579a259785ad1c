package dev.tinydancer.router.quality;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.quality.OutcomeIndex.Place;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
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
 * much. Outcomes count from the moment they are {@linkplain #record recorded}; {@link #learn} draws the general
 * conclusions, to be called again when {@link #isStale} says so, and when agents have changed.
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
    private int recordedSinceLearning;
    private volatile Knowledge knowledge;

    /** @param place where it stands in the present knowledge, null if its agent is not known there */
    private record Remembered(
            RecordedOutcome outcome, @Nullable Place place) {}

    private record Knowledge(LearnedQuality quality, EffortModel effort) {}

    /** Experience of nothing yet. */
    public Experience(ItemResponsePrior prior, ExperienceSettings settings, InstantSource clock) {
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
     * Takes an outcome into account at once. A later outcome of the same decision replaces the earlier; beyond the capacity
     * the outcome recorded longest ago is forgotten.
     */
    public synchronized void record(RecordedOutcome outcome) {
        requireNonNull(outcome, "outcome");
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

    /** Number of outcomes remembered. */
    public synchronized int size() {
        return outcomes.size();
    }

    /** Whether so much has been recorded since {@link #learn} that it is worth calling again. */
    public synchronized boolean isStale() {
        return recordedSinceLearning >= Math.max(STALE_OUTCOMES, STALE_SHARE * outcomes.size());
    }

    /**
     * Learns from all outcomes anew. Takes 0.5 s for 1,000, 3 s for 20,000; recording and predicting go on
     * meanwhile.
     *
     * @param agents all of the tenant, with the figures that they are registered with; outcomes of others are remembered,
     *     but nothing is learned from them
     */
    public void learn(Collection<Agent> agents) {
        synchronized (learning) {
            Fading fading = new Fading(clock.instant(), settings.halfLife());
            List<RecordedOutcome> known = snapshot();
            QualityLearning.Learned learned = new QualityLearning(prior, fading, List.copyOf(agents)).learn(known);
            EffortModel effort = new EffortModel(fading, clock);
            known.forEach(effort::add);
            publish(new Knowledge(learned.quality(), effort), known, learned.places());
        }
    }

    private synchronized List<RecordedOutcome> snapshot() {
        recordedSinceLearning = 0;
        List<RecordedOutcome> known = new ArrayList<>(outcomes.size());
        outcomes.values().forEach(remembered -> known.add(remembered.outcome()));
        return known;
    }

    /** Brings new knowledge up to what was recorded, replaced and forgotten while it was being learned. */
    private synchronized void publish(Knowledge fresh, List<RecordedOutcome> known, Map<UUID, Place> places) {
        Set<UUID> settled = new HashSet<>();
        for (RecordedOutcome outcome : known) {
            UUID decision = outcome.decisionId();
            Remembered learned = new Remembered(outcome, places.get(decision));
            Remembered present = outcomes.get(decision);
            if (present != null && present.outcome().equals(outcome)) {
                outcomes.put(decision, learned);
                settled.add(decision);
            } else {
                forget(learned, fresh);
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
    }

    private static void forget(Remembered remembered, Knowledge knowledge) {
        Place place = remembered.place();
        if (place != null) {
            place.block().silence(place.row());
        }
        knowledge.effort().remove(remembered.outcome());
    }
}
