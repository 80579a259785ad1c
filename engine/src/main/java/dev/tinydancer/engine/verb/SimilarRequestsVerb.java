package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import dev.tinydancer.router.quality.RecordedOutcome;
import dev.tinydancer.router.quality.SimilarOutcome;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code similar_requests}: the outcomes behind a predicted quality, for {@code ruvector_similar_requests}. */
final class SimilarRequestsVerb implements Verb<SimilarRequestsVerb.Search> {

    private static final int USUAL_REQUESTS = 10;
    private static final int MOST_REQUESTS = 100;
    private static final int RANDOM_BITS_OF_HIGH_HALF = 16;

    /**
     * What is searched for.
     *
     * @param decisionId whose own outcome is no evidence for it
     * @param embedding as the log has it, in Base64; null where it has none
     */
    record Search(
            UUID decisionId,
            @Nullable String embedding,
            @Nullable Integer topK) {}

    private final TenantRouters routers;
    private final int dimension;

    /** @param dimension the length of requests' embeddings */
    SimilarRequestsVerb(TenantRouters routers, int dimension) {
        this.routers = routers;
        this.dimension = dimension;
    }

    @Override
    public String name() {
        return "similar_requests";
    }

    @Override
    public Class<Search> argumentsType() {
        return Search.class;
    }

    @Override
    public void answer(Call<Search> call, Reply reply) throws InterruptedException {
        Search search = call.arguments();
        int most = Arguments.countWithin("top_k", search.topK(), USUAL_REQUESTS, 1, MOST_REQUESTS);
        reply.rows(null);
        for (SimilarOutcome similar : found(call.tenant(), search, most)) {
            RecordedOutcome outcome = similar.outcome();
            // The text is for the caller to fill in.
            reply.row(new CompositeText()
                    .uuid(outcome.decisionId())
                    .timestamp(Instant.ofEpochMilli(
                            outcome.decisionId().getMostSignificantBits() >>> RANDOM_BITS_OF_HIGH_HALF))
                    .text(outcome.agent())
                    .float8(similar.similarity())
                    .float8(similar.weight())
                    .float8(outcome.outcome().good())
                    .text(outcome.category().isEmpty() ? null : outcome.category())
                    .text(null));
        }
    }

    private List<SimilarOutcome> found(String tenant, Search search, int most) throws InterruptedException {
        if (search.embedding() == null) {
            return List.of();
        }
        AdaptiveRouter router = routers.of(tenant);
        return QuantizedEmbedding.fromLog(bytes(search.embedding()), dimension)
                .map(embedding -> router.similar(embedding, most + 1).stream()
                        .filter(similar -> !similar.outcome().decisionId().equals(search.decisionId()))
                        .limit(most)
                        .toList())
                .orElse(List.of());
    }

    private static byte[] bytes(String embedding) {
        try {
            return Base64.getMimeDecoder().decode(embedding);
        } catch (IllegalArgumentException e) {
            throw new EngineException(SqlState.PROTOCOL_VIOLATION, "embedding must be Base64");
        }
    }
}
