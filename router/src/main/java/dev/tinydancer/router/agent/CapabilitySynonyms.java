package dev.tinydancer.router.agent;

import java.util.Map;
import java.util.Set;

/** What else the owners of agents call the capabilities of the standard classifier. */
final class CapabilitySynonyms {

    private static final Map<String, Set<String>> BY_CAPABILITY = Map.ofEntries(
            Map.entry("analysis", Set.of("analytics", "data-analysis", "research", "data")),
            Map.entry("classification", Set.of("classify", "labelling", "labeling", "tagging", "intent", "sentiment")),
            Map.entry("code", Set.of("coding", "programming", "software", "sql", "python", "java", "code-generation")),
            Map.entry("code-execution", Set.of("execution", "sandbox", "interpreter")),
            Map.entry("conversation", Set.of("dialogue", "dialog", "small-talk", "chat")),
            Map.entry("creative", Set.of("creative-writing", "writing", "storytelling", "copywriting")),
            Map.entry("debugging", Set.of("debug", "bug-fixing", "troubleshooting")),
            Map.entry("extraction", Set.of("extract", "information-extraction", "parsing", "ner")),
            Map.entry("fast-response", Set.of("fast", "low-latency", "realtime")),
            Map.entry("knowledge", Set.of("qa", "question-answering", "facts", "search", "general-knowledge")),
            Map.entry("math", Set.of("mathematics", "maths", "arithmetic", "calculation", "calculator", "algebra")),
            Map.entry("reasoning", Set.of("logic", "planning", "problem-solving")),
            Map.entry("simple-tasks", Set.of("simple", "basic-tasks")),
            Map.entry("summarization", Set.of("summarisation", "summarize", "summary")),
            Map.entry("testing", Set.of("tests", "test-generation", "unit-tests")),
            Map.entry("translation", Set.of("translate", "languages", "multilingual", "localization")));

    private CapabilitySynonyms() {}

    /** Other words for the capability; none for one that is not of the standard classifier. */
    static Set<String> of(String capability) {
        return BY_CAPABILITY.getOrDefault(capability, Set.of());
    }
}
