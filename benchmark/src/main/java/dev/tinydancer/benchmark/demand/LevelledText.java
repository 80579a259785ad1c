package dev.tinydancer.benchmark.demand;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request that somebody found easy or hard.
 *
 * @param level {@code easy} or {@code hard}
 * @param isUnusual whether its length is not that of its level: a long easy one, or a short hard one
 */
record LevelledText(String text, String level, boolean isUnusual) {

    private static final JsonMapper JSON = new JsonMapper();

    LevelledText {
        requireNonNull(text, "text");
        requireNonNull(level, "level");
    }

    /**
     * The rows of a file of JSON Lines with {@code text}, {@code level} and, for unusual ones, {@code shape}.
     *
     * @throws IOException if a line is not of that form
     */
    static List<LevelledText> read(Path file) throws IOException {
        List<LevelledText> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            try {
                JsonNode row = JSON.readTree(line);
                rows.add(new LevelledText(
                        row.path("text").stringValue(), row.path("level").stringValue(), row.has("shape")));
            } catch (JacksonException e) {
                throw new IOException(file + " line " + (rows.size() + 1) + ": " + e.getMessage(), e);
            }
        }
        return rows;
    }
}
