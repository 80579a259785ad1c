package dev.tinydancer.training.distillation;

import dev.tinydancer.router.vector.VectorMath;
import dev.tinydancer.training.distillation.DistillationProgress.Stage;
import dev.tinydancer.training.optimization.Adam;
import dev.tinydancer.training.optimization.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Moves the vectors of tokens until sums of them point where they should. Confined to a thread. */
final class TokenTableFitting {

    /** One text of so many is held out, up to {@link #MOST_HELD_OUT}. */
    private static final int HELD_OUT_PART = 20;

    private static final int MOST_HELD_OUT = 1024;

    private final float[] table;
    private final int dimension;
    private final DistillationSettings settings;
    private final DistillationMonitor monitor;
    private final Random random;
    private final Adam adam = new Adam();
    private final Parameter vectors;

    /** The table with the least loss on the texts held out, and that loss. */
    private final float[] best;

    private double leastLoss = Double.NaN;

    /** @param table {@code [tokens × dimension]}, changed in place */
    TokenTableFitting(float[] table, DistillationSettings settings, DistillationMonitor monitor) {
        this.table = table;
        this.dimension = settings.dimension();
        this.settings = settings;
        this.monitor = monitor;
        random = new Random(settings.seed());
        vectors = Parameter.table("tokens", table, dimension);
        adam.add(vectors, 1, 0);
        best = table.clone();
    }

    /**
     * Fits the table to texts, of which some are held out; in the end it is the one of all passes that fits these best.
     *
     * @param texts tokens of each text, at least one
     * @param targets unit vectors, {@code float[dimension]}
     */
    void fit(List<int[]> texts, List<float[]> targets) {
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            rows.add(i);
        }
        Collections.shuffle(rows, random);
        int heldOutSize = Math.min(MOST_HELD_OUT, texts.size() / HELD_OUT_PART);
        TaughtTexts heldOut = TaughtTexts.of(rows.subList(0, heldOutSize), texts, targets);
        List<Integer> seen = rows.subList(heldOutSize, rows.size());
        int batches = Math.ceilDiv(seen.size(), settings.batchSize());
        int steps = Math.multiplyExact(batches, settings.epochs());
        boolean cancelled = false;
        for (int step = 0; step < steps && !cancelled; step++) {
            int first = step % batches * settings.batchSize();
            if (first == 0) {
                Collections.shuffle(seen, random);
            }
            int end = Math.min(seen.size(), first + settings.batchSize());
            TaughtTexts batch = TaughtTexts.of(seen.subList(first, end), texts, targets);
            double loss = differentiate(batch.thinned(settings.tokenDropout(), random));
            double rate = settings.learningRate() * (1 + Math.cos(Math.PI * step / steps)) / 2;
            adam.step((float) rate, 1, Float.POSITIVE_INFINITY);
            cancelled = monitor.isCancelled();
            if (cancelled || end == seen.size()) {
                keepIfBest(heldOut);
            }
            monitor.onProgress(new DistillationProgress(Stage.FITTING, step + 1, steps, loss, leastLoss));
        }
        System.arraycopy(best, 0, table, 0, table.length);
    }

    private void keepIfBest(TaughtTexts heldOut) {
        double loss = heldOut.size() == 0 ? Double.NaN : loss(heldOut);
        if (Double.isNaN(leastLoss) || loss < leastLoss) {
            leastLoss = loss;
            System.arraycopy(table, 0, best, 0, table.length);
        }
    }

    double loss(TaughtTexts texts) {
        return loss(texts, sums(texts)).mean();
    }

    /** The loss of a batch; its gradient is kept for the next step. */
    double differentiate(TaughtTexts batch) {
        UnitSums sums = sums(batch);
        SimilarityLoss loss = loss(batch, sums);
        for (int i = 0; i < batch.size(); i++) {
            if (sums.lengths[i] > 0) {
                float[] gradient = loss.gradient(i);
                // Through the scaling to unit length: what points along the vector changes nothing.
                VectorMath.addScaled(-VectorMath.dot(gradient, sums.units[i]), sums.units[i], gradient);
                collect(batch.tokens(i), (float) (1 / sums.lengths[i]), gradient);
            }
        }
        return loss.mean();
    }

    private SimilarityLoss loss(TaughtTexts texts, UnitSums sums) {
        return new SimilarityLoss(sums.units, texts.targets(), settings.temperature());
    }

    /** Sums of the tokens' vectors of texts, as directions and lengths. */
    private static final class UnitSums {

        private final float[][] units;
        private final double[] lengths;

        UnitSums(int texts, int dimension) {
            units = new float[texts][dimension];
            lengths = new double[texts];
        }
    }

    private UnitSums sums(TaughtTexts texts) {
        UnitSums sums = new UnitSums(texts.size(), dimension);
        for (int i = 0; i < texts.size(); i++) {
            for (int token : texts.tokens(i)) {
                VectorMath.addScaled(1, table, token * dimension, sums.units[i], 0, dimension);
            }
            sums.lengths[i] = VectorMath.normalizeInPlace(sums.units[i]);
        }
        return sums;
    }

    /** Adds a text's gradient to that of each of its tokens. */
    private void collect(int[] tokens, float factor, float[] gradient) {
        for (int token : tokens) {
            VectorMath.addScaled(factor, gradient, 0, vectors.gradient(), vectors.touch(token), dimension);
        }
    }

    /** What {@link #differentiate} has kept for a token; zeros for one that was in no text. */
    float[] gradient(int token) {
        return Arrays.copyOfRange(vectors.gradient(), token * dimension, (token + 1) * dimension);
    }
}
