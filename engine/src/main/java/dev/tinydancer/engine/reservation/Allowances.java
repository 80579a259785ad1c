package dev.tinydancer.engine.reservation;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How much is used of what is used at all. Immutable; what has changed since all were read stands apart, so that a decision
 * does not copy the thousands of a tenant that has a budget for each of its users.
 */
final class Allowances {

    /** Nothing is used. */
    static final Allowances NONE = new Allowances(Map.of(), Map.of());

    private final Map<Allowance.Key, Allowance> read;
    private final Map<Allowance.Key, Allowance> changed;

    private Allowances(Map<Allowance.Key, Allowance> read, Map<Allowance.Key, Allowance> changed) {
        this.read = read;
        this.changed = changed;
    }

    /** These and no others. */
    static Allowances of(Collection<Allowance> read) {
        return new Allowances(byKey(Map.of(), read), Map.of());
    }

    /** With these instead of those of the same keys. Takes time for what has changed since all were read. */
    Allowances with(Collection<Allowance> newer) {
        return newer.isEmpty() ? this : new Allowances(read, byKey(changed, newer));
    }

    private static Map<Allowance.Key, Allowance> byKey(
            Map<Allowance.Key, Allowance> known, Collection<Allowance> newer) {
        Map<Allowance.Key, Allowance> merged = new HashMap<>(known);
        newer.forEach(allowance -> merged.put(allowance.key(), allowance));
        return merged;
    }

    /** That of a key; empty if nothing is known to be used of it. */
    Optional<Allowance> find(Allowance.Key key) {
        Allowance latest = changed.get(key);
        return Optional.ofNullable(latest == null ? read.get(key) : latest);
    }

    boolean isEmpty() {
        return read.isEmpty() && changed.isEmpty();
    }
}
