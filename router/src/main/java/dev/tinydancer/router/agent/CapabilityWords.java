package dev.tinydancer.router.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the words that owners of agents choose mean of what the standard classifier knows: {@code programing} is {@code
 * code}. Words compare in lower case, with hyphens for blanks, a letter written twice counting once, and without an s at the
 * end; of a compound that is not listed the last part that is decides, one that is only {@code general} where no other is.
 */
public final class CapabilityWords {

    /** The meaning of words that say an agent does whatever is asked. */
    public static final String GENERAL = "general";

    /** What the assistant of a {@code code-assistant} means: it takes nothing away from what the other part says. */
    private static final Set<String> ONLY_GENERAL = Set.of(GENERAL);

    private static final String RESOURCE = "capability-words.txt";
    private static final String COMMENT = "#";
    private static final Pattern ENTRY = Pattern.compile(":\\s*");
    private static final Pattern SEPARATOR = Pattern.compile(",\\s*");
    private static final Pattern BLANKS = Pattern.compile("[\\s_]+");
    private static final Pattern DOUBLED = Pattern.compile("(.)\\1");
    private static final Pattern PLURAL = Pattern.compile("s$");
    private static final Pattern HYPHEN = Pattern.compile("-");

    private static final Map<String, Set<String>> LISTED = read();
    private static final Map<String, Set<String>> MEANINGS = byKey();

    private CapabilityWords() {}

    private static Map<String, Set<String>> read() {
        try (InputStream stream = CapabilityWords.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException("resource missing from the router's jar: " + RESOURCE);
            }
            Map<String, Set<String>> listed = new TreeMap<>();
            for (String line :
                    new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)).readAllLines()) {
                if (!line.isBlank() && !line.startsWith(COMMENT)) {
                    String[] entry = ENTRY.split(line, 2);
                    listed.put(entry[0], new LinkedHashSet<>(List.of(SEPARATOR.split(entry[1]))));
                }
            }
            return listed;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    private static Map<String, Set<String>> byKey() {
        Map<String, Set<String>> meanings = new HashMap<>();
        LISTED.forEach((capability, words) -> {
            words.forEach(word -> add(meanings, word, capability));
            add(meanings, capability, capability);
        });
        return meanings;
    }

    private static void add(Map<String, Set<String>> meanings, String word, String capability) {
        meanings.computeIfAbsent(key(word), key -> new LinkedHashSet<>()).add(capability);
    }

    /** The other words for each capability of the standard classifier, and for {@link #GENERAL}. */
    public static Map<String, Set<String>> listed() {
        return LISTED;
    }

    /** What a word means; empty where nothing of it is known. */
    public static Set<String> meanings(String word) {
        Set<String> meanings = MEANINGS.get(key(word));
        if (meanings != null) {
            return meanings;
        }
        List<Set<String>> known = List.of(HYPHEN.split(hyphenated(word))).reversed().stream()
                .map(part -> MEANINGS.getOrDefault(key(part), Set.of()))
                .filter(ofPart -> !ofPart.isEmpty())
                .toList();
        return known.stream()
                .filter(ofPart -> !ofPart.equals(ONLY_GENERAL))
                .findFirst()
                .orElse(known.isEmpty() ? Set.of() : ONLY_GENERAL);
    }

    private static String key(String word) {
        return PLURAL.matcher(DOUBLED.matcher(hyphenated(word)).replaceAll("$1"))
                .replaceFirst("");
    }

    private static String hyphenated(String word) {
        return BLANKS.matcher(Capabilities.normalise(word)).replaceAll("-");
    }
}
