package dev.tinydancer.engine.verb;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.brain.SentenceModel;
import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.catalog.RouteConditionsDocument;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.semantic.RouteConditions;
import java.util.ArrayList;
import java.util.List;

/** {@code prepare_route}: checks the conditions of a route and embeds its texts, for those who create and change routes. */
final class PrepareRouteVerb implements Verb<PrepareRouteVerb.Route> {

    /**
     * What the engine has to look at before a route is stored.
     *
     * @param texts may be none
     */
    record Route(RouteConditionsDocument conditions, List<String> texts) {

        Route {
            requireNonNull(conditions, "conditions");
            texts = List.copyOf(texts);
        }
    }

    private final SentenceModel sentences;

    PrepareRouteVerb(SentenceModel sentences) {
        this.sentences = sentences;
    }

    @Override
    public String name() {
        return "prepare_route";
    }

    @Override
    public Class<Route> argumentsType() {
        return Route.class;
    }

    @Override
    public void answer(Call<Route> call, Reply reply) throws InterruptedException {
        RouteConditions _ = conditions(call.arguments().conditions());
        List<float[]> embeddings = new ArrayList<>();
        for (String text : call.arguments().texts()) {
            embeddings.add(sentences.embed(Arguments.text("an element of texts", text)));
        }
        reply.rows(null);
        for (float[] embedding : embeddings) {
            reply.row(CompositeText.array(embedding), null);
        }
    }

    private static RouteConditions conditions(RouteConditionsDocument document) {
        try {
            return document.toConditions();
        } catch (IllegalArgumentException e) {
            throw new EngineException(SqlState.INVALID_PARAMETER_VALUE, String.valueOf(e.getMessage()));
        }
    }
}
