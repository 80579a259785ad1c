package dev.tinydancer.engine.wire;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Those that have not authenticated yet. There is room for so many; when one more comes, one goes: of the host that has most of
 * them, the one that has been here longest. So a host that begins connections and never finishes them is in its own way, not in
 * that of others, and one that finishes them within milliseconds gets through even beside such a one on its own machine. Safe
 * for concurrent use.
 *
 * @param <C> a connection
 */
final class Startups<C> {

    private final int room;

    /** By host, the first to come first. No set in it is empty. */
    private final Map<String, Set<C>> byHost = new LinkedHashMap<>();

    private int size;

    /** @param room for how many, at least 1 */
    Startups(int room) {
        if (room < 1) {
            throw new IllegalArgumentException("room must be at least 1, got " + room);
        }
        this.room = room;
    }

    /**
     * Another one has come.
     *
     * @param host where from
     * @return who has to go; null if nobody has
     */
    synchronized @Nullable C enter(String host, C connection) {
        C last = size < room ? null : takeLongest();
        byHost.computeIfAbsent(host, _ -> new LinkedHashSet<>()).add(connection);
        size++;
        return last;
    }

    /** One has authenticated, or is gone; does nothing if it had to go before. */
    synchronized void leave(String host, C connection) {
        Set<C> others = byHost.get(host);
        if (others != null && others.remove(connection)) {
            size--;
            if (others.isEmpty()) {
                byHost.remove(host);
            }
        }
    }

    private C takeLongest() {
        Map.Entry<String, Set<C>> most = null;
        for (Map.Entry<String, Set<C>> host : byHost.entrySet()) {
            if (most == null || host.getValue().size() > most.getValue().size()) {
                most = host;
            }
        }
        if (most == null) {
            throw new AssertionError("there is room for one");
        }
        Iterator<C> connections = most.getValue().iterator();
        C longest = connections.next();
        connections.remove();
        size--;
        if (most.getValue().isEmpty()) {
            byHost.remove(most.getKey());
        }
        return longest;
    }
}
