package dev.tinydancer.training.classifier;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * What is left out at random while training, so that no single word, phrase or unit is relied upon.
 *
 * @param tokens share of the tokens that are taken out of the text, in [0, 1)
 * @param phrases share of the phrase weights that are ignored, in [0, 1)
 * @param units share of the FastGRNN's outputs that are ignored, in [0, 1)
 */
record Dropout(float tokens, float phrases, float units) {

    Dropout {
        requireShare("tokens", tokens);
        requireShare("phrases", phrases);
        requireShare("units", units);
    }

    private static void requireShare(String name, float share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1), got " + share);
        }
    }

    /** The tokens that stay; at least one if there is any. */
    int[] thin(int[] all, RandomGenerator random) {
        int[] kept = new int[all.length];
        int count = 0;
        for (int token : all) {
            if (random.nextFloat() >= tokens) {
                kept[count++] = token;
            }
        }
        return count == 0 ? all : Arrays.copyOf(kept, count);
    }

    void choosePhrases(boolean[] dropped, RandomGenerator random) {
        choose(dropped, phrases, random);
    }

    void chooseUnits(boolean[] dropped, RandomGenerator random) {
        choose(dropped, units, random);
    }

    private static void choose(boolean[] dropped, float share, RandomGenerator random) {
        for (int i = 0; i < dropped.length; i++) {
            dropped[i] = random.nextFloat() < share;
        }
    }
}
