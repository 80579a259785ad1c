package dev.tinydancer.training.distillation;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Texts, as their tokens, and the unit vectors that the teacher gives them. Immutable as long as its arrays are. */
final class TaughtTexts {

    private final int[][] tokens;
    private final float[][] targets;

    /**
     * @param tokens of each text, at least one
     * @param targets of the same texts
     */
    TaughtTexts(int[][] tokens, float[][] targets) {
        this.tokens = tokens;
        this.targets = targets;
    }

    /** Some of the given texts. */
    static TaughtTexts of(List<Integer> rows, List<int[]> tokens, List<float[]> targets) {
        return new TaughtTexts(
                rows.stream().map(tokens::get).toArray(int[][]::new),
                rows.stream().map(targets::get).toArray(float[][]::new));
    }

    /** The same texts, each without about this share of its tokens, but never without all. */
    TaughtTexts thinned(double share, Random random) {
        if (share == 0) {
            return this;
        }
        int[][] thinned = new int[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            int[] kept = Arrays.stream(tokens[i])
                    .filter(token -> random.nextDouble() >= share)
                    .toArray();
            thinned[i] = kept.length == 0 ? tokens[i] : kept;
        }
        return new TaughtTexts(thinned, targets);
    }

    int size() {
        return tokens.length;
    }

    int[] tokens(int text) {
        return tokens[text];
    }

    float[][] targets() {
        return targets;
    }
}
