package dev.tinydancer.router.neural;

import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import dev.tinydancer.router.safetensors.WeightRows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The phrases that have a weight of their own: single tokens and pairs of neighbouring tokens. A phrase is known by a
 * 32-bit hash of its tokens; the chance that a phrase outside the table is taken for one inside is below one in a
 * hundred thousand. Immutable.
 */
public final class PhraseTable {

    /** A phrase that fewer sources use tells about the source, not about what is asked for. */
    private static final int LEAST_SOURCES = 3;

    private static final String HASHES = "phrases.hashes";
    private static final String RARITIES = "phrases.rarities";
    private static final int MULTIPLIER_1 = 0x9E3779B1;
    private static final int MULTIPLIER_2 = 0x85EBCA77;
    private static final int NONE = -1;

    private final int[] hashes;
    private final float[] rarities;
    private final int[] slots;
    private final int mask;

    /**
     * A table of the phrases with the given hashes.
     *
     * @param hashes distinct; a phrase's row is its place in the array; kept, not copied
     * @param rarities how much each phrase weighs among the phrases of a text, above 0; kept, not copied
     */
    public PhraseTable(int[] hashes, float[] rarities) {
        Numbers.requireLength("rarities", rarities, hashes.length);
        for (float rarity : rarities) {
            Numbers.requireAboveZero("rarity", rarity);
        }
        this.hashes = hashes;
        this.rarities = rarities;
        int capacity = Integer.highestOneBit(Math.max(4, 4 * hashes.length - 1));
        this.mask = capacity - 1;
        this.slots = new int[capacity];
        Arrays.fill(slots, NONE);
        for (int row = 0; row < hashes.length; row++) {
            int slot = hashes[row] & mask;
            while (slots[slot] != NONE) {
                if (hashes[slots[slot]] == hashes[row]) {
                    throw new IllegalArgumentException("two phrases have the hash " + hashes[row]);
                }
                slot = (slot + 1) & mask;
            }
            slots[slot] = row;
        }
    }

    /**
     * The table of a file.
     *
     * @throws InvalidModelException if its tensors are missing, or of another shape
     * @throws IllegalArgumentException if they are no table
     */
    static PhraseTable read(Safetensors file) {
        Tensor hashes = file.tensors().get(HASHES);
        int phrases = hashes == null ? 0 : hashes.size();
        return new PhraseTable(
                file.tensor(HASHES, Tensor.ElementType.I32, phrases).toInts(),
                file.tensor(RARITIES, phrases).toFloats());
    }

    /** Adds the tensors of which a file's table is read. */
    public void write(Map<String, Tensor> tensors) {
        tensors.put(HASHES, Tensor.ofInts(hashes, hashes.length));
        tensors.put(RARITIES, Tensor.ofFloats(rarities, rarities.length));
    }

    /**
     * The phrases that most sources use.
     *
     * @param texts token numbers of each text
     * @param sources the source of each text
     * @param most largest number of phrases
     */
    public static PhraseTable choose(List<int[]> texts, List<String> sources, int most) {
        Map<Integer, Set<String>> users = new HashMap<>();
        Map<Integer, Integer> frequencies = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            for (int hash : Arrays.stream(hashes(texts.get(i))).distinct().toArray()) {
                users.computeIfAbsent(hash, key -> new HashSet<>(4)).add(sources.get(i));
                frequencies.merge(hash, 1, Integer::sum);
            }
        }
        int[] chosen = users.entrySet().stream()
                .filter(entry -> entry.getValue().size() >= LEAST_SOURCES)
                .sorted(Map.Entry.<Integer, Set<String>>comparingByValue((a, b) -> b.size() - a.size())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .mapToInt(Map.Entry::getKey)
                .toArray();
        float[] rarities = new float[chosen.length];
        for (int row = 0; row < chosen.length; row++) {
            int frequency = frequencies.getOrDefault(chosen[row], 0);
            rarities[row] = (float) (1 + Math.log((1.0 + texts.size()) / (1 + frequency)));
        }
        return new PhraseTable(chosen, rarities);
    }

    public int size() {
        return hashes.length;
    }

    /** The hash of each row's phrase; not a copy. */
    public int[] hashes() {
        return hashes;
    }

    /**
     * How much each row's phrase weighs among the phrases of a text: the inverse document frequency, 1 for a phrase of
     * every text; not a copy.
     */
    public float[] rarities() {
        return rarities;
    }

    /** The rows of the phrases of a text that are in the table, tokens first, then pairs. */
    public int[] rows(int[] tokens) {
        int[] rows = hashes(tokens);
        int count = 0;
        for (int hash : rows) {
            int row = find(hash);
            if (row != NONE) {
                rows[count++] = row;
            }
        }
        return Arrays.copyOf(rows, count);
    }

    /**
     * Adds up what the phrases of a text weigh: each one's weights by its rarity, the rarities of all scaled to unit length.
     * A text without a phrase of the table adds nothing.
     *
     * @param tokens of the text
     * @param weights a row for each phrase
     * @param sums what is added to, as long as a row
     */
    void addWeights(int[] tokens, WeightRows weights, float[] sums) {
        int[] rows = rows(tokens);
        float squares = 0;
        for (int row : rows) {
            squares += rarities[row] * rarities[row];
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int row : rows) {
            weights.addTo(row, scale * rarities[row], sums);
        }
    }

    private int find(int hash) {
        int slot = hash & mask;
        while (slots[slot] != NONE && hashes[slots[slot]] != hash) {
            slot = (slot + 1) & mask;
        }
        return slots[slot];
    }

    private static int[] hashes(int[] tokens) {
        int[] hashes = new int[Math.max(0, 2 * tokens.length - 1)];
        for (int i = 0; i < tokens.length; i++) {
            hashes[i] = hash(tokens[i] + 1, 0);
        }
        for (int i = 0; i + 1 < tokens.length; i++) {
            hashes[tokens.length + i] = hash(tokens[i] + 1, tokens[i + 1] + 1);
        }
        return hashes;
    }

    private static int hash(int first, int second) {
        int hash = first * MULTIPLIER_1 + Integer.rotateLeft(second * MULTIPLIER_2, 13);
        hash ^= hash >>> 15;
        hash *= MULTIPLIER_2;
        hash ^= hash >>> 13;
        hash *= MULTIPLIER_1;
        return hash ^ (hash >>> 16);
    }
}
