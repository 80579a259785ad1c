package dev.tinydancer.training.classifier;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names that a classifier tells apart.
 *
 * @param categories distinct, in alphabetical order, at least two
 * @param capabilities distinct, in alphabetical order, at least one
 */
record Labels(List<String> categories, List<String> capabilities) {

    Labels {
        categories = List.copyOf(categories);
        capabilities = List.copyOf(capabilities);
        if (categories.size() < 2) {
            throw new IllegalArgumentException(
                    "a classifier needs requests of at least two categories, got " + categories);
        }
    }

    /** The names that occur in labelled requests. */
    static Labels of(Collection<LabelledRequest> requests) {
        Set<String> categories = new TreeSet<>();
        Set<String> capabilities = new TreeSet<>();
        for (LabelledRequest request : requests) {
            categories.add(request.category());
            capabilities.addAll(RequestCapabilities.of(request));
        }
        return new Labels(new ArrayList<>(categories), new ArrayList<>(capabilities));
    }

    /** The index of a category. */
    int category(String name) {
        return indexIn(categories, name);
    }

    /** The indices of capabilities; those that the classifier does not know are left out. */
    BitSet capabilities(Set<String> names) {
        BitSet indices = new BitSet(capabilities.size());
        for (String name : names) {
            int index = capabilities.indexOf(name);
            if (index >= 0) {
                indices.set(index);
            }
        }
        return indices;
    }

    private static int indexIn(List<String> names, String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("unknown category \"" + name + "\"; those known are " + names);
        }
        return index;
    }
}
