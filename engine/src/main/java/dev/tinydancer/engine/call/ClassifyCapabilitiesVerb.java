package dev.tinydancer.engine.call;

import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.neural.RequestEncoder;
import java.util.Map;

/** {@code classify_capabilities}: what a request needs, for {@code ruvector_classify_capabilities}. */
final class ClassifyCapabilitiesVerb implements Verb<TextArguments> {

    private static final RowShape SHAPE =
            RowShape.of(new Column("capability", ColumnType.TEXT), new Column("probability", ColumnType.DOUBLE));

    /** Capabilities that are likelier not needed are left out. */
    private static final double LIKELY = 0.5;

    private final RequestEncoder encoder;

    ClassifyCapabilitiesVerb(RequestEncoder encoder) {
        this.encoder = encoder;
    }

    @Override
    public String name() {
        return "classify_capabilities";
    }

    @Override
    public Class<TextArguments> argumentsType() {
        return TextArguments.class;
    }

    @Override
    public void answer(Call<TextArguments> call, ResultWriter result) {
        Map<String, Double> capabilities =
                encoder.classify(call.arguments().text("request")).capabilitiesByProbability();
        Notice.write(result, null);
        result.rows(SHAPE);
        capabilities.forEach((capability, probability) -> {
            if (probability > LIKELY) {
                result.row();
                result.text(capability);
                result.float8(probability);
            }
        });
    }
}
