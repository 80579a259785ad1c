package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.wire.CompositeText;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/** {@code status}: what this engine runs, for {@code ruvector_engine_status}. */
final class StatusVerb implements Verb<NoArguments> {

    private final EngineDescription engine;
    private final CatalogStore catalogs;
    private final JsonMapper json;
    private final long startedNanos = System.nanoTime();

    StatusVerb(EngineDescription engine, CatalogStore catalogs, JsonMapper json) {
        this.engine = engine;
        this.catalogs = catalogs;
        this.json = json;
    }

    @Override
    public String name() {
        return "status";
    }

    @Override
    public Class<NoArguments> argumentsType() {
        return NoArguments.class;
    }

    @Override
    public void answer(Call<NoArguments> call, Reply reply) throws InterruptedException {
        // The number of engines and the circuits are for the caller to fill in.
        reply.value(new CompositeText()
                .text(engine.version())
                .bigint(catalogs.known(call.tenant()).version())
                .integer(null)
                .text(json.writeValueAsString(engine.models().get()))
                .text(engine.kernels())
                .interval(Duration.ofNanos(System.nanoTime() - startedNanos))
                .text(null)
                .toString());
    }
}
