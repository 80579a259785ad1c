package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.brain.CapabilityVectors;
import dev.tinydancer.engine.brain.SentenceModel;
import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.CapabilityIndex;
import dev.tinydancer.router.agent.CapabilityMatch;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code find_agents_by_capability}: who can do about this, for {@code ruvector_find_agents_by_capability}. */
final class FindAgentsVerb implements Verb<FindAgentsVerb.Search> {

    private static final int USUAL_AGENTS = 10;

    /** The arguments of {@code ruvector_find_agents_by_capability}. */
    record Search(
            @Nullable String capability,
            @Nullable Integer k,
            @Nullable Map<String, Object> options) {}

    private final CatalogStore catalogs;
    private final SentenceModel sentences;
    private final CapabilityVectors vectors;

    FindAgentsVerb(CatalogStore catalogs, SentenceModel sentences, CapabilityVectors vectors) {
        this.catalogs = catalogs;
        this.sentences = sentences;
        this.vectors = vectors;
    }

    @Override
    public String name() {
        return "find_agents_by_capability";
    }

    @Override
    public Class<Search> argumentsType() {
        return Search.class;
    }

    @Override
    public void answer(Call<Search> call, Reply reply) throws InterruptedException {
        String capability = Arguments.text("capability", call.arguments().capability());
        Arguments.noOptions(call.arguments().options());
        int k = Arguments.countWithin("k", call.arguments().k(), USUAL_AGENTS, 1, Integer.MAX_VALUE);
        List<Agent> active = call.catalog(catalogs).agents().agents().stream()
                .filter(Agent::active)
                .toList();
        List<CapabilityMatch> matches = active.isEmpty()
                ? List.of()
                : CapabilityIndex.of(active, vectors.of(active)).find(capability, sentences.embed(capability), k);
        reply.rows(null);
        for (CapabilityMatch match : matches) {
            // The figures of the agent are for the caller to fill in.
            reply.row(new CompositeText()
                    .text(match.agent().name())
                    .text(match.capability())
                    .float8(match.similarity())
                    .float8(null)
                    .float8(null)
                    .float8(null)
                    .float8(null));
        }
    }
}
