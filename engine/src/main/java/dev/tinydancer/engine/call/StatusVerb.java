package dev.tinydancer.engine.call;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/** {@code status}: what this engine runs, for {@code ruvector_engine_status}. */
final class StatusVerb implements Verb<NoArguments> {

    private static final RowShape SHAPE = RowShape.of(
            new Column("version", ColumnType.TEXT),
            new Column("catalog_version", ColumnType.BIGINT),
            new Column("models", ColumnType.JSONB),
            new Column("kernels", ColumnType.TEXT),
            new Column("uptime", ColumnType.INTERVAL));

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
    public void answer(Call<NoArguments> call, ResultWriter result) {
        Notice.write(result, null);
        result.rows(SHAPE);
        result.row();
        result.text(engine.version());
        result.bigint(catalogs.current(call.tenant()).map(Catalog::version).orElse(0L));
        result.jsonb(json.writeValueAsString(engine.models().get()));
        result.text(engine.kernels());
        result.interval(Duration.ofNanos(System.nanoTime() - startedNanos));
    }
}
