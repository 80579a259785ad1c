package dev.tinydancer.router.agent;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How names of agents compare where a caller only refers to them: without white space at their ends and regard to case. */
public final class AgentNames {

    /** Of longer names only the beginning is looked at. */
    private static final int MOST_CHARACTERS = 200;

    private AgentNames() {}

    /** The same for all names that mean the same. */
    public static String folded(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    /** The one that takes the fewest changes of a letter to become the given name; empty if there is none. */
    public static Optional<String> nearest(String name, List<Agent> agents) {
        String wanted = begin(folded(name));
        return agents.stream()
                .map(Agent::name)
                .min(Comparator.comparingInt(known -> distance(wanted, begin(folded(known)))));
    }

    private static String begin(String name) {
        return name.substring(0, Math.min(name.length(), MOST_CHARACTERS));
    }

    /** Letters to insert, remove or exchange (Levenshtein 1966), two neighbours that change places counting as one. */
    private static int distance(String one, String other) {
        int[] beforeLast = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        int[] present = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            present[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                boolean same = one.charAt(i - 1) == other.charAt(j - 1);
                int least = Math.min(Math.min(last[j], present[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    least = Math.min(least, beforeLast[j - 2] + 1);
                }
                present[j] = least;
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = present;
            present = free;
        }
        return last[other.length()];
    }
}
