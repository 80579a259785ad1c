package dev.tinydancer.router.embedding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Real prompts from the data folder, for the tests that can do with more than what they make up. */
final class PromptData {

    private static final String FILE = "requests_labelled.jsonl.gz";
    private static final Path DEFAULT_FOLDER = Path.of("..", "..", "shared", "data");

    private PromptData() {}

    /** The first {@code count} labelled requests, or none when there is no data folder. */
    static List<String> sample(int count) throws IOException {
        String folder = System.getenv("TINY_DANCER_DATA");
        Path file = (folder == null ? DEFAULT_FOLDER : Path.of(folder)).resolve(FILE);
        List<String> texts = new ArrayList<>();
        if (!Files.isReadable(file)) {
            return texts;
        }
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            String line;
            while (texts.size() < count && (line = lines.readLine()) != null) {
                JsonNode row = json.readTree(line);
                texts.add(row.get("text").asString());
            }
        }
        return texts;
    }
}
