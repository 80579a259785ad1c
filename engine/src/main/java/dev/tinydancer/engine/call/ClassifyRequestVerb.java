package dev.tinydancer.engine.call;

import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.neural.Classification;
import dev.tinydancer.router.neural.RequestEncoder;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/** {@code classify_request}: what kind of request a text is, for {@code ruvector_classify_request}. */
final class ClassifyRequestVerb implements Verb<TextArguments> {

    private static final RowShape SHAPE = RowShape.of(new Column("classification", ColumnType.JSONB));

    private final RequestEncoder encoder;
    private final JsonMapper json;

    ClassifyRequestVerb(RequestEncoder encoder, JsonMapper json) {
        this.encoder = encoder;
        this.json = json;
    }

    /** The answer in JSON. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record Answer(List<CategoryProbability> classifications, String topCategory, double confidence) {}

    private record CategoryProbability(String category, double probability) {}

    @Override
    public String name() {
        return "classify_request";
    }

    @Override
    public Class<TextArguments> argumentsType() {
        return TextArguments.class;
    }

    @Override
    public void answer(Call<TextArguments> call, ResultWriter result) {
        Classification classification = encoder.classify(call.arguments().text("request"));
        List<CategoryProbability> categories = classification.categoriesByProbability().entrySet().stream()
                .map(entry -> new CategoryProbability(entry.getKey(), entry.getValue()))
                .toList();
        Notice.write(result, null);
        result.rows(SHAPE);
        result.row();
        result.jsonb(json.writeValueAsString(
                new Answer(categories, classification.topCategory(), classification.confidence())));
    }
}
