package dev.tinydancer.training.demand;

import dev.tinydancer.training.demand.DemandRequest.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The public requests that demand is learned from, as they stand in the data folder: intents, labelled requests, the
 * questions of benchmarks without their outcomes, and requests that were collected for being demanding.
 */
public final class DemandRequests {

    private static final JsonMapper JSON = new JsonMapper();

    /** Of so many of each intent, and of each benchmark, there is enough to learn. */
    private static final int MOST_OF_AN_INTENT = 20;

    private static final int MOST_OF_A_BENCHMARK = 1_500;

    /** Labelled requests that stand in the other files, too. */
    private static final Set<String> REPEATED = Set.of("arena_hard_v0.1", "banking77_intents");

    private static final String OUTCOMES = "outcomes_";

    private DemandRequests() {}

    /**
     * All of them, chosen with a fixed seed where a file has more than enough.
     *
     * @param folder with the files of {@code ../shared/data}
     * @throws IOException if one is missing, or not of its form
     */
    public static List<DemandRequest> read(Path folder) throws IOException {
        List<DemandRequest> requests = new ArrayList<>();
        for (String source : List.of("clinc150", "banking77")) {
            Map<String, List<DemandRequest>> intents = new LinkedHashMap<>();
            lines(
                    folder.resolve("intents_" + source + ".jsonl.gz"),
                    row -> add(
                            intents, text(row, "intent"), new DemandRequest(text(row, "text"), Kind.INTENT, source)));
            requests.addAll(some(intents, MOST_OF_AN_INTENT));
        }
        lines(folder.resolve("requests_labelled.jsonl.gz"), row -> {
            String source = text(row, "source");
            if (!REPEATED.contains(source)) {
                requests.add(new DemandRequest(text(row, "text"), Kind.LABELLED, source));
            }
        });
        lines(
                folder.resolve("requests_demanding.jsonl.gz"),
                row -> requests.add(new DemandRequest(text(row, "text"), Kind.CHOSEN, text(row, "source"))));
        Map<String, List<DemandRequest>> benchmarks = new LinkedHashMap<>();
        for (Path file : outcomeFiles(folder)) {
            String name = fileName(file).substring(OUTCOMES.length()).replaceFirst("\\..*", "");
            lines(file, row -> {
                String benchmark = benchmark(name, text(row, "source"));
                add(benchmarks, benchmark, new DemandRequest(text(row, "prompt"), Kind.BENCHMARK, benchmark));
            });
        }
        requests.addAll(some(benchmarks, MOST_OF_A_BENCHMARK));
        return requests;
    }

    /** The name of a benchmark: the file's, and the first part of the source that tells more. */
    private static String benchmark(String file, String source) {
        String[] parts = source.split("/");
        boolean repeats = parts.length > 1 && parts[0].equals(file);
        return file + "/" + parts[repeats ? 1 : 0];
    }

    /** The files of outcomes, by name. */
    public static List<Path> outcomeFiles(Path folder) throws IOException {
        Set<Path> files = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, OUTCOMES + "*.jsonl.gz")) {
            entries.forEach(files::add);
        }
        if (files.isEmpty()) {
            throw new IOException("there is no file of outcomes in " + folder);
        }
        return List.copyOf(files);
    }

    private static String fileName(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static void add(Map<String, List<DemandRequest>> groups, String group, DemandRequest request) {
        groups.computeIfAbsent(group, name -> new ArrayList<>()).add(request);
    }

    private static List<DemandRequest> some(Map<String, List<DemandRequest>> groups, int most) {
        List<DemandRequest> some = new ArrayList<>();
        Random random = new Random(1);
        for (List<DemandRequest> group : groups.values()) {
            Collections.shuffle(group, random);
            some.addAll(group.subList(0, Math.min(most, group.size())));
        }
        return some;
    }

    private static void lines(Path file, Consumer<JsonNode> consumer) throws IOException {
        int number = 0;
        try (InputStream raw = Files.newInputStream(file);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(new GZIPInputStream(raw), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                consumer.accept(JSON.readTree(line));
            }
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(file + ", line " + number + ": " + e.getMessage(), e);
        }
    }

    private static String text(JsonNode row, String field) {
        JsonNode value = row.path(field);
        if (!value.isString()) {
            throw new IllegalArgumentException("field \"" + field + "\" must be a string");
        }
        return value.stringValue();
    }
}
