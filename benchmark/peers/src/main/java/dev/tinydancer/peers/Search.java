package dev.tinydancer.peers;

/** A way to find the vectors that are nearest to a query. */
interface Search {

    /** In lower case with underscores. */
    String name();

    /**
     * Searches.
     *
     * @param query of length 1
     * @param best how many are wanted
     * @return the places of about the nearest vectors, nearest first
     */
    int[] nearest(float[] query, int best);
}
