package dev.tinydancer.engine.call;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;

/** {@code ping}: that the engine answers, and how far it is. */
final class PingVerb implements Verb<NoArguments> {

    private static final RowShape SHAPE = RowShape.of(
            new Column("engine_version", ColumnType.TEXT), new Column("catalog_version", ColumnType.BIGINT));

    private final String engineVersion;
    private final CatalogStore catalogs;

    PingVerb(String engineVersion, CatalogStore catalogs) {
        this.engineVersion = engineVersion;
        this.catalogs = catalogs;
    }

    @Override
    public String name() {
        return "ping";
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
        result.text(engineVersion);
        result.bigint(catalogs.current(call.tenant()).map(Catalog::version).orElse(0L));
    }
}
