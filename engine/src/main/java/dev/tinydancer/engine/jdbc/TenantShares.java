package dev.tinydancer.engine.jdbc;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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

    /** A place that is taken, to be given back once. */
    @FunctionalInterface
    interface Place {
        void giveBack();
    }

    /** Takes a place; empty if none becomes free in time. */
    Optional<Place> take(String tenant, Duration timeout) throws InterruptedException {
        Semaphore share = shares.computeIfAbsent(tenant, _ -> new Semaphore(most, true));
        return share.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)
                ? Optional.of(share::release)
                : Optional.empty();
    }

    /** Forgets tenants that take nothing. One that comes at this moment may have more than its share, once. */
    void forgetUnused() {
        shares.values().removeIf(share -> share.availablePermits() == most);
    }
}
