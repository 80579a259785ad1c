package dev.tinydancer.training.classifier;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Labelled requests from a file in JSON Lines, UTF-8, gzip-compressed where the name ends in {@code .gz}: one object a
 * line with {@code text}, {@code category} and {@code source}, and optionally {@code capabilities}, an array of strings.
 * Other fields are ignored, blank lines skipped. A file without sources is one source.
 */
public final class JsonLinesRequests implements LabelledRequests {

    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;

    public JsonLinesRequests(Path file) {
        this.file = Objects.requireNonNull(file, "file");
    }

    @Override
    public void forEach(Consumer<LabelledRequest> consumer) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader lines = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    consumer.accept(parse(line, number));
                }
            }
        }
    }

    private LabelledRequest parse(String line, int number) throws IOException {
        try {
            JsonNode row = JSON.readTree(line);
            String source = text(row.get("source"), "source");
            return new LabelledRequest(
                    required(row, "text"),
                    required(row, "category"),
                    source == null ? file.getFileName().toString() : source,
                    capabilities(row.path("capabilities")));
        } catch (JacksonException | IllegalArgumentException e) {
            String reason = e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
            throw new IOException(file + ", line " + number + ": " + reason, e);
        }
    }

    private static String required(JsonNode row, String field) {
        String value = text(row.get(field), field);
        if (value == null) {
            throw new IllegalArgumentException("field \"" + field + "\" is missing");
        }
        return value;
    }

    private static @Nullable String text(@Nullable JsonNode node, String field) {
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isString()) {
            throw new IllegalArgumentException("field \"" + field + "\" must be a string, found " + node.getNodeType());
        }
        return node.stringValue();
    }

    private static Set<String> capabilities(JsonNode node) {
        Set<String> capabilities = new TreeSet<>();
        if (node.isMissingNode() || node.isNull()) {
            return capabilities;
        }
        if (!node.isArray()) {
            throw new IllegalArgumentException("field \"capabilities\" must be an array, found " + node.getNodeType());
        }
        for (JsonNode word : node) {
            if (!word.isString()) {
                throw new IllegalArgumentException(
                        "field \"capabilities\" must hold strings, found " + word.getNodeType());
            }
            capabilities.add(word.stringValue());
        }
        return capabilities;
    }
}
