package dev.tinydancer.router.semantic;

import dev.tinydancer.router.vector.PrincipalComponents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of an index in a plane: utterances and queries along the two directions in which the utterances differ most.
 * Who is near whom there is near in truth as a rule, and not the other way round. Immutable; does not hold the index.
 */
public final class RouteMap {

    private static final int AXES = 2;

    /** Utterances from which directions are taken; more would show the same. */
    private static final int MOST_SAMPLED = 500;

    /** Null where there is nothing to tell apart. */
    private final @Nullable PrincipalComponents axes;

    private RouteMap(@Nullable PrincipalComponents axes) {
        this.axes = axes;
    }

    /** A map. Takes a tenth of a millisecond for each utterance. */
    public static RouteMap of(RouteIndex index) {
        List<float[]> vectors = index.routes().stream()
                .flatMap(route -> route.utterances().stream())
                .map(Utterance::vector)
                .limit(MOST_SAMPLED)
                .toList();
        return new RouteMap(vectors.isEmpty() ? null : PrincipalComponents.leading(vectors, AXES));
    }

    /** A place in the plane, the middle of the utterances being (0, 0). */
    public record Place(double x, double y) {}

    /** Where an utterance, or a query, lies. */
    public Place place(Utterance utterance) {
        if (axes == null) {
            return new Place(0, 0);
        }
        float[] coordinates = axes.project(utterance.vector());
        return new Place(coordinates[0], coordinates[1]);
    }
}
