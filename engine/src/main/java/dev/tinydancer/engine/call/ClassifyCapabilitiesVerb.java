package dev.tinydancer.engine.call;

import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.neural.Classification;
import java.util.Map;
import java.util.function.Function;

/** {@code classify_capabilities}: what a request needs, for {@code ruvector_classify_capabilities}. */
final class ClassifyCapabilitiesVerb implements Verb<RequestText> {

    /** What is more likely needed than not. */
    private static final double NEEDED = 0.5;

    private static final RowShape SHAPE =
            RowShape.of(new Column("capability", ColumnType.TEXT), new Column("probability", ColumnType.DOUBLE));

    private final Function<String, Classification> classifier;

    ClassifyCapabilitiesVerb(Function<String, Classification> classifier) {
        this.classifier = classifier;
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
                classifier.apply(call.arguments().checked()).capabilitiesByProbability();
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
