package dev.tinydancer.engine.page;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How many wrong tokens an address may bring: ten a minute. */
final class FailureLimit {

    private static final int MOST = 10;
    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST_ADDRESSES = 10_000;

    private final LongSupplier nanos;
    private final Map<String, Deque<Long>> failures = new LinkedHashMap<>();

    FailureLimit(LongSupplier nanos) {
        this.nanos = nanos;
    }

    synchronized boolean isReached(String address) {
        Deque<Long> recent = failures.get(address);
        if (recent == null) {
            return false;
        }
        while (!recent.isEmpty() && nanos.getAsLong() - recent.getFirst() > WINDOW_NANOS) {
            recent.removeFirst();
        }
        if (recent.isEmpty()) {
            failures.remove(address);
        }
        return recent.size() >= MOST;
    }

    synchronized void count(String address) {
        if (failures.size() >= MOST_ADDRESSES) {
            failures.remove(failures.keySet().iterator().next());
        }
        failures.computeIfAbsent(address, first -> new ArrayDeque<>()).addLast(nanos.getAsLong());
    }
}
