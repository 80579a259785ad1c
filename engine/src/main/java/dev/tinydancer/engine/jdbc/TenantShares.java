package dev.tinydancer.engine.jdbc;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How much of a pool one tenant takes at a time, so that the others find room whatever it does. First come, first served. */
final class TenantShares {

    private final int most;
    private final Map<String, Semaphore> shares = new ConcurrentHashMap<>();

    /** @param most connections of a tenant, at least 1 */
    TenantShares(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most must be at least 1, got " + most);
        }
        this.most = most;
    }

    /** Takes a place, to be given back with {@link #giveBack}; false if none becomes free in time. */
    boolean take(String tenant, Duration timeout) throws InterruptedException {
        return share(tenant).tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    void giveBack(String tenant) {
        share(tenant).release();
    }

    private Semaphore share(String tenant) {
        return shares.computeIfAbsent(tenant, _ -> new Semaphore(most, true));
    }
}
