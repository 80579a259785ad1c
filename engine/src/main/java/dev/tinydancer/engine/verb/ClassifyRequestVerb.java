package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.router.neural.Classification;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/** {@code classify_request}: how likely a request is of each category, for {@code ruvector_classify_request}. */
final class ClassifyRequestVerb implements Verb<RequestText> {

    /** One category; single precision, because no more of it means anything. */
    private record Category(String category, float probability) {}

    /** The whole answer, the likeliest category first. */
    private record Answer(List<Category> classifications, String topCategory, float confidence) {

        static Answer of(Classification classification) {
            List<Category> categories = classification.categoriesByProbability().entrySet().stream()
                    .map(entry -> new Category(entry.getKey(), entry.getValue().floatValue()))
                    .toList();
            return new Answer(categories, classification.topCategory(), classification.confidence());
        }
    }

    private final Function<String, Classification> classifier;
    private final JsonMapper json;

    ClassifyRequestVerb(Function<String, Classification> classifier, JsonMapper json) {
        this.classifier = classifier;
        this.json = json;
    }

    @Override
    public String name() {
        return "classify_request";
    }

    @Override
    public Class<RequestText> argumentsType() {
        return RequestText.class;
    }

    @Override
    public void answer(Call<RequestText> call, Reply reply) {
        Answer answer = answer(call.arguments().checked());
        reply.value(json.writeValueAsString(answer));
    }

    /** The same of many requests, for {@code ruvector_classify_requests}. */
    TextsVerb ofMany() {
        return new TextsVerb("classify_requests", "request", 3, (text, row) -> {
            Answer answer = answer(text);
            // With no more digits than the one request has in its JSON.
            row.text(answer.topCategory())
                    .text(Float.toString(answer.confidence()))
                    .text(json.writeValueAsString(answer.classifications()));
        });
    }

    private Answer answer(String request) {
        return Answer.of(classifier.apply(request));
    }
}
