package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.brain.SentenceModel;
import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.catalog.RouteStore;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.semantic.LabelledQuery;
import dev.tinydancer.router.semantic.RouteAccuracy;
import dev.tinydancer.router.semantic.RouteFit;
import dev.tinydancer.router.semantic.RouteFitter;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.Utterance;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** {@code fit_routes}: thresholds learned from labelled queries, for {@code ruvector_fit_routes}. */
final class FitRoutesVerb implements Verb<FitRoutesVerb.Examples> {

    private static final long SEED = 1;

    /** The arguments of {@code ruvector_fit_routes}. */
    record Examples(List<Example> examples) {

        Examples {
            examples = List.copyOf(examples);
        }
    }

    /** A query and its route, null where none is right. */
    record Example(@Nullable String query, @Nullable String route) {}

    /**
     * A query that was answered wrongly.
     *
     * @param example its place among the examples, from 1
     */
    private record Miss(
            int example,
            @Nullable String expected,
            @Nullable String answer) {}

    private final RouteStore routes;
    private final SentenceModel sentences;
    private final ExecutorService fits;
    private final JsonMapper json;

    /** @param fits run for seconds what would keep a virtual thread's carrier from all other calls */
    FitRoutesVerb(RouteStore routes, SentenceModel sentences, ExecutorService fits, JsonMapper json) {
        this.routes = routes;
        this.sentences = sentences;
        this.fits = fits;
        this.json = json;
    }

    @Override
    public String name() {
        return "fit_routes";
    }

    @Override
    public Class<Examples> argumentsType() {
        return Examples.class;
    }

    @Override
    public void answer(Call<Examples> call, Reply reply) throws InterruptedException {
        RouteIndex index = call.routes(routes);
        List<LabelledQuery> examples = new ArrayList<>();
        for (Example example : call.arguments().examples()) {
            String query = Arguments.text("query in examples", example.query());
            examples.add(new LabelledQuery(Utterance.of(query, sentences.embed(query)), example.route()));
        }
        RouteFit fit = fit(index, examples);
        String thresholds = json.writeValueAsString(changed(index, fit));
        String misses = json.writeValueAsString(misses(fit, examples));
        CompositeText row = new CompositeText().integer(examples.size());
        append(row, RouteAccuracy::accuracy, fit);
        append(row, RouteAccuracy::matched, fit);
        append(row, RouteAccuracy::abstained, fit);
        reply.value(row.text(thresholds).text(misses).toString());
    }

    /** One share of a {@link RouteAccuracy}. */
    @FunctionalInterface
    private interface Share {
        double of(RouteAccuracy accuracy);
    }

    private static void append(CompositeText row, Share share, RouteFit fit) {
        for (RouteAccuracy accuracy : List.of(fit.before(), fit.after())) {
            double value = share.of(accuracy);
            // A share of no queries is none.
            row.float8(Double.isNaN(value) ? null : value);
        }
    }

    private RouteFit fit(RouteIndex index, List<LabelledQuery> examples) throws InterruptedException {
        Future<RouteFit> fit = fits.submit(() -> new RouteFitter(SEED).fit(index, examples));
        try {
            return fit.get();
        } catch (InterruptedException e) {
            fit.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IllegalArgumentException invalid) {
                throw new EngineException(SqlState.INVALID_PARAMETER_VALUE, String.valueOf(invalid.getMessage()));
            }
            throw new IllegalStateException("the fit of routes failed", e.getCause());
        }
    }

    /** The thresholds that are now others than those in force, by route. */
    private static Map<String, Double> changed(RouteIndex index, RouteFit fit) {
        Map<String, Double> changed = new TreeMap<>(fit.thresholds());
        changed.entrySet().removeIf(fitted -> fitted.getValue().equals(index.threshold(fitted.getKey())));
        return changed;
    }

    private static List<Miss> misses(RouteFit fit, List<LabelledQuery> examples) {
        IdentityHashMap<LabelledQuery, Integer> places = new IdentityHashMap<>();
        for (int i = 0; i < examples.size(); i++) {
            places.put(examples.get(i), i + 1);
        }
        return fit.misses().stream()
                .map(miss -> new Miss(
                        places.getOrDefault(miss.example(), 0), miss.example().routeName(), miss.answer()))
                .toList();
    }
}
