package dev.tinydancer.router.quality;

import dev.tinydancer.router.quality.OutcomeIndex.Entry;
import dev.tinydancer.router.vector.VectorMath;

/**
 * A number of outcomes laid out for scanning: the requests' codes one after the other, the rest in arrays beside them.
 *
 * <p>One thread at a time appends; any number may read meanwhile and see the rows that were complete when they looked. A
 * row that is silenced while others read may still count for a reader that is under way.
 */
final class OutcomeBlock {

    /** Rows whose similarities are computed in one go: enough to hide the call, few enough to stay in the first cache. */
    private static final int BATCH = 64;

    private final int dimension;
    private final byte[] codes;
    private final float[] scales;
    private final int[] agents;
    private final float[] good;
    private final float[] residuals;
    private final float[] weights;
    private volatile int size;

    OutcomeBlock(int dimension, int capacity) {
        this.dimension = dimension;
        codes = new byte[Math.multiplyExact(dimension, capacity)];
        scales = new float[capacity];
        agents = new int[capacity];
        good = new float[capacity];
        residuals = new float[capacity];
        weights = new float[capacity];
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size == scales.length;
    }

    /** Appends an outcome and gives its row. */
    int append(Entry entry) {
        int row = size;
        System.arraycopy(entry.embedding().components(), 0, codes, row * dimension, dimension);
        scales[row] = entry.embedding().scale();
        agents[row] = entry.agent();
        good[row] = (float) entry.good();
        residuals[row] = (float) entry.residual();
        weights[row] = (float) entry.weight();
        // Publishes the row: a reader that sees the new size sees what was written before.
        size = row + 1;
        return row;
    }

    /** Takes away the weight of a row, because a later outcome of the same decision replaces it. */
    void silence(int row) {
        weights[row] = 0;
    }

    /** Adds every row, as far as it is similar to the request, to the sums of its agent. */
    void addTo(EvidenceSums sums, QuantizedEmbedding request) {
        int rows = size;
        int[] products = new int[BATCH];
        for (int start = 0; start < rows; start += BATCH) {
            int count = Math.min(BATCH, rows - start);
            VectorMath.dotRows(codes, start * dimension, count, request.components(), products);
            for (int i = 0; i < count; i++) {
                int row = start + i;
                float weight = SimilarityWeights.of(products[i] * scales[row] * request.scale()) * weights[row];
                if (weight > 0) {
                    sums.add(agents[row], weight, good[row], residuals[row]);
                }
            }
        }
    }
}
