package dev.tinydancer.benchmark.evaluation;

import dev.tinydancer.benchmark.evaluation.CostQualityHull.Point;
import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.quality.Outcome;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.RoutingRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What a router got for each request of its life, beside what every model would have.
 *
 * <p>Ten requests come in a second, one of twenty tries agents out. Not a record, because it holds arrays; two instances are
 * equal only if they are the same.
 */
final class SimulatedLife {

    private static final double LEAST_GUESS = 0.6;
    private static final double GREATEST_GUESS = 0.9;
    private static final double LATENCY_MILLIS = 1_000;
    private static final double EXPLORATION_SHARE = 0.05;
    private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(100);

    /** What is left of the scores of a model that gets worse. */
    private static final double WORSENED = 0.5;

    private static final int PARTS = 10;
    private static final int HUNDRED = 100;

    private final Circumstances circumstances;

    /** What was chosen, by its place among the models. */
    private final int[] choices;

    /** {@code [requests][models]}, as things were then. */
    private final double[][] scores;

    private final double[][] costs;

    private SimulatedLife(Circumstances circumstances, double[][] scores, double[][] costs) {
        this.circumstances = circumstances;
        this.scores = scores;
        this.costs = costs;
        this.choices = new int[scores.length];
    }

    static SimulatedLife live(
            Function<String, RequestFeatures> encoder,
            List<String> models,
            List<EncodedRow> requests,
            Circumstances circumstances,
            long seed) {
        SimulatedLife life = new SimulatedLife(
                circumstances,
                IntStream.range(0, requests.size())
                        .mapToObj(request -> scores(models, requests, request, circumstances))
                        .toArray(double[][]::new),
                requests.stream()
                        .map(request -> models.stream()
                                .mapToDouble(
                                        model -> request.row().outcome(model).costUsd())
                                .toArray())
                        .toArray(double[][]::new));
        life.live(encoder, models, requests, seed);
        return life;
    }

    private static double[] scores(
            List<String> models, List<EncodedRow> requests, int request, Circumstances circumstances) {
        boolean late = request >= requests.size() / 2;
        return models.stream()
                .mapToDouble(model -> {
                    double score = requests.get(request).row().outcome(model).score();
                    boolean worse = late
                            && circumstances.worsening().filter(model::equals).isPresent();
                    return worse ? WORSENED * score : score;
                })
                .toArray();
    }

    private void live(
            Function<String, RequestFeatures> encoder, List<String> models, List<EncodedRow> requests, long seed) {
        Random random = new Random(seed);
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        AdaptiveRouter router = AdaptiveRouter.builder()
                .encoder(encoder)
                .exploring(1, EXPLORATION_SHARE)
                .clock(now::get)
                .decisionIds(() -> new UUID(random.nextLong(), random.nextLong()))
                .learningWhenCalled()
                .build();
        List<Agent> agents = agents(models);
        agents.stream()
                .filter(agent ->
                        circumstances.added().filter(agent.name()::equals).isEmpty())
                .forEach(router::register);
        Queue<Runnable> reports = new ArrayDeque<>();
        for (int request = 0; request < requests.size(); request++) {
            if (request == requests.size() / 2) {
                agents.forEach(router::register);
            }
            RoutingDecision decision = router.route(
                    RoutingRequest.of(requests.get(request).row().prompt()).optimizing(circumstances.policy()));
            int chosen = models.indexOf(decision.chosen().agent().name());
            choices[request] = chosen;
            boolean reported = random.nextDouble() >= circumstances.lost();
            Outcome outcome = Outcome.judged(scores[request][chosen]);
            reports.add(() -> {
                if (reported) {
                    router.record(decision, outcome);
                }
            });
            if (reports.size() > circumstances.lateness()) {
                reports.remove().run();
            }
            router.learnIfDue();
            now.updateAndGet(then -> then.plus(BETWEEN_REQUESTS));
        }
    }

    private List<Agent> agents(List<String> models) {
        double[] prices =
                IntStream.range(0, models.size()).mapToDouble(this::meanCost).toArray();
        double least = Math.log(IntStream.range(0, prices.length)
                .mapToDouble(i -> prices[i])
                .min()
                .orElseThrow());
        double greatest = Math.log(IntStream.range(0, prices.length)
                .mapToDouble(i -> prices[i])
                .max()
                .orElseThrow());
        List<Agent> agents = new ArrayList<>();
        for (int model = 0; model < prices.length; model++) {
            double share = (Math.log(prices[model]) - least) / (greatest - least);
            agents.add(Agent.named(models.get(model))
                    .usdPerCall(prices[model])
                    .averageLatencyMillis(LATENCY_MILLIS)
                    .quality(LEAST_GUESS + share * (GREATEST_GUESS - LEAST_GUESS))
                    .build());
        }
        return agents;
    }

    private double meanCost(int model) {
        return IntStream.range(0, costs.length)
                .mapToDouble(request -> costs[request][model])
                .average()
                .orElseThrow();
    }

    /** The means over all requests; {@code above_coin} first. */
    Map<String, Double> metrics() {
        List<Point> singles = IntStream.range(0, scores[0].length)
                .mapToObj(model -> point(request -> model))
                .toList();
        Point lived = point(request -> choices[request]);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("above_coin", lived.quality() - CostQualityHull.of(singles).quality(lived.cost()));
        metrics.put("good", lived.quality());
        metrics.put("usd_per_1000", 1_000 * lived.cost());
        double value = value(request -> choices[request]);
        metrics.put(
                "regret_best_single",
                IntStream.range(0, scores[0].length)
                                .mapToDouble(model -> value(request -> model))
                                .max()
                                .orElseThrow()
                        - value);
        metrics.put("regret_best_of_each", value(this::bestInHindsight) - value);
        return metrics;
    }

    /** How far each hundred requests, the last with what is left, are below the single model that is best over all. */
    double[] hundredsBelowBestSingle() {
        int best = 0;
        for (int model = 1; model < scores[0].length; model++) {
            int candidate = model;
            int soFar = best;
            if (point(request -> candidate).quality() > point(request -> soFar).quality()) {
                best = model;
            }
        }
        double[] below = new double[Math.max(1, scores.length / HUNDRED)];
        for (int hundred = 0; hundred < below.length; hundred++) {
            int until = hundred == below.length - 1 ? scores.length : (hundred + 1) * HUNDRED;
            int always = best;
            below[hundred] = IntStream.range(hundred * HUNDRED, until)
                    .mapToDouble(request -> scores[request][always] - scores[request][choices[request]])
                    .average()
                    .orElseThrow();
        }
        return below;
    }

    private Point point(Choice choice) {
        double score = 0;
        double cost = 0;
        for (int request = 0; request < scores.length; request++) {
            score += scores[request][choice.of(request)];
            cost += costs[request][choice.of(request)];
        }
        return new Point(cost / scores.length, Math.min(1, score / scores.length));
    }

    /** Which model gets a request. */
    @FunctionalInterface
    private interface Choice {
        int of(int request);
    }

    private double value(Choice choice) {
        return IntStream.range(0, scores.length)
                .mapToDouble(request -> value(request, choice.of(request)))
                .average()
                .orElseThrow();
    }

    /** What an answer is worth less what it costs, in answers: as the policy states it, without its floor. */
    private double value(int request, int model) {
        double dearest = 0;
        for (double cost : costs[request]) {
            dearest = Math.max(dearest, cost);
        }
        return scores[request][model]
                - costs[request][model] / (circumstances.policy().worthInDearest() * dearest);
    }

    private int bestInHindsight(int request) {
        int best = 0;
        for (int model = 1; model < scores[request].length; model++) {
            if (value(request, model) > value(request, best)) {
                best = model;
            }
        }
        return best;
    }

    /** How good the answers of each tenth were. */
    List<CurveSeries> curves(String name) {
        List<CurveSeries.Point> points = new ArrayList<>();
        for (int part = 0; part < PARTS; part++) {
            int from = scores.length * part / PARTS;
            int to = scores.length * (part + 1) / PARTS;
            points.add(new CurveSeries.Point(
                    to,
                    IntStream.range(from, to)
                            .mapToDouble(request -> scores[request][choices[request]])
                            .average()
                            .orElseThrow()));
        }
        return List.of(new CurveSeries("good answers over time", name, points));
    }
}
