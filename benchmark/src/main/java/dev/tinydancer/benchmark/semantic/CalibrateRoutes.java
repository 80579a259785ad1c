package dev.tinydancer.benchmark.semantic;

import static java.util.stream.Collectors.groupingBy;

import dev.tinydancer.benchmark.evaluation.ClassificationMetrics;
import dev.tinydancer.benchmark.evaluation.DataFile;
import dev.tinydancer.router.embedding.SentenceEmbedder;
import dev.tinydancer.router.embedding.WordPieceTokenizer;
import dev.tinydancer.router.semantic.LabelledQuery;
import dev.tinydancer.router.semantic.RouteAccuracy;
import dev.tinydancer.router.semantic.RouteCalibration;
import dev.tinydancer.router.semantic.RouteConditions;
import dev.tinydancer.router.semantic.RouteContext;
import dev.tinydancer.router.semantic.RouteFit;
import dev.tinydancer.router.semantic.RouteFitter;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.RouteMatch;
import dev.tinydancer.router.semantic.RouteScoring;
import dev.tinydancer.router.semantic.SemanticRoute;
import dev.tinydancer.router.semantic.Utterance;
import dev.tinydancer.training.semantic.CalibrationTopic;
import dev.tinydancer.training.semantic.RouteCalibrator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Fits {@link RouteCalibration#BGE_SMALL} on the training rows of CLINC150 and prints it, then what it is worth on rows
 * that took no part: CLINC150's test rows, and Banking77, which played no part at all.
 *
 * <p>{@code java --add-modules jdk.incubator.vector -cp CLASSPATH
 * dev.tinydancer.benchmark.semantic.CalibrateRoutes DATA REPORT}, with this module and its dependencies on the class path and
 * the folder of the data sets.
 */
public final class CalibrateRoutes {

    private static final long SEED = 1;
    private static final int SEEDS = 3;
    private static final int QUERIES_PER_INTENT = 10;
    private static final int OUT_OF_SCOPE = 500;
    private static final Set<String> TRAINING = Set.of("train", "val");
    private static final Set<String> TEST = Set.of("test");
    private static final int[] UTTERANCES = {1, 3, 5, 10};
    private static final RouteContext ANYBODY = RouteContext.at(Instant.EPOCH);

    /** What a user might call CLINC150's domains. Small talk and meta are no subject, so they are left out. */
    private static final Map<String, String> DOMAINS = Map.of(
            "banking", "Questions about banking",
            "credit_cards", "Questions about credit cards",
            "kitchen_and_dining", "Kitchen and dining",
            "home", "Smart home and household requests",
            "auto_and_commute", "Car and commute questions",
            "travel", "Travel planning and requests",
            "utility", "Timers, calculations and other utilities",
            "work", "Work and human resources questions");

    private final IntentTexts clinc;
    private final IntentTexts banking;
    private final Map<String, String> domains;
    private final PrintStream out;

    private CalibrateRoutes(IntentTexts clinc, IntentTexts banking, Map<String, String> domains, PrintStream out) {
        this.clinc = clinc;
        this.banking = banking;
        this.domains = domains;
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("expected the folder of the data sets and the file to write, got "
                    + arguments.length + " arguments");
        }
        Path folder = Path.of(arguments[0]);
        Path clinc = folder.resolve("intents_clinc150.jsonl.gz");
        try (SentenceEmbedder embedder = new SentenceEmbedder(WordPieceTokenizer.bgeSmall());
                PrintStream report = new PrintStream(arguments[1], StandardCharsets.UTF_8)) {
            new CalibrateRoutes(
                            IntentTexts.read(clinc, embedder),
                            IntentTexts.read(folder.resolve("intents_banking77.jsonl.gz"), embedder),
                            DataFile.readDomains(clinc),
                            report)
                    .run();
        }
    }

    private void run() {
        RouteScoring scoring = RouteCalibration.BGE_SMALL.scoring();
        RouteCalibration fitted = new RouteCalibrator(scoring, SEED)
                .calibrate(
                        List.of(intentTopics(), domainTopics()),
                        clinc.outOfScope(TRAINING, CalibrationTopic.LEAST_EXAMPLES));
        out.println(fitted);
        out.println("CLINC150 test, 150 intents, accuracy by utterances per route " + Arrays.toString(UTTERANCES));
        printAccuracy("nearest utterance", new RouteScoring(1000, 0, 0), fitted);
        printAccuracy("centre", new RouteScoring(0, 0, 0), fitted);
        printAccuracy("mixture", new RouteScoring(scoring.sharpness(), 0, 0), fitted);
        printAccuracy("mixture and wording", new RouteScoring(scoring.sharpness(), scoring.lexicalWeight(), 0), fitted);
        printAbstention("CLINC150", clinc, fitted, clinc.outOfScope(TEST, OUT_OF_SCOPE));
        printAbstention("Banking77", banking, fitted, List.of());
    }

    private List<CalibrationTopic> intentTopics() {
        List<CalibrationTopic> topics = new ArrayList<>();
        clinc.byIntent(TRAINING, CalibrationTopic.LEAST_EXAMPLES)
                .forEach((intent, texts) ->
                        topics.add(new CalibrationTopic(clinc.embed(intent.replace('_', ' ')), texts)));
        return topics;
    }

    private List<CalibrationTopic> domainTopics() {
        Map<String, List<Utterance>> byIntent = clinc.byIntent(TRAINING, CalibrationTopic.LEAST_EXAMPLES);
        Map<String, List<Utterance>> byDomain = new LinkedHashMap<>();
        byIntent.forEach((intent, texts) -> byDomain.computeIfAbsent(
                        domains.getOrDefault(intent, ""), domain -> new ArrayList<>())
                .addAll(texts));
        List<CalibrationTopic> topics = new ArrayList<>();
        new TreeMap<>(DOMAINS)
                .forEach((domain, description) -> topics.add(
                        new CalibrationTopic(clinc.embed(description), byDomain.getOrDefault(domain, List.of()))));
        return topics;
    }

    private void printAccuracy(String name, RouteScoring scoring, RouteCalibration calibration) {
        RouteCalibration variant = new RouteCalibration(scoring, calibration.threshold(), calibration.confidence());
        Map<String, List<Utterance>> training = clinc.byIntent(TRAINING, CalibrationTopic.LEAST_EXAMPLES);
        List<LabelledQuery> queries = labelled(clinc.byIntent(TEST, QUERIES_PER_INTENT));
        StringBuilder line = new StringBuilder(String.format("  %-20s", name));
        for (int utterances : UTTERANCES) {
            double right = 0;
            for (int seed = 0; seed < SEEDS; seed++) {
                RouteIndex index = RouteIndex.of(routes(training, utterances, 0.0, seed), variant);
                right += queries.stream()
                        .filter(query -> nameOfBest(index, query.query()).equals(query.routeName()))
                        .count();
            }
            line.append(String.format(" %6.3f", right / SEEDS / queries.size()));
        }
        out.println(line);
    }

    /** Half of the intents are routes; queries of the other half, and those out of scope, belong to none. */
    private void printAbstention(
            String name, IntentTexts texts, RouteCalibration calibration, List<Utterance> outOfScope) {
        Map<String, List<Utterance>> training = texts.byIntent(TRAINING, CalibrationTopic.LEAST_EXAMPLES);
        List<LabelledQuery> test = labelled(texts.byIntent(TEST, QUERIES_PER_INTENT));
        for (int count : new int[] {2, 10, training.size() / 2}) {
            for (int utterances : UTTERANCES) {
                List<SemanticRoute> all = routes(training, utterances, null, SEED);
                Collections.shuffle(all, new Random(SEED));
                RouteIndex index = RouteIndex.of(all.subList(0, count), calibration);
                List<LabelledQuery> queries = new ArrayList<>();
                test.forEach(query -> queries.add(new LabelledQuery(
                        query.query(),
                        index.find(String.valueOf(query.routeName())).isPresent() ? query.routeName() : null)));
                outOfScope.forEach(query -> queries.add(new LabelledQuery(query, null)));
                printAbstention(name, index, utterances, queries);
            }
        }
    }

    private void printAbstention(String name, RouteIndex index, int utterances, List<LabelledQuery> queries) {
        RouteFit fit = new RouteFitter(SEED).fit(index, queries);
        out.printf(
                "  %-9s %3d routes of %2d: default %s, fitted %s, confidence off by %.3f%n",
                name,
                index.routes().size(),
                utterances,
                shown(fit.before()),
                shown(fit.after()),
                calibrationError(index, queries));
    }

    private static String shown(RouteAccuracy accuracy) {
        return String.format(
                "balanced %.3f (matched %.3f, abstained %.3f)",
                accuracy.balanced(), accuracy.matched(), accuracy.abstained());
    }

    /** The expected calibration error of the best route's confidence, queries with and without a route counting alike. */
    private static double calibrationError(RouteIndex index, List<LabelledQuery> queries) {
        Map<Boolean, List<LabelledQuery>> byKind =
                queries.stream().collect(groupingBy(query -> query.routeName() != null));
        List<LabelledQuery> routed = byKind.getOrDefault(true, List.of());
        List<LabelledQuery> others = new ArrayList<>(byKind.getOrDefault(false, List.of()));
        Collections.shuffle(others, new Random(SEED));
        List<LabelledQuery> balanced = new ArrayList<>(routed);
        balanced.addAll(others.subList(0, Math.min(routed.size(), others.size())));
        RouteIndex open = index.updated(index.routes().stream()
                .map(route -> route.withScoreThreshold(0))
                .toList());
        double[] confidences = new double[balanced.size()];
        double[] right = new double[balanced.size()];
        for (int i = 0; i < balanced.size(); i++) {
            LabelledQuery query = balanced.get(i);
            RouteMatch best = best(open, query.query());
            confidences[i] = best.confidence();
            right[i] = best.route().name().equals(query.routeName()) ? 1 : 0;
        }
        return ClassificationMetrics.expectedCalibrationError(confidences, right);
    }

    private static List<SemanticRoute> routes(
            Map<String, List<Utterance>> training, int utterances, @Nullable Double threshold, long seed) {
        Random random = new Random(seed);
        List<SemanticRoute> routes = new ArrayList<>();
        training.forEach((intent, texts) -> {
            List<Utterance> chosen = new ArrayList<>(texts);
            Collections.shuffle(chosen, random);
            routes.add(new SemanticRoute(
                    intent, "", chosen.subList(0, utterances), "agent", 0, RouteConditions.NONE, threshold));
        });
        return routes;
    }

    private static List<LabelledQuery> labelled(Map<String, List<Utterance>> byIntent) {
        List<LabelledQuery> queries = new ArrayList<>();
        byIntent.forEach((intent, texts) -> texts.forEach(text -> queries.add(new LabelledQuery(text, intent))));
        return queries;
    }

    private static String nameOfBest(RouteIndex index, Utterance query) {
        return best(index, query).route().name();
    }

    private static RouteMatch best(RouteIndex index, Utterance query) {
        return index.match(query.text(), query.toArray(), 1, ANYBODY).getFirst();
    }
}
