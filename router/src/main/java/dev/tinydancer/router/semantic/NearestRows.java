package dev.tinydancer.router.semantic;

import dev.tinydancer.router.semantic.RowSearch.Hits;
import java.util.BitSet;

/** Keeps the rows with the largest cosines of all that are offered: a heap with the least of them on top. */
final class NearestRows {

    private final int[] places;
    private final float[] cosines;
    private int size;

    NearestRows(int count) {
        places = new int[count];
        cosines = new float[count];
    }

    /** Offers a row of the route at a place. */
    void offer(int place, float cosine) {
        if (size < cosines.length) {
            siftUp(size++, place, cosine);
        } else if (cosine > cosines[0]) {
            siftDown(place, cosine);
        }
    }

    /** The routes of the rows that were kept. As long as there is room for more, none is missing. */
    Hits hits() {
        BitSet routes = new BitSet();
        for (int i = 0; i < size; i++) {
            routes.set(places[i]);
        }
        return new Hits(routes, size < cosines.length ? Float.NEGATIVE_INFINITY : cosines[0]);
    }

    private void siftUp(int from, int place, float cosine) {
        int at = from;
        while (at > 0 && cosines[(at - 1) / 2] > cosine) {
            put(at, places[(at - 1) / 2], cosines[(at - 1) / 2]);
            at = (at - 1) / 2;
        }
        put(at, place, cosine);
    }

    private void siftDown(int place, float cosine) {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && cosines[child + 1] < cosines[child]) {
                child++;
            }
            if (cosines[child] >= cosine) {
                break;
            }
            put(at, places[child], cosines[child]);
            at = child;
        }
        put(at, place, cosine);
    }

    private void put(int at, int place, float cosine) {
        places[at] = place;
        cosines[at] = cosine;
    }
}
