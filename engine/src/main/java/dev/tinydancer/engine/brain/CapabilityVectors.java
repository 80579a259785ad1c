package dev.tinydancer.engine.brain;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.CapabilityIndex;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The vectors of capabilities, kept from one search to the next. Safe for concurrent use. */
public final class CapabilityVectors {

    /** Six megabytes; beyond so many, those that were not needed for the longest time are embedded again. */
    private static final int MOST_KEPT = 4096;

    private final SentenceModel sentences;
    private final Map<String, float[]> kept = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > MOST_KEPT;
        }
    };

    CapabilityVectors(SentenceModel sentences) {
        this.sentences = sentences;
    }

    /** Of each capability that one of the agents has, the embedding of its {@link CapabilityIndex#phrase}. */
    public Map<String, float[]> of(Collection<Agent> agents) throws InterruptedException {
        Map<String, float[]> vectors = new HashMap<>();
        for (Agent agent : agents) {
            for (String capability : agent.capabilities().words()) {
                if (!vectors.containsKey(capability)) {
                    vectors.put(capability, of(capability));
                }
            }
        }
        return vectors;
    }

    private float[] of(String capability) throws InterruptedException {
        float[] known = known(capability);
        if (known != null) {
            return known;
        }
        float[] vector = sentences.embed(CapabilityIndex.phrase(capability));
        keep(capability, vector);
        return vector;
    }

    private synchronized float @Nullable [] known(String capability) {
        return kept.get(capability);
    }

    private synchronized void keep(String capability, float[] vector) {
        kept.put(capability, vector);
    }
}
