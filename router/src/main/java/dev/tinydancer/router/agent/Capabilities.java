package dev.tinydancer.router.agent;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an agent can do, as words that its owner chose. Words compare after trimming and without regard to case.
 *
 * <p>The normalised words keep the order in which they were given.
 */
public final class Capabilities {

    private final Set<String> words;

    private Capabilities(Set<String> words) {
        this.words = Collections.unmodifiableSet(words);
    }

    /** See {@link #of(Collection)}. */
    public static Capabilities of(String... words) {
        return of(List.of(words));
    }

    /**
     * Capabilities in the order of the collection.
     *
     * @throws IllegalArgumentException if a word is blank, or two of them compare equal
     */
    public static Capabilities of(Collection<String> words) {
        Set<String> distinct = new LinkedHashSet<>();
        for (String word : words) {
            String normal = normalise(word);
            if (normal.isEmpty()) {
                throw new IllegalArgumentException("a capability must not be empty");
            }
            if (!distinct.add(normal)) {
                throw new IllegalArgumentException("capability \"" + normal + "\" is given twice");
            }
        }
        return new Capabilities(distinct);
    }

    /** The normalised words, in the order given. */
    public Set<String> words() {
        return words;
    }

    /** Whether every one of the required words is among these. */
    public boolean containsAll(Capabilities required) {
        return words.containsAll(required.words);
    }

    /** The form in which capabilities compare: trimmed, lower case. */
    public static String normalise(String word) {
        return word.strip().toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Capabilities that && words.equals(that.words);
    }

    @Override
    public int hashCode() {
        return words.hashCode();
    }

    @Override
    public String toString() {
        return String.join(", ", words);
    }
}
