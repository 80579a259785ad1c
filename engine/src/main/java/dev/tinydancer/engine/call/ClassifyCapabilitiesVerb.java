package dev.tinydancer.engine.call;

import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.neural.RequestEncoder;
import java.util.Map;

/** {@code classify_capabilities}: what a request needs, for {@code ruvector_classify_capabilities}. */
final class ClassifyCapabilitiesVerb implements Verb<RequestText> {

    /** What is more likely needed than not. */
    private static final double NEEDED = 0.5;

    private static final RowShape SHAPE =
            RowShape.of(new Column("capability", ColumnType.TEXT), new Column("probability", ColumnType.DOUBLE));

    private final RequestEncoder encoder;

    ClassifyCapabilitiesVerb(RequestEncoder encoder) {
        this.encoder = encoder;
    }

    @Override
    public String name() {
        return "classify_capabilities";
    }

    @Override
    public Class<RequestText> argumentsType() {
        return RequestText.class;
    }

    @Override
    public void answer(Call<RequestText> call, ResultWriter result) {
        Map<String, Double> capabilities =
                encoder.classify(call.arguments().checked()).capabilitiesByProbability();
        Notice.write(result, null);
        result.rows(SHAPE);
        capabilities.forEach((capability, probability) -> {
            if (probability > NEEDED) {
                result.row();
                result.text(capability);
                result.float8(probability);
            }
        });
    }
}
