package dev.tinydancer.engine.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Meters by the values of their labels, as many of them as are allowed: whatever comes beyond counts under {@value
 * #OTHER}, so that callers who make up names cannot make an engine, or what scrapes it, grow without end. Safe for
 * concurrent use.
 *
 * @param <K> the values of the labels
 * @param <M> the meter
 */
final class Series<K, M> {

    /** Stands for all values that are not shown apart. */
    static final String OTHER = "other";

    /** Tenants times agents times policies of a large installation; a scrape of so many takes a few milliseconds. */
    static final int MOST = 2_000;

    private final Map<K, M> meters = new ConcurrentHashMap<>();
    private final Function<K, M> maker;
    private final Function<K, K> folding;

    /**
     * @param maker registers a meter
     * @param folding says under which labels those count that are too many
     */
    Series(Function<K, M> maker, Function<K, K> folding) {
        this.maker = maker;
        this.folding = folding;
    }

    /** The meter with these labels. */
    M of(K labels) {
        M present = meters.get(labels);
        if (present != null) {
            return present;
        }
        return meters.computeIfAbsent(meters.size() < MOST ? labels : folding.apply(labels), maker);
    }
}
