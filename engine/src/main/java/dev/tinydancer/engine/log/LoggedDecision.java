package dev.tinydancer.engine.log;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.wire.CompositeText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A decision as the log keeps it, whoever writes it.
 *
 * @param decisionId a UUID of version 7, which has the time of the decision in it
 * @param row a value of {@code tiny_dancer.logged_decision} in its text form
 */
public record LoggedDecision(UUID decisionId, String row) {

    private static final int RANDOM_BITS_OF_HIGH_HALF = 16;

    public LoggedDecision {
        requireNonNull(decisionId, "decisionId");
        requireNonNull(row, "row");
    }

    /**
     * The row of a decision.
     *
     * @param optimizeFor what the caller optimised for
     * @param conversationId the caller's name for the conversation; null for none
     * @param request the text; only its hash is kept unless {@code keepsRequest}
     */
    public static LoggedDecision of(
            UUID decisionId,
            String tenant,
            String optimizeFor,
            List<String> tags,
            @Nullable String conversationId,
            String request,
            boolean keepsRequest,
            DecisionColumns columns) {
        String row = new CompositeText()
                .text(tenant)
                .timestamp(decidedAt(decisionId))
                .uuid(decisionId)
                .text(columns.agent())
                .bool(false)
                .text(optimizeFor)
                .text(columns.category())
                .float8(columns.confidence())
                .float8(columns.estimatedCostUsd())
                .float8(columns.estimatedLatencyMillis())
                .float8(columns.expectedQuality())
                .integer(columns.inputTokens())
                .integer(columns.outputTokens())
                .text(LoggedReasoning.of(columns.loggedReasoning(), optimizeFor))
                // The column of alternatives as objects, which holds those of older decisions.
                .text(null)
                .texts(tags)
                .bytea(hash(request))
                .text(keepsRequest ? request : null)
                .bytea(columns.embedding())
                .float8(columns.probability())
                .float8(columns.difficulty())
                .text(columns.nextAgents())
                .float8(columns.costOfBestUsd())
                .float8(columns.costOfDearestUsd())
                .text(conversationId)
                .toString();
        return new LoggedDecision(decisionId, row);
    }

    /** The first 48 bits of the decision's id, in milliseconds since 1970. */
    private static Instant decidedAt(UUID decisionId) {
        return Instant.ofEpochMilli(decisionId.getMostSignificantBits() >>> RANDOM_BITS_OF_HIGH_HALF);
    }

    /** What the log keeps of a request instead of its text, enough to see that two are the same: SHA-256 of its UTF-8 bytes. */
    private static byte[] hash(String request) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
