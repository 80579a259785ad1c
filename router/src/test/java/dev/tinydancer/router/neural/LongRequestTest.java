package dev.tinydancer.router.neural;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.vector.VectorMath;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short request beside 2,000 words of something else, in each category and at each place. */
final class LongRequestTest {

    private static final RequestEncoder ENCODER = RequestEncoder.standard();
    private static final int WORDS = 2_000;

    /** Two of each category. */
    private static final List<String> REQUESTS = List.of(
            "What are the strengths and weaknesses of this proposal?",
            "Compare the two approaches and discuss which is the better one.",
            "Is the mood of this review positive, negative or neutral?",
            "Classify the ticket as billing, delivery or technical.",
            "Write a Python function that merges two sorted lists.",
            "Implement a queue with two stacks in Java.",
            "hello, how are you doing today?",
            "thanks a lot, that was very kind of you!",
            "Write a short poem about the first snow.",
            "Tell a bedtime story about a dragon who is afraid of mice.",
            "Why do I get a NullPointerException in this loop? Please fix it.",
            "My program crashes with a segmentation fault, what is wrong with it?",
            "Extract all names and email addresses from the text.",
            "List every date that is mentioned, as a JSON array.",
            "Who was the first person on the moon?",
            "What is the capital of Australia?",
            "A farmer has 17 sheep and buys 5 more. How many has he now?",
            "Solve the equation 3x + 7 = 22.",
            "If all cats are animals and Tom is a cat, is Tom an animal?",
            "Anna is taller than Ben, and Ben is taller than Carl. Who is the shortest?",
            "Summarize the text in three sentences.",
            "Give me a brief summary of the main points.",
            "Translate into Dutch: where is the station?",
            "How do you say good morning in French?");

    /** What stands around the request. */
    enum Material {
        INSTRUCTIONS(
                "You are the assistant of a travel agency.",
                "Always be polite, and never argue with a traveller.",
                "Do not mention the commission that the agency gets.",
                "Use short sentences and avoid technical words.",
                "When a flight is cancelled, offer the next one.",
                "Children under two years travel free of charge.",
                "Never promise a refund before the airline has agreed.",
                "If you do not know something, say that a colleague will call back.",
                "Bookings can be changed until two days before departure.",
                "Quote prices in euros, taxes included."),
        PROSE(
                "The river rises in the hills above the town and reaches the sea after ninety miles.",
                "In spring the meadows along its banks stand under water for weeks.",
                "A mill was built there in 1740, of which only the foundations are left.",
                "The bridge was opened by the mayor on a rainy afternoon in October.",
                "Fishermen complain that there are fewer salmon than in their fathers' days.",
                "Most of the houses are of grey stone, with slate roofs and small windows.",
                "The railway came late and left early, and its line is a cycle path now.",
                "On market days the square is full of people from the villages around."),
        CODE(
                "def area(width, height):",
                "    return width * height",
                "for row in table.rows():",
                "    totals[row.key] += row.amount",
                "public void close() throws IOException {",
                "    stream.flush();",
                "}",
                "if (buffer.remaining() < 8) {",
                "    buffer = grow(buffer);",
                "const settings = await load(path);",
                "SELECT city, sum(amount) FROM sales GROUP BY city;",
                "return new Point(x + dx, y + dy);"),
        JSON(
                "{\"id\": 4711, \"city\": \"Turin\", \"open\": true, \"stars\": 4.5},",
                "{\"id\": 4712, \"city\": \"Malmö\", \"open\": false, \"stars\": 3.9},",
                "{\"order\": {\"lines\": [1, 2, 3], \"total\": 99.5, \"currency\": \"EUR\"}},",
                "{\"user\": \"u-17\", \"roles\": [\"reader\", \"editor\"], \"active\": true},"),
        LOGS(
                "2026-05-01 08:15:02 INFO [main] listening on port 8080",
                "2026-05-01 08:15:09 WARN [pool-2] connection 17 was closed by the other side",
                "2026-05-01 08:16:44 ERROR [pool-1] could not write block 5512: no space left on device",
                "2026-05-01 08:17:30 DEBUG [pool-3] cache hit for key session:8812",
                "10.1.2.3 - - [01/May/2026:08:18:00 +0000] \"GET /health HTTP/1.1\" 200 17");

        private final String text;

        Material(String... lines) {
            text = String.join("\n", lines);
        }

        String text(int words, Random random) {
            List<String> lines = text.lines().toList();
            StringBuilder longer = new StringBuilder();
            for (int count = 0; count < words; ) {
                String line = lines.get(random.nextInt(lines.size()));
                longer.append(line).append(this == PROSE && random.nextInt(4) > 0 ? " " : "\n");
                count += line.strip().split("\\s+").length;
            }
            return longer.toString();
        }
    }

    /** By the first and the last words alone, which is what is read of shorter texts, four to five in ten have it. */
    @ParameterizedTest
    @EnumSource
    void encode_shortRequestBesideALongText_hasMostlyTheCategoryOfTheRequest(Material material) {
        Random random = new Random(1);
        Supplier<String> whole = () -> material.text(WORDS, random);
        Supplier<String> half = () -> material.text(WORDS / 2, random);
        List<String> others = new ArrayList<>();
        for (String request : REQUESTS) {
            String category = ENCODER.classify(request).topCategory();
            for (String text : List.of(
                    request + "\n\n" + whole.get(),
                    half.get() + "\n" + request + "\n\n" + half.get(),
                    whole.get() + "\n" + request)) {
                RequestFeatures features = ENCODER.encode(text);
                assertThat(features.excerpt()).isNotNull();
                if (!features.topCategory().equals(category)) {
                    others.add(request);
                }
            }
        }
        assertThat(others).hasSizeLessThanOrEqualTo(3 * REQUESTS.size() * 3 / 10);
    }

    @Test
    void classify_longText_isAsEncoded() {
        String text = Material.LOGS.text(WORDS, new Random(2)) + "\nTranslate into Dutch: where is the station?";

        assertThat(ENCODER.classify(text).topCategory())
                .isEqualTo(ENCODER.encode(text).topCategory())
                .isEqualTo("translation");
    }

    /** What came of the one task says little of the other, whatever text they have in common. */
    @ParameterizedTest
    @EnumSource
    void encode_twoTasksOnOneLongText_haveTwoDirections(Material material) {
        String text = material.text(WORDS, new Random(4)) + "\n";
        Material another = material == Material.PROSE ? Material.LOGS : Material.PROSE;
        String other = another.text(WORDS, new Random(5)) + "\n";
        String task = "Solve the equation 3x + 7 = 22.";
        float[] embedding = ENCODER.encode(text + task).embedding();

        assertThat(VectorMath.dot(
                        embedding,
                        ENCODER.encode(text + "Translate the text into Dutch.").embedding()))
                .isLessThan(0.95f);
        assertThat(VectorMath.dot(embedding, ENCODER.encode(other + task).embedding()))
                .isGreaterThan(0.4f);
        assertThat(VectorMath.dot(embedding, embedding)).isCloseTo(1, within(1e-5f));
    }

    @Test
    void encode_textOfUsualLength_isReadAsBefore() {
        String text = Stream.of(Material.PROSE.text(400, new Random(3)), "Summarize the text in three sentences.")
                .reduce("", (all, part) -> all + part + "\n");
        RequestEncoder ends = new RequestEncoder(ENCODER.embedder(), ENCODER.classifier());

        assertThat(ENCODER.encode(text).excerpt()).isNull();
        assertThat(ENCODER.encode(text).categories())
                .isEqualTo(ends.encode(text).categories());
    }

    @Test
    void encode_longTextWithoutARequest_isRead() {
        for (String text : List.of("?".repeat(5_000), "a ".repeat(5_000), "语".repeat(3_000), "x\n".repeat(4_000))) {
            RequestFeatures features = ENCODER.encode(text);
            assertThat(requireNonNull(features.excerpt()).read()).isBetween(1, 100);
        }
    }
}
