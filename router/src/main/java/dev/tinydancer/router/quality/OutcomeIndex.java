package dev.tinydancer.router.quality;

import dev.tinydancer.router.vector.Clusters;
import dev.tinydancer.router.vector.VectorMath;
import java.util.ArrayList;
import java.util.List;

/**
 * Outcomes grouped by what their requests are about, so that a request is compared only with the groups nearest to it.
 * The groups are fixed when the index is made; their blocks allow what {@link OutcomeBlock} allows.
 */
final class OutcomeIndex {
    /*
     * An inverted file as for approximate nearest neighbours: the groups' centres come from a few rounds of k-means over a
     * sample. Weights fall so steeply with similarity that what is missed in the groups further off would hardly count.
     */

    /** Outcomes up to which one group is scanned faster than several are told apart. */
    private static final int SMALL = 1_000;

    private static final int OUTCOMES_PER_GROUP = 250;
    private static final int MOST_GROUPS = 96;
    private static final int SAMPLE = 3_000;
    private static final int ROUNDS = 3;

    /** Outcomes that a request is compared with at least, where there are as many; more takes longer and tells no more. */
    private static final int LEAST_COMPARED = 400;

    /** {@code [groups × dimension]}, row-major, each of unit length. */
    private final float[] centres;

    private final OutcomeBlock[] blocks;

    private OutcomeIndex(float[] centres, OutcomeBlock[] blocks) {
        this.centres = centres;
        this.blocks = blocks;
    }

    /** An index of no outcomes. */
    static OutcomeIndex empty() {
        return new OutcomeIndex(new float[0], new OutcomeBlock[0]);
    }

    /** Where an outcome stands. */
    record Place(OutcomeBlock block, int row) {}

    /**
     * An outcome to be laid out.
     *
     * @param agent the agent's slot
     * @param good how good the answer was
     * @param residual that less what was predicted without this outcome
     * @param weight by age
     */
    record Entry(QuantizedEmbedding embedding, int agent, double good, double residual, double weight) {}

    /** An index and where it has put each entry, in the entries' order. */
    record Built(OutcomeIndex index, List<Place> places) {}

    /** Builds an index of entries whose embeddings have one dimension. */
    static Built build(List<Entry> entries) {
        if (entries.isEmpty()) {
            return new Built(empty(), List.of());
        }
        int dimension = entries.getFirst().embedding().dimension();
        int groups = entries.size() <= SMALL ? 1 : Math.min(MOST_GROUPS, entries.size() / OUTCOMES_PER_GROUP);
        Clusters clusters = groups == 1 ? null : clusters(entries, groups);
        int[] assigned = new int[entries.size()];
        int[] sizes = new int[groups];
        for (int i = 0; i < assigned.length; i++) {
            assigned[i] = clusters == null
                    ? 0
                    : clusters.nearest(entries.get(i).embedding().restore());
            sizes[assigned[i]]++;
        }
        OutcomeBlock[] blocks = new OutcomeBlock[groups];
        for (int group = 0; group < groups; group++) {
            blocks[group] = new OutcomeBlock(dimension, sizes[group]);
        }
        List<Place> places = new ArrayList<>(entries.size());
        for (int i = 0; i < assigned.length; i++) {
            Entry entry = entries.get(i);
            OutcomeBlock block = blocks[assigned[i]];
            places.add(new Place(block, block.append(entry)));
        }
        float[] centres = clusters == null ? new float[dimension] : clusters.centres();
        return new Built(new OutcomeIndex(centres, blocks), places);
    }

    /** Adds the outcomes of similar requests to the sums of their agents. */
    void addTo(EvidenceSums sums, QuantizedEmbedding request) {
        if (blocks.length <= 1) {
            for (OutcomeBlock block : blocks) {
                block.addTo(sums, request);
            }
            return;
        }
        float[] similarities = new float[blocks.length];
        VectorMath.multiply(centres, request.restore(), similarities);
        int compared = 0;
        for (int probe = 0; probe < blocks.length && compared < LEAST_COMPARED; probe++) {
            int nearest = indexOfLargest(similarities);
            similarities[nearest] = Float.NEGATIVE_INFINITY;
            blocks[nearest].addTo(sums, request);
            compared += blocks[nearest].size();
        }
    }

    private static Clusters clusters(List<Entry> entries, int groups) {
        int stride = Math.max(1, entries.size() / SAMPLE);
        List<float[]> sample = new ArrayList<>();
        for (int i = 0; i < entries.size(); i += stride) {
            sample.add(entries.get(i).embedding().restore());
        }
        List<float[]> first = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            first.add(sample.get(group * sample.size() / groups));
        }
        return Clusters.byDirection(sample, first, ROUNDS);
    }

    private static int indexOfLargest(float[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[largest]) {
                largest = i;
            }
        }
        return largest;
    }
}
