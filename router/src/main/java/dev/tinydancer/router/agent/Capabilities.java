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
    private final Set<String> meanings;

    private Capabilities(Set<String> words) {
        this.words = Collections.unmodifiableSet(words);
        Set<String> known = new LinkedHashSet<>();
        words.forEach(word -> known.addAll(CapabilityWords.meanings(word)));
        this.meanings = Collections.unmodifiableSet(known);
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
            if (!distinct.add(checked(word))) {
                throw new IllegalArgumentException("capability \"" + normalise(word) + "\" is given twice");
            }
        }
        return new Capabilities(distinct);
    }

    /**
     * As {@link #of(Collection)}, but words that compare equal are one. For words that have been checked elsewhere, by rules
     * that may differ for rare letters: in the collation "C", PostgreSQL's {@code lower} leaves all letters beyond ASCII as
     * they are.
     *
     * @throws IllegalArgumentException if a word is blank
     */
    public static Capabilities merging(Collection<String> words) {
        Set<String> distinct = new LinkedHashSet<>();
        for (String word : words) {
            distinct.add(checked(word));
        }
        return new Capabilities(distinct);
    }

    private static String checked(String word) {
        String normal = normalise(word);
        if (normal.isEmpty()) {
            throw new IllegalArgumentException("a capability must not be empty");
        }
        return normal;
    }

    /** The normalised words, in the order given. */
    public Set<String> words() {
        return words;
    }

    /** Whether one of these words means the given capability, under its own name or another that is in use for it. */
    public boolean covers(String capability) {
        return words.contains(capability) || meanings.contains(capability);
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
