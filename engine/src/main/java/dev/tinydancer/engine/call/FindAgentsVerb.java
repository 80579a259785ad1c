package dev.tinydancer.engine.call;

import dev.tinydancer.engine.brain.CapabilityVectors;
import dev.tinydancer.engine.brain.SentenceModel;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.CapabilityIndex;
import dev.tinydancer.router.agent.CapabilityMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code find_agents_by_capability}: who can do about this, for {@code ruvector_find_agents_by_capability}. */
final class FindAgentsVerb implements Verb<FindAgentsVerb.Search> {

    private static final RowShape SHAPE = RowShape.of(
            new Column("name", ColumnType.TEXT),
            new Column("capability", ColumnType.TEXT),
            new Column("similarity", ColumnType.DOUBLE));

    /** The arguments of {@code ruvector_find_agents_by_capability}. */
    record Search(@Nullable String capability, @Nullable Integer k) {}

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
    public void answer(Call<Search> call, ResultWriter result) throws InterruptedException {
        String capability = Arguments.text("capability", call.arguments().capability());
        int k = Arguments.countWithin("k", call.arguments().k(), 1, Integer.MAX_VALUE);
        List<Agent> active = call.catalog(catalogs).agents().agents().stream()
                .filter(Agent::active)
                .toList();
        List<CapabilityMatch> matches = active.isEmpty()
                ? List.of()
                : CapabilityIndex.of(active, vectors.of(active)).find(capability, sentences.embed(capability), k);
        Notice.write(result, null);
        result.rows(SHAPE);
        for (CapabilityMatch match : matches) {
            result.row();
            result.text(match.agent().name());
            result.text(match.capability());
            result.float8(match.similarity());
        }
    }
}
