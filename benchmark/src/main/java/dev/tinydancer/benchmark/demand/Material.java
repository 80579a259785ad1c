package dev.tinydancer.benchmark.demand;

import dev.tinydancer.training.classifier.LabelledRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;

/**
 * What stands around a request and is none: paragraphs and lines of code out of the middle of other requests, instructions
 * that were written for this, records and log lines. Nothing of it comes from the grammars of the training.
 */
final class Material {

    private static final String INSTRUCTIONS = "instructions.txt";
    private static final int SHORTEST_PARAGRAPH = 250;

    private final List<String> instructions;
    private final List<String> paragraphs;
    private final List<String> code;

    private Material(List<String> instructions, List<String> paragraphs, List<String> code) {
        this.instructions = instructions;
        this.paragraphs = paragraphs;
        this.code = code;
    }

    /** What the text is. */
    enum Kind {
        INSTRUCTIONS,
        PROSE,
        CODE,
        JSON,
        LOGS;

        String inWords() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Material out of these requests, of which the first and the last lines may be what they ask for. */
    static Material of(List<LabelledRequest> requests) throws IOException {
        List<String> paragraphs = new ArrayList<>();
        List<String> code = new ArrayList<>();
        for (LabelledRequest request : requests) {
            String[] lines = request.text().split("\n");
            for (int i = 1; i < lines.length - 1; i++) {
                if (lines[i].length() >= SHORTEST_PARAGRAPH) {
                    paragraphs.add(lines[i]);
                } else if (lines[i].matches(".*[;{})]\\s*|\\s+\\S.*=.*|(def|class|import|for|if) .*")) {
                    code.add(lines[i]);
                }
            }
        }
        try (InputStream stream = Material.class.getResourceAsStream(INSTRUCTIONS)) {
            if (stream == null) {
                throw new IllegalStateException("resource missing from the jar: " + INSTRUCTIONS);
            }
            return new Material(
                    new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)).readAllLines(),
                    paragraphs,
                    code);
        }
    }

    /** About so many words. */
    String text(Kind kind, int words, Random random) {
        return switch (kind) {
            case INSTRUCTIONS ->
                joined(
                        () -> one(instructions, random),
                        List.of(" ", "\n", "\n- ").get(random.nextInt(3)),
                        words);
            case PROSE -> joined(() -> one(paragraphs, random), "\n\n", words);
            case CODE -> joined(() -> one(code, random), "\n", words);
            case JSON -> "[\n" + joined(() -> record(random), "\n", words) + "\n]";
            case LOGS -> joined(() -> logLine(random), "\n", words);
        };
    }

    private static String joined(Supplier<String> unit, String separator, int words) {
        StringBuilder text = new StringBuilder();
        for (int count = 0; count < words; ) {
            String next = unit.get();
            text.append(text.isEmpty() ? "" : separator).append(next);
            count += next.strip().split("\\s+").length;
        }
        return text.toString();
    }

    private static String record(Random random) {
        return "  {\"id\": %d, \"customer\": \"C%d\", \"city\": \"%s\", \"amount\": %.2f, \"paid\": %s, \"items\": [\"%s\", \"chair\"]},"
                .formatted(
                        random.nextInt(100_000),
                        random.nextInt(9_999),
                        one(List.of("Oslo", "Lima", "Kyoto", "Leeds", "Graz"), random),
                        random.nextDouble() * 900,
                        random.nextBoolean(),
                        one(List.of("lamp", "desk", "shelf"), random));
    }

    private static String logLine(Random random) {
        String event = one(
                List.of(
                        "GET /api/v1/orders 200 in %d ms",
                        "connection from 10.0.%d.7 accepted",
                        "retrying request %d after timeout",
                        "user u%d logged in",
                        "could not parse row %d: unexpected token",
                        "java.lang.NullPointerException at com.acme.Order.total(Order.java:%d)",
                        "job %d finished"),
                random);
        return "2026-03-%02d 1%d:%02d:%02d %s [worker-%d] %s"
                .formatted(
                        1 + random.nextInt(28),
                        random.nextInt(10),
                        random.nextInt(60),
                        random.nextInt(60),
                        one(List.of("INFO", "WARN", "DEBUG"), random),
                        random.nextInt(8),
                        event.formatted(random.nextInt(255)));
    }

    private static String one(List<String> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }
}
