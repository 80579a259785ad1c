package dev.tinydancer.training.classifier;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which capabilities a labelled request needs, where its label says no more than the category:
 *
 * <pre>
 * analysis         analysis, reasoning; code-execution if the text names a data file or data set
 * classification   classification, simple-tasks
 * code             code, code-execution; testing if the text asks for tests
 * conversation     conversation, fast-response
 * creative_writing creative
 * debugging        debugging, code, code-execution, testing
 * extraction       extraction, simple-tasks
 * knowledge_qa     knowledge, simple-tasks; fast-response if it is short
 * math             math, reasoning
 * reasoning        reasoning
 * summarization    summarization, simple-tasks
 * translation      translation; fast-response if it is short
 * </pre>
 *
 * <p>Short means at most 12 words. A category of the user's own needs the capability of its name.
 */
public final class RequestCapabilities {

    private static final int SHORT_WORDS = 12;

    private static final Map<String, List<String>> BY_CATEGORY = Map.ofEntries(
            Map.entry("analysis", List.of("analysis", "reasoning")),
            Map.entry("classification", List.of("classification", "simple-tasks")),
            Map.entry("code", List.of("code", "code-execution")),
            Map.entry("conversation", List.of("conversation", "fast-response")),
            Map.entry("creative_writing", List.of("creative")),
            Map.entry("debugging", List.of("debugging", "code", "code-execution", "testing")),
            Map.entry("extraction", List.of("extraction", "simple-tasks")),
            Map.entry("knowledge_qa", List.of("knowledge", "simple-tasks")),
            Map.entry("math", List.of("math", "reasoning")),
            Map.entry("reasoning", List.of("reasoning")),
            Map.entry("summarization", List.of("summarization", "simple-tasks")),
            Map.entry("translation", List.of("translation")));

    private static final Pattern TESTS = Pattern.compile(
            "\\b(unit|integration|regression) tests?\\b|\\btest (cases?|suite)\\b|\\bwrite tests\\b|\\b(pytest|junit)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern DATA =
            Pattern.compile("\\.(csv|xlsx|parquet)\\b|\\b(data ?sets?|data ?frames?)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern GAP = Pattern.compile("\\s+");

    private RequestCapabilities() {}

    /** The labelled capabilities of a request, or those that follow from category and text; in alphabetical order. */
    public static Set<String> of(LabelledRequest request) {
        if (!request.capabilities().isEmpty()) {
            return new TreeSet<>(request.capabilities());
        }
        Set<String> needed = new TreeSet<>(BY_CATEGORY.getOrDefault(request.category(), List.of(request.category())));
        switch (request.category()) {
            case "analysis" -> addIf(DATA.matcher(request.text()).find(), "code-execution", needed);
            case "code" -> addIf(TESTS.matcher(request.text()).find(), "testing", needed);
            case "knowledge_qa", "translation" -> addIf(isShort(request.text()), "fast-response", needed);
            default -> {}
        }
        return needed;
    }

    private static void addIf(boolean condition, String capability, Set<String> needed) {
        if (condition) {
            needed.add(capability);
        }
    }

    private static boolean isShort(String text) {
        return GAP.splitAsStream(text.strip()).limit(SHORT_WORDS + 1L).count() <= SHORT_WORDS;
    }
}
