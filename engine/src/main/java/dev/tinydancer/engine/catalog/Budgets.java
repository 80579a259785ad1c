package dev.tinydancer.engine.catalog;

import dev.tinydancer.router.budget.BudgetScope;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The budgets of a tenant, at most one of each scope. There may be thousands, one for each user or conversation; those that a
 * request comes under are found without a look at the others. Immutable.
 */
public final class Budgets {

    /** No budgets. */
    public static final Budgets NONE = new Budgets(List.of());

    private final List<Budget> all;
    private final Map<BudgetScope, Integer> places = new HashMap<>();
    private final int[] ofEveryRequest;

    /** @throws IllegalArgumentException if two have the same scope */
    public Budgets(List<Budget> all) {
        this.all = List.copyOf(all);
        for (int place = 0; place < all.size(); place++) {
            BudgetScope scope = all.get(place).scope();
            if (places.put(scope, place) != null) {
                throw new IllegalArgumentException("two budgets have the scope " + scope);
            }
        }
        ofEveryRequest = IntStream.range(0, all.size())
                .filter(place -> all.get(place).scope().concerns(List.of()))
                .toArray();
    }

    /** All of them, in their order. */
    public List<Budget> all() {
        return all;
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /**
     * Those that a request with these tags comes under, whichever agent answers or if the right one does: as {@link
     * BudgetScope#concerns} says of each, in their order.
     */
    public List<Budget> concerning(Collection<String> tags) {
        // Of agents there are as many as the router looks at anyway.
        IntStream ofTags = new HashSet<>(tags)
                .stream()
                        .flatMap(tag -> BudgetScope.ofTag(tag).stream())
                        .map(places::get)
                        .filter(Objects::nonNull)
                        .mapToInt(Integer::intValue);
        return IntStream.concat(IntStream.of(ofEveryRequest), ofTags)
                .sorted()
                .mapToObj(all::get)
                .toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Budgets budgets && all.equals(budgets.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
