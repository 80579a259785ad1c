package dev.tinydancer.router.quality;

import dev.tinydancer.router.quality.OutcomeIndex.Entry;
import dev.tinydancer.router.quality.OutcomeIndex.Place;
import java.util.Arrays;

/**
 * The outcomes recorded since an {@link OutcomeIndex} was built, in the order in which they came. One thread at a time
 * appends; any number may read meanwhile.
 */
final class OutcomeTail {

    private static final int BLOCK_CAPACITY = 256;

    private volatile OutcomeBlock[] blocks = new OutcomeBlock[0];

    Place append(Entry entry) {
        OutcomeBlock[] current = blocks;
        if (current.length == 0 || current[current.length - 1].isFull()) {
            current = Arrays.copyOf(current, current.length + 1);
            current[current.length - 1] = new OutcomeBlock(entry.embedding().dimension(), BLOCK_CAPACITY);
            blocks = current;
        }
        OutcomeBlock last = current[current.length - 1];
        return new Place(last, last.append(entry));
    }

    void addTo(EvidenceSums sums, QuantizedEmbedding request) {
        for (OutcomeBlock block : blocks) {
            block.addTo(sums, request);
        }
    }
}
