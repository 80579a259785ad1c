package dev.tinydancer.engine.log;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code tiny_dancer.decision}.
 *
 * @param decisionId a UUID of version 7, which has the time of the decision in it
 * @param requestHash in hexadecimal digits
 * @param request the text itself, if it may be kept
 */
public record LoggedDecision(
        UUID decisionId,
        String tenant,
        String optimizeFor,
        List<String> tags,
        String requestHash,
        @Nullable String request,
        DecisionColumns columns) {

    private static final int RANDOM_BITS_OF_HIGH_HALF = 16;

    public LoggedDecision {
        tags = List.copyOf(tags);
    }

    /** The first 48 bits of the decision's id, in milliseconds since 1970. */
    Instant decidedAt() {
        return Instant.ofEpochMilli(decisionId.getMostSignificantBits() >>> RANDOM_BITS_OF_HIGH_HALF);
    }
}
