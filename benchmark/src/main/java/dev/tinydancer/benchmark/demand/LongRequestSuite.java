package dev.tinydancer.benchmark.demand;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.benchmark.evaluation.CurvePlot;
import dev.tinydancer.benchmark.evaluation.DataFolder;
import dev.tinydancer.benchmark.evaluation.EvaluationOptions;
import dev.tinydancer.benchmark.evaluation.EvaluationReport;
import dev.tinydancer.benchmark.evaluation.EvaluationResult;
import dev.tinydancer.benchmark.evaluation.EvaluationSuite;
import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.neural.DemandModel;
import dev.tinydancer.router.neural.RequestClassifier;
import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.training.classifier.JsonLinesRequests;
import dev.tinydancer.training.classifier.LabelledRequest;
import dev.tinydancer.training.demand.DemandOptions;
import dev.tinydancer.training.demand.DemandRequest;
import dev.tinydancer.training.demand.DemandRequests;
import dev.tinydancer.training.demand.DemandTrainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Short requests behind, within and before 2,000 words of something else: how often the category is that of the request
 * alone. The demand model, which finds the request, is trained without the sources of those that are asked; the classifier
 * is the one in use. Beside it stands what the classifier says that reads the first and the last words of everything.
 */
public final class LongRequestSuite implements EvaluationSuite {

    /** One in so many sources is left out of the training, and asked. */
    private static final int FOLDS = 4;

    private static final int FOLD = 1;
    private static final int MOST_OF_A_CATEGORY = 25;
    private static final int WORDS = 2_000;

    private final DataFolder folder;
    private final StaticEmbedder embedder;

    /** @param embedder what the demand model is trained with */
    public LongRequestSuite(DataFolder folder, StaticEmbedder embedder) {
        this.folder = requireNonNull(folder, "folder");
        this.embedder = requireNonNull(embedder, "embedder");
    }

    @Override
    public String name() {
        return "long";
    }

    @Override
    public EvaluationReport run(EvaluationOptions options, Consumer<String> progress) throws IOException {
        progress.accept("training the demand model without the sources that are asked");
        List<DemandRequest> seen = DemandRequests.read(folder.path()).stream()
                .filter(request -> !isAsked(request.source()))
                .toList();
        DemandModel demand =
                DemandModel.of(new DemandTrainer(embedder, DemandOptions.STANDARD).train(seen, epoch -> {}), embedder);
        RequestClassifier classifier = RequestClassifier.standard();
        RequestEncoder before = new RequestEncoder(embedder, classifier);
        RequestEncoder encoder = new RequestEncoder(embedder, classifier, demand);

        List<LabelledRequest> unseen = new ArrayList<>();
        new JsonLinesRequests(folder.file("requests_labelled.jsonl.gz")).forEach(request -> {
            if (isAsked(request.source())) {
                unseen.add(request);
            }
        });
        Map<String, List<double[]>> same = new LinkedHashMap<>();
        for (int seed = 0; seed < options.seeds(); seed++) {
            progress.accept("seed " + (seed + 1));
            Random random = new Random(seed);
            Collections.shuffle(unseen, random);
            Material material = Material.of(unseen);
            for (String question : questions(unseen)) {
                String alone = before.classify(question).topCategory();
                for (Material.Kind kind : Material.Kind.values()) {
                    for (Place place : Place.values()) {
                        String text = place.text(question, words -> material.text(kind, words, random));
                        double[] hits = {
                            encoder.classify(text).topCategory().equals(alone) ? 1 : 0,
                            before.classify(text).topCategory().equals(alone) ? 1 : 0
                        };
                        for (String group : List.of(
                                "all", kind.inWords(), kind.inWords() + "/" + place.inWords(), place.inWords())) {
                            same.computeIfAbsent(group, name -> new ArrayList<>())
                                    .add(hits);
                        }
                    }
                }
            }
        }
        List<EvaluationResult> results = new ArrayList<>();
        same.forEach((group, hits) -> results.add(EvaluationResult.mean("long/" + group, List.of(metrics(hits)))));
        return new EvaluationReport(name(), results, new CurvePlot.Axes("", ""), List.of());
    }

    private static boolean isAsked(String source) {
        return Math.floorMod(source.hashCode(), FOLDS) == FOLD;
    }

    /** Requests of one line, so many of each category; of those about errors, which rarely are, with what they are about. */
    private static List<String> questions(List<LabelledRequest> requests) {
        Map<String, List<String>> questions = new TreeMap<>();
        for (LabelledRequest request : requests) {
            int words = request.text().split("\\s+").length;
            boolean isAboutErrors = request.category().equals("debugging");
            if (words >= 5
                    && words <= (isAboutErrors ? 40 : 25)
                    && (isAboutErrors || !request.text().contains("\n"))
                    && request.text().chars().allMatch(letter -> letter < 0x250)) {
                List<String> some = questions.computeIfAbsent(request.category(), name -> new ArrayList<>());
                if (some.size() < MOST_OF_A_CATEGORY) {
                    some.add(request.text());
                }
            }
        }
        return questions.values().stream().flatMap(List::stream).toList();
    }

    private static Map<String, Double> metrics(List<double[]> hits) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("same", hits.stream().mapToDouble(hit -> hit[0]).average().orElse(Double.NaN));
        metrics.put(
                "same_by_ends",
                hits.stream().mapToDouble(hit -> hit[1]).average().orElse(Double.NaN));
        metrics.put("tested", (double) hits.size());
        return metrics;
    }

    /** Where the request stands. */
    private enum Place {
        BEFORE,
        WITHIN,
        BEHIND;

        /** @param material gives a text of so many words */
        String text(String question, IntFunction<String> material) {
            return switch (this) {
                case BEFORE -> question + "\n\n" + material.apply(WORDS);
                case WITHIN -> material.apply(WORDS / 2) + "\n\n" + question + "\n\n" + material.apply(WORDS / 2);
                case BEHIND -> material.apply(WORDS) + "\n\n" + question;
            };
        }

        String inWords() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
