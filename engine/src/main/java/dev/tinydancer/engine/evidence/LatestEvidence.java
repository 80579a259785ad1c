package dev.tinydancer.engine.evidence;

import dev.tinydancer.engine.config.OutcomeLimits;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Evidence that comes in the order of its recording, of which the latest is kept: as much of each tenant and of all as may be
 * remembered. More would be taught only to be forgotten at once, and the calls of its tenant wait meanwhile. For one thread.
 */
final class LatestEvidence {

    private final OutcomeLimits limits;
    private final Map<String, Deque<Evidence>> byTenant = new HashMap<>();
    private int size;

    /** @param limits how much may be remembered */
    LatestEvidence(OutcomeLimits limits) {
        this.limits = limits;
    }

    /** Keeps it, in place of the earliest of its tenant where there is no more room, or of the tenant that has most. */
    void add(Evidence evidence) {
        Deque<Evidence> ofTenant = byTenant.computeIfAbsent(evidence.tenant(), _ -> new ArrayDeque<>());
        ofTenant.addLast(evidence);
        size++;
        if (ofTenant.size() > limits.ofTenant()) {
            forgetEarliest(ofTenant, 1);
        } else if (size > limits.ofAll()) {
            Deque<Evidence> most = byTenant.values().stream()
                    .max(Comparator.comparingInt(Deque::size))
                    .orElse(ofTenant);
            // Half of it, because looking for the next one takes a while with many tenants.
            forgetEarliest(most, (most.size() + 1) / 2);
        }
    }

    private void forgetEarliest(Deque<Evidence> ofTenant, int number) {
        for (int i = 0; i < number; i++) {
            ofTenant.removeFirst();
            size--;
        }
    }

    /** Gives what is kept, that of each tenant in the order in which it came. */
    void forEach(Consumer<Evidence> action) {
        byTenant.values().forEach(ofTenant -> ofTenant.forEach(action));
    }
}
