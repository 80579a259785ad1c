package dev.tinydancer.benchmark.sql;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.benchmark.evaluation.CurvePlot;
import dev.tinydancer.benchmark.evaluation.CurveSeries;
import dev.tinydancer.benchmark.evaluation.DataFile;
import dev.tinydancer.benchmark.evaluation.DataFolder;
import dev.tinydancer.benchmark.evaluation.EvaluationOptions;
import dev.tinydancer.benchmark.evaluation.EvaluationReport;
import dev.tinydancer.benchmark.evaluation.EvaluationResult;
import dev.tinydancer.benchmark.evaluation.EvaluationSuite;
import dev.tinydancer.benchmark.evaluation.InvalidDataException;
import dev.tinydancer.benchmark.evaluation.ModelOutcome;
import dev.tinydancer.benchmark.evaluation.OutcomeRow;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A router's life in a database: recorded requests come in one after the other, {@code ruvector_route} chooses, what the
 * chosen model made of the request is recorded with {@code ruvector_record_outcome}, and the next decisions know of it.
 *
 * <p>Of the models nothing is registered but their price, the mean of what a call cost, and a quality guessed from the
 * price alone: the dearer, the better, which is what an owner without figures would believe and is wrong for several.
 * Beside the router stand, on the same requests, the dearest model ("best" as registered), the cheapest, one drawn by lot,
 * and the model that in hindsight was right most often.
 */
public final class OnlineSuite implements EvaluationSuite {

    private static final String DATA = "outcomes_routerbench.jsonl.gz";
    private static final int REQUESTS = 2_000;
    private static final int PARTS = 4;

    /** After so many requests the simulation pauses, as evidence takes a moment to arrive and requests are no flood. */
    private static final int BURST = 25;

    private static final long PAUSE_MILLIS = 1_100;

    private static final double LEAST_GUESS = 0.6;
    private static final double GREATEST_GUESS = 0.9;

    private final DataFolder folder;

    public OnlineSuite(DataFolder folder) {
        this.folder = requireNonNull(folder, "folder");
    }

    @Override
    public String name() {
        return "online";
    }

    /** {@inheritDoc} Labels are the number of requests; nothing is learned beforehand, so that there is no training file. */
    @Override
    public EvaluationReport run(EvaluationOptions options, Consumer<String> progress) throws IOException {
        if (options.train().isPresent()) {
            throw new InvalidDataException(
                    "the suite online learns from nothing but its own outcomes: leave --train out");
        }
        Path file = options.data().isPresent() ? options.data().get() : folder.file(DATA);
        List<OutcomeRow> rows = DataFile.readOutcomes(file);
        int requests = Math.min(options.labels().orElse(REQUESTS), rows.size());
        List<Map<String, List<ModelOutcome>>> runs = new ArrayList<>();
        for (int seed = 0; seed < options.seeds(); seed++) {
            List<OutcomeRow> shuffled = new ArrayList<>(rows);
            Collections.shuffle(shuffled, new Random(seed));
            String run = "seed " + (seed + 1) + " of " + options.seeds();
            runs.add(simulate(
                    shuffled.subList(0, requests), new Random(seed), part -> progress.accept(run + ", " + part)));
        }
        return report(runs);
    }

    /** What each way of choosing got for each request. */
    private static Map<String, List<ModelOutcome>> simulate(
            List<OutcomeRow> requests, Random random, Consumer<String> progress) throws IOException {
        Map<String, Double> prices = prices(requests);
        List<String> models = List.copyOf(prices.keySet());
        String cheapest = Collections.min(models, Comparator.comparingDouble(prices::get));
        String dearest = Collections.max(models, Comparator.comparingDouble(prices::get));
        String best = Collections.max(models, Comparator.comparingDouble(model -> meanScore(requests, model)));
        Map<String, List<ModelOutcome>> outcomes = new LinkedHashMap<>();
        outcomes.put("tiny dancer", routed(requests, prices, progress));
        outcomes.put("always the dearest", always(requests, dearest));
        outcomes.put("always the cheapest", always(requests, cheapest));
        outcomes.put(
                "random",
                requests.stream()
                        .map(request -> request.outcome(models.get(random.nextInt(models.size()))))
                        .toList());
        outcomes.put("always the best in hindsight", always(requests, best));
        return outcomes;
    }

    private static List<ModelOutcome> always(List<OutcomeRow> requests, String model) {
        return requests.stream().map(request -> request.outcome(model)).toList();
    }

    /** The mean cost of a call of each model that every request has an outcome of, in US dollars. */
    private static Map<String, Double> prices(List<OutcomeRow> requests) {
        TreeSet<String> models = new TreeSet<>(requests.getFirst().outcomes().keySet());
        requests.forEach(request -> models.retainAll(request.outcomes().keySet()));
        Map<String, Double> prices = new TreeMap<>();
        for (String model : models) {
            double price = requests.stream()
                    .mapToDouble(request -> request.outcome(model).costUsd())
                    .average()
                    .orElseThrow();
            if (Double.isNaN(price)) {
                throw new InvalidDataException("the requests do not all have a cost_usd of \"" + model + "\"");
            }
            prices.put(model, price);
        }
        if (prices.size() < 2) {
            throw new InvalidDataException("the requests have fewer than two models in common");
        }
        return prices;
    }

    private static double meanScore(List<OutcomeRow> requests, String model) {
        return requests.stream()
                .mapToDouble(request -> request.outcome(model).score())
                .average()
                .orElseThrow();
    }

    private static List<ModelOutcome> routed(
            List<OutcomeRow> requests, Map<String, Double> prices, Consumer<String> progress) throws IOException {
        List<ModelOutcome> outcomes = new ArrayList<>();
        try (BenchmarkedEngine engine = BenchmarkedEngine.start();
                Connection connection = engine.connect()) {
            register(connection, prices);
            for (OutcomeRow request : requests) {
                outcomes.add(routed(connection, request));
                if (outcomes.size() % BURST == 0) {
                    Thread.sleep(PAUSE_MILLIS);
                }
                if (outcomes.size() % (BURST * PARTS) == 0) {
                    progress.accept(outcomes.size() + " of " + requests.size() + " requests");
                }
            }
        } catch (SQLException e) {
            throw new IOException("the simulation stopped: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the simulation was interrupted", e);
        }
        return outcomes;
    }

    private static void register(Connection connection, Map<String, Double> prices) throws SQLException {
        double least = Math.log(Collections.min(prices.values()));
        double greatest = Math.log(Collections.max(prices.values()));
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT ruvector_register_agent(?, 'llm', ARRAY['general'], cost_per_call := ?,
                    avg_latency_ms := 1000, quality_score := ?)""")) {
            for (Map.Entry<String, Double> price : prices.entrySet()) {
                double share = (Math.log(price.getValue()) - least) / (greatest - least);
                statement.setString(1, price.getKey());
                statement.setDouble(2, price.getValue());
                statement.setDouble(3, LEAST_GUESS + share * (GREATEST_GUESS - LEAST_GUESS));
                statement.execute();
            }
        }
    }

    private static ModelOutcome routed(Connection connection, OutcomeRow request) throws SQLException {
        try (PreparedStatement route =
                        connection.prepareStatement("SELECT agent_name, decision_id FROM ruvector_route(?)");
                PreparedStatement record = connection.prepareStatement(
                        "SELECT ruvector_record_outcome(?::uuid, true, cost := ?, quality := ?)")) {
            route.setString(1, request.prompt());
            try (ResultSet decision = route.executeQuery()) {
                decision.next();
                ModelOutcome outcome = request.outcome(decision.getString(1));
                record.setString(1, decision.getString(2));
                record.setDouble(2, outcome.costUsd());
                record.setDouble(3, outcome.score());
                record.execute();
                return outcome;
            }
        }
    }

    /** The whole of each way first, then its parts in the order of time. */
    private EvaluationReport report(List<Map<String, List<ModelOutcome>>> runs) {
        List<EvaluationResult> results = new ArrayList<>();
        List<CurveSeries> curves = new ArrayList<>();
        for (String way : runs.getFirst().keySet()) {
            List<List<ModelOutcome>> repetitions =
                    runs.stream().map(run -> requireNonNull(run.get(way))).toList();
            results.add(result(results.isEmpty() ? name() : name() + "/" + way, repetitions));
            List<CurveSeries.Point> points = new ArrayList<>();
            int requests = repetitions.getFirst().size();
            for (int part = 0; part < PARTS; part++) {
                int from = requests * part / PARTS;
                int to = requests * (part + 1) / PARTS;
                EvaluationResult figures = result(
                        "%s/%s, requests %d to %d".formatted(name(), way, from + 1, to),
                        repetitions.stream().map(run -> run.subList(from, to)).toList());
                results.add(figures);
                points.add(new CurveSeries.Point(
                        to, requireNonNull(figures.metrics().get("good"))));
            }
            curves.add(new CurveSeries("good answers over time", way, points));
        }
        return new EvaluationReport(
                name(), results, new CurvePlot.Axes("requests", "mean score of the last quarter"), curves);
    }

    private static EvaluationResult result(String name, List<List<ModelOutcome>> repetitions) {
        return EvaluationResult.mean(
                name, repetitions.stream().map(OnlineSuite::metrics).toList());
    }

    private static Map<String, Double> metrics(List<ModelOutcome> outcomes) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(
                "good",
                outcomes.stream().mapToDouble(ModelOutcome::score).average().orElseThrow());
        metrics.put(
                "cost_per_1000_usd",
                1_000
                        * outcomes.stream()
                                .mapToDouble(ModelOutcome::costUsd)
                                .average()
                                .orElseThrow());
        return metrics;
    }
}
