package dev.tinydancer.engine.tenant;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Something of each tenant that is made when it is first used, and forgotten when it has not been for long. Who uses it while
 * it is forgotten goes on with what it was given; the next use makes another one. Safe for concurrent use; no use waits for
 * anybody but who makes the same tenant's.
 *
 * @param <T> what there is of each tenant; it must be of no harm that there are two for a while
 */
public final class PerTenant<T> {

    private final Function<String, T> maker;
    private final Map<String, Held<T>> tenants = new ConcurrentHashMap<>();

    /** @param maker makes that of a tenant, without waiting for anything */
    public PerTenant(Function<String, T> maker) {
        this.maker = maker;
    }

    private static final class Held<T> {

        private final T value;

        /** As {@link System#nanoTime}. Written by every use without any order, which is near enough. */
        private volatile long lastUse = System.nanoTime();

        private Held(T value) {
            this.value = value;
        }

        private T used() {
            lastUse = System.nanoTime();
            return value;
        }

        private boolean isIdle(Duration time) {
            return System.nanoTime() - lastUse > time.toNanos();
        }
    }

    /** That of a tenant as it was looked at, and for how long nobody had used it then. */
    public record Idle<T>(String tenant, T value, long nanos) {}

    /** That of a tenant, for one who needs it. */
    public T use(String tenant) {
        Held<T> held = tenants.get(tenant);
        return (held != null ? held : tenants.computeIfAbsent(tenant, name -> new Held<>(maker.apply(name)))).used();
    }

    /** That of a tenant, if there is any; who looks after it does not use it. */
    public Optional<T> find(String tenant) {
        return Optional.ofNullable(tenants.get(tenant)).map(held -> held.value);
    }

    /** All that there are; who looks after them does not use them. */
    public void forEach(BiConsumer<String, T> action) {
        tenants.forEach((tenant, held) -> action.accept(tenant, held.value));
    }

    /** Whether there is none of any tenant. */
    public boolean isEmpty() {
        return tenants.isEmpty();
    }

    /** All that there are, the one first that has not been used for longest: a copy, for they are used while it is looked at. */
    public List<Idle<T>> longestIdleFirst() {
        long now = System.nanoTime();
        return tenants.entrySet().stream()
                .map(tenant -> new Idle<>(tenant.getKey(), tenant.getValue().value, now - tenant.getValue().lastUse))
                .sorted(Comparator.<Idle<T>>comparingLong(Idle::nanos).reversed())
                .toList();
    }

    /** Whether there is one of the tenant that nobody has used for so long. */
    public boolean isIdle(String tenant, Duration time) {
        Held<T> held = tenants.get(tenant);
        return held != null && held.isIdle(time);
    }

    /** Forgets that of a tenant. */
    public void forget(String tenant) {
        tenants.remove(tenant);
    }

    /** Forgets this one, unless the tenant has another by now. */
    public void forget(Idle<T> idle) {
        tenants.computeIfPresent(idle.tenant(), (_, held) -> held.value.equals(idle.value()) ? null : held);
    }

    /** Forgets all that nobody has used for so long. */
    public void forgetIdle(Duration time) {
        tenants.values().removeIf(held -> held.isIdle(time));
    }
}
