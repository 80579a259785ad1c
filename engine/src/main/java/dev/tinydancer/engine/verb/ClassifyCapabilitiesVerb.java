package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.neural.Classification;
import java.util.Map;
import java.util.function.Function;

/** {@code classify_capabilities}: what a request needs, for {@code ruvector_classify_capabilities}. */
final class ClassifyCapabilitiesVerb implements Verb<RequestText> {

    /** What is more likely needed than not. */
    private static final double NEEDED = 0.5;

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
    public void answer(Call<RequestText> call, Reply reply) {
        Map<String, Double> capabilities =
                classifier.apply(call.arguments().checked()).capabilitiesByProbability();
        reply.rows(null);
        capabilities.forEach((capability, probability) -> {
            if (probability > NEEDED) {
                reply.row(new CompositeText().text(capability).float8(probability));
            }
        });
    }
}
