package dev.tinydancer.benchmark.evaluation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads evaluation data: JSON Lines in UTF-8, gzip-compressed where the name ends in {@code .gz}, one object a line.
 * Unknown fields are ignored, blank lines skipped.
 */
public final class DataFile {

    private static final JsonMapper JSON = new JsonMapper();

    private DataFile() {}

    /**
     * The rows of a file of outcomes: {@code id}, {@code source}, {@code prompt}, optional {@code split}, and {@code
     * outcomes}, an object from model to {@code {"score", "cost_usd"?, "input_tokens"?, "output_tokens"?}}.
     *
     * @throws InvalidDataException if a line is not of that form; the message names file, line and field
     * @throws IOException if the file cannot be read
     */
    public static List<OutcomeRow> readOutcomes(Path file) throws IOException {
        return read(file, DataFile::outcomeRow);
    }

    /**
     * The rows of a file of intents: {@code text}, {@code intent}, {@code split}.
     *
     * @throws InvalidDataException if a line is not of that form; the message names file, line and field
     * @throws IOException if the file cannot be read
     */
    public static List<IntentRow> readIntents(Path file) throws IOException {
        return read(file, node -> new IntentRow(text(node, "text"), text(node, "intent"), text(node, "split")));
    }

    /**
     * The {@code text} of every row of a file.
     *
     * @throws InvalidDataException if a line is not of that form; the message names file, line and field
     * @throws IOException if the file cannot be read
     */
    public static List<String> readTexts(Path file) throws IOException {
        return read(file, node -> text(node, "text"));
    }

    /**
     * The subject area of each intent in a file of intents that have a {@code domain}.
     *
     * @throws InvalidDataException if a line is not of that form; the message names file, line and field
     * @throws IOException if the file cannot be read
     */
    public static Map<String, String> readDomains(Path file) throws IOException {
        Map<String, String> domains = new LinkedHashMap<>();
        read(file, node -> domains.put(text(node, "intent"), text(node, "domain")));
        return domains;
    }

    private static <T> List<T> read(Path file, Function<JsonNode, T> parser) throws IOException {
        List<T> rows = new ArrayList<>();
        try (InputStream raw = Files.newInputStream(file);
                InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader lines = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    rows.add(parse(file, number, line, parser));
                }
            }
        }
        if (rows.isEmpty()) {
            throw new InvalidDataException(file + " has no rows");
        }
        return rows;
    }

    private static <T> T parse(Path file, int number, String line, Function<JsonNode, T> parser) {
        try {
            return parser.apply(JSON.readTree(line));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new InvalidDataException(file + " line " + number + ": " + e.getMessage(), e);
        }
    }

    private static OutcomeRow outcomeRow(JsonNode node) {
        JsonNode split = node.path("split");
        Map<String, ModelOutcome> outcomes = new LinkedHashMap<>();
        JsonNode models = node.path("outcomes");
        if (!models.isObject()) {
            throw new IllegalArgumentException("field \"outcomes\" must be an object");
        }
        for (Map.Entry<String, JsonNode> model : models.properties()) {
            outcomes.put(model.getKey(), modelOutcome(model.getKey(), model.getValue()));
        }
        return new OutcomeRow(
                text(node, "id"),
                text(node, "source"),
                split.isString() ? split.stringValue() : null,
                text(node, "prompt"),
                outcomes);
    }

    private static ModelOutcome modelOutcome(String model, JsonNode node) {
        double score = number(node, "score");
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException("the outcome of \"" + model + "\" has no score");
        }
        return new ModelOutcome(
                score, number(node, "cost_usd"), number(node, "input_tokens"), number(node, "output_tokens"));
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isString()) {
            throw new IllegalArgumentException("field \"" + field + "\" must be a string");
        }
        return value.stringValue();
    }

    private static double number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Double.NaN;
        }
        if (!value.isNumber()) {
            throw new IllegalArgumentException("field \"" + field + "\" must be a number");
        }
        return value.doubleValue();
    }
}
