package dev.tinydancer.engine.verb;

import static java.util.stream.Collectors.groupingBy;

import dev.tinydancer.engine.verb.OptimizeBudgetArguments.LoggedRequest;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.budget.CategoryDemand;
import dev.tinydancer.router.budget.RequestMix;
import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.routing.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a month is expected to bring a tenant: how many requests of each category, and what each agent would bring for one
 * of them, as the mean over the category's logged requests. Of a category without any, a request of which nothing is known
 * but the category stands for all.
 */
final class MonthlyDemand {

    /** Length of a request of which nothing is known, in tokens. */
    private static final int USUAL_INPUT_TOKENS = 100;

    /** What all requests are of when none has a category: without a classifier. */
    private static final String OF_NO_CATEGORY = "any";

    private final Router router;
    private final List<Agent> agents;
    private final int dimension;

    /**
     * @param agents those that may be given requests
     * @param dimension of embeddings
     */
    MonthlyDemand(Router router, List<Agent> agents, int dimension) {
        this.router = router;
        this.agents = agents;
        this.dimension = dimension;
    }

    /** One for each of these categories, and for those that the log has beside them. */
    List<CategoryDemand> of(List<String> knownCategories, OptimizeBudgetArguments logged) {
        Set<String> categories = new LinkedHashSet<>(knownCategories);
        categories.addAll(logged.counts().keySet());
        if (categories.isEmpty()) {
            categories.add(OF_NO_CATEGORY);
        }
        Map<String, Double> perMonth =
                RequestMix.perMonth(categories, logged.counts(), Duration.ofMillis(logged.observedMs()));
        Map<String, List<LoggedRequest>> samples =
                logged.sample().stream().collect(groupingBy(LoggedRequest::category));
        List<CategoryDemand> demand = new ArrayList<>(categories.size());
        for (String category : categories) {
            demand.add(new CategoryDemand(
                    category,
                    perMonth.getOrDefault(category, 0.0),
                    offers(category, samples.getOrDefault(category, List.of()))));
        }
        return demand;
    }

    private Map<String, Prospect> offers(String category, List<LoggedRequest> sample) {
        List<List<Prospect>> prospects = new ArrayList<>();
        for (LoggedRequest request : sample) {
            // Another model may have written older ones.
            QuantizedEmbedding.fromLog(HexFormat.of().parseHex(request.embedding()), dimension)
                    .ifPresent(embedding ->
                            prospects.add(prospects(category, request.inputTokens(), embedding.restore())));
        }
        if (prospects.isEmpty()) {
            prospects.add(prospects(category, USUAL_INPUT_TOKENS, new float[dimension]));
        }
        Map<String, Prospect> offers = new HashMap<>();
        for (int agent = 0; agent < agents.size(); agent++) {
            Prospect mean = mean(prospects, agent);
            if (mean.costUsd() < Double.POSITIVE_INFINITY) {
                offers.put(agents.get(agent).name(), mean);
            }
        }
        return offers;
    }

    private List<Prospect> prospects(String category, int inputTokens, float[] embedding) {
        return router.prospects(agents, new RequestFeatures(inputTokens, embedding, Map.of(category, 1.0), Map.of()));
    }

    private static Prospect mean(List<List<Prospect>> prospects, int agent) {
        double quality = 0;
        double cost = 0;
        double latency = 0;
        for (List<Prospect> ofRequest : prospects) {
            Prospect prospect = ofRequest.get(agent);
            quality += prospect.quality() / prospects.size();
            cost += prospect.costUsd() / prospects.size();
            latency += prospect.latencyMillis() / prospects.size();
        }
        return new Prospect(Math.min(quality, 1), cost, latency);
    }
}
