package dev.tinydancer.router.semantic;

import dev.tinydancer.router.vector.TopRows;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Finds the utterances nearest to a query in meaning. A row is one utterance of one route. */
interface RowSearch {

    /**
     * The routes of the nearest rows.
     *
     * @param query a unit vector
     * @param count how many rows to find, at least 1
     * @param closed routes that do not take part, null when all do
     */
    Hits nearest(float[] query, int count, @Nullable BitSet closed);

    /**
     * Routes that own one of the nearest rows.
     *
     * @param routes their places in the index
     * @param bound no open route that is missing here has an utterance with a larger cosine; negative infinity when none
     *     is missing
     */
    record Hits(BitSet routes, float bound) {

        /** The owners of the best rows, each offered under the place of its route. */
        static Hits of(TopRows rows) {
            BitSet routes = new BitSet();
            rows.rows().forEach(routes::set);
            return new Hits(routes, rows.isFull() ? rows.lowest() : Float.NEGATIVE_INFINITY);
        }
    }

    /** Whether {@link Hits#bound} is certain, rather than what an approximate search makes likely. */
    boolean isExact();
}
