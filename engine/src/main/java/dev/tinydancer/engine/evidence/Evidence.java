package dev.tinydancer.engine.evidence;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.quality.RecordedOutcome;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What came of a decision.
 *
 * @param tenant whose agents it tells something of
 * @param recordedAt when it was first reported
 * @param outcome what predictions can learn from it; null where that is nothing, as of a request that was cancelled
 */
record Evidence(
        String tenant,
        UUID decisionId,
        Instant recordedAt,
        @Nullable RecordedOutcome outcome) {

    Evidence {
        requireNonNull(tenant, "tenant");
        requireNonNull(decisionId, "decisionId");
        requireNonNull(recordedAt, "recordedAt");
    }

    void teach(AdaptiveRouter router) {
        if (outcome == null) {
            router.forget(decisionId, recordedAt);
        } else {
            router.record(outcome);
        }
    }
}
