package dev.tinydancer.router.budget;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * How many requests of each category a tenant sends in a month.
 *
 * <p>The rate of each category is the mean of its Gamma posterior: what was counted, on top of a prior that amounts to
 * {@value #PRIOR_HOURS} hour of a tenant with {@value #PRIOR_REQUESTS_PER_DAY} requests a day, spread evenly over the
 * categories. So a tenant without history has the prior mix, the first minutes are not blown up to a month, and after a day
 * the prior is hardly there.
 */
public final class RequestMix {

    /** Requests a day of a tenant of whom nothing is known. */
    public static final double PRIOR_REQUESTS_PER_DAY = 100;

    /** How long the prior counts as observed. */
    public static final double PRIOR_HOURS = 1;

    private static final double HOURS_PER_DAY = 24;
    private static final double DAYS_PER_MONTH = 365.2425 / 12;
    private static final double MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();

    private RequestMix() {}

    /**
     * The expected number of requests a month, by category.
     *
     * @param categories all that a request can be of, at least one, without duplicates
     * @param counts how many requests of a category were counted, at least 0; a category without a count has 0
     * @param observed how long was counted, at least zero
     * @throws IllegalArgumentException if a count is negative or is of a category that is not among {@code categories}
     */
    public static Map<String, Double> perMonth(
            Collection<String> categories, Map<String, Long> counts, Duration observed) {
        if (observed.isNegative()) {
            throw new IllegalArgumentException("observed must not be negative, got " + observed);
        }
        counts.forEach((category, count) -> {
            if (!categories.contains(category)) {
                throw new IllegalArgumentException("counted category \"" + category + "\" is none of "
                        + String.join(", ", List.copyOf(categories)));
            }
            if (count < 0) {
                throw new IllegalArgumentException("count of " + category + " must be at least 0, got " + count);
            }
        });
        double hours = PRIOR_HOURS + observed.toMillis() / MILLIS_PER_HOUR;
        double priorCount = PRIOR_REQUESTS_PER_DAY / HOURS_PER_DAY * PRIOR_HOURS / categories.size();
        return categories.stream()
                .collect(toMap(
                        category -> category,
                        category -> (priorCount + counts.getOrDefault(category, 0L))
                                / hours
                                * HOURS_PER_DAY
                                * DAYS_PER_MONTH));
    }
}
