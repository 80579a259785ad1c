package dev.tinydancer.training.classifier;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Phrasings of requests for each category, as a context-free grammar. Labelled requests come from a few dozen sources,
 * each with its own way of asking; phrasings that no source has shown teach the classifier to look at what is asked for.
 * Immutable.
 *
 * <p>The form of a grammar is described at the head of the one in this library, {@code request-grammar.txt}.
 */
public final class RequestGrammar {

    private static final String STANDARD = "request-grammar.txt";
    private static final String PASSAGE = "passage";
    private static final Pattern REFERENCE = Pattern.compile("<([a-z_]+)>");
    private static final Pattern CATEGORY = Pattern.compile("[A-Z_]+");

    private final Map<String, List<String>> rules;
    private final Set<String> categories;

    private RequestGrammar(Map<String, List<String>> rules) {
        this.rules = rules;
        Set<String> starts = new TreeSet<>();
        for (String rule : rules.keySet()) {
            if (CATEGORY.matcher(rule).matches()) {
                starts.add(rule.toLowerCase(Locale.ROOT));
            }
        }
        this.categories = starts;
    }

    /** The grammar in this library, for the categories of its classifier. */
    public static RequestGrammar standard() {
        return ofResource(RequestGrammar.class, STANDARD);
    }

    /**
     * Reads a grammar of this library.
     *
     * @param owner the class beside which it lies
     * @param name of the resource, as the class finds it
     * @throws IllegalStateException if it is not there
     */
    public static RequestGrammar ofResource(Class<?> owner, String name) {
        try (InputStream stream = owner.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("resource missing from the jar: " + name);
            }
            return read(new InputStreamReader(stream, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    /**
     * Reads a grammar.
     *
     * @throws IllegalArgumentException if a phrase stands outside a rule, a rule occurs twice, is empty, or refers to
     *     itself, if only through others
     */
    public static RequestGrammar read(Reader reader) throws IOException {
        Map<String, List<String>> rules = new LinkedHashMap<>();
        List<String> current = null;
        for (String line : new BufferedReader(reader).readAllLines()) {
            if (line.startsWith("#") || line.isEmpty()) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]") && line.matches("\\[[A-Za-z_]+]")) {
                current = new ArrayList<>();
                if (rules.put(line.substring(1, line.length() - 1), current) != null) {
                    throw new IllegalArgumentException("rule " + line + " occurs twice");
                }
            } else if (current == null) {
                throw new IllegalArgumentException("phrase \"" + line + "\" stands before the first rule");
            } else {
                current.add(unescape(line));
            }
        }
        Map<String, Boolean> checked = new LinkedHashMap<>();
        rules.keySet().forEach(rule -> check(rule, rules, checked));
        return new RequestGrammar(rules);
    }

    private static String unescape(String line) {
        return line.equals("ε") ? "" : line.replace('␣', ' ').replace("\\n", "\n");
    }

    /** Walks all references of a rule; a rule maps to false while it is being walked, to true once it has been. */
    private static void check(String rule, Map<String, List<String>> rules, Map<String, Boolean> checked) {
        Boolean done = checked.get(rule);
        if (done != null) {
            if (!done) {
                throw new IllegalArgumentException("rule [" + rule + "] refers to itself");
            }
            return;
        }
        checked.put(rule, false);
        List<String> phrases = rules.get(rule);
        if (phrases == null || phrases.isEmpty()) {
            throw new IllegalArgumentException("rule [" + rule + "] has no phrase");
        }
        for (String phrase : phrases) {
            Matcher reference = REFERENCE.matcher(phrase);
            while (reference.find()) {
                if (rules.containsKey(reference.group(1))) {
                    check(reference.group(1), rules, checked);
                }
            }
        }
        checked.put(rule, true);
    }

    /** The categories that the grammar has phrases for, in alphabetical order. */
    public Set<String> categories() {
        return Set.copyOf(categories);
    }

    /**
     * A random request of a category.
     *
     * @param passage gives a text to ask something about; null from it, or a null supplier, takes the grammar's own
     * @throws IllegalArgumentException if the grammar has no such category
     */
    public String request(String category, @Nullable Supplier<@Nullable String> passage, RandomGenerator random) {
        if (!categories.contains(category)) {
            throw new IllegalArgumentException(
                    "the grammar has no category \"" + category + "\"; those it has are " + categories);
        }
        return expand(category.toUpperCase(Locale.ROOT), passage, random);
    }

    private String expand(String rule, @Nullable Supplier<@Nullable String> passage, RandomGenerator random) {
        if (rule.equals(PASSAGE) && passage != null) {
            String text = passage.get();
            if (text != null) {
                return text;
            }
        }
        List<String> phrases = rules.get(rule);
        if (phrases == null) {
            // Not a reference but a piece of the phrase that looks like one, such as an HTML tag.
            return "<" + rule + ">";
        }
        Matcher reference = REFERENCE.matcher(phrases.get(random.nextInt(phrases.size())));
        return reference.replaceAll(match -> Matcher.quoteReplacement(expand(match.group(1), passage, random)));
    }
}
