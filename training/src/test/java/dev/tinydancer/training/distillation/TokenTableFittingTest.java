package dev.tinydancer.training.distillation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.vector.VectorMath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TokenTableFittingTest {

    private static final int TOKENS = 30;
    private static final int DIMENSION = 6;
    private static final DistillationSettings SETTINGS =
            new DistillationSettings(DIMENSION, 20, 1e-4, 40, 16, 0.02, 0.2, 0, 3);

    private final SplittableRandom random = new SplittableRandom(11);

    private float[] randomVectors(int count) {
        float[] vectors = new float[count * DIMENSION];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = (float) random.nextGaussian();
        }
        return vectors;
    }

    private int[] randomText() {
        return random.ints(random.nextInt(1, 8), 1, TOKENS).toArray();
    }

    private static float[] direction(float[] table, int[] text) {
        float[] sum = new float[DIMENSION];
        for (int token : text) {
            VectorMath.addScaled(1, table, token * DIMENSION, sum, 0, DIMENSION);
        }
        VectorMath.normalizeInPlace(sum);
        return sum;
    }

    private float[] randomTarget() {
        float[] target = randomVectors(1);
        VectorMath.normalizeInPlace(target);
        return target;
    }

    @Test
    void differentiate_batch_asFiniteDifferences() {
        int[][] texts = {randomText(), {4, 4, 9}, randomText(), {9}, randomText()};
        float[][] targets = new float[texts.length][];
        Arrays.setAll(targets, i -> randomTarget());
        float[] table = randomVectors(TOKENS);
        TokenTableFitting fitting = new TokenTableFitting(table, SETTINGS, DistillationMonitor.SILENT);
        fitting.differentiate(new TaughtTexts(texts, targets));
        float step = 5e-3f;
        for (int token : new int[] {4, 9, texts[0][0], texts[2][0], 0}) {
            float[] gradient = fitting.gradient(token);
            for (int i = 0; i < DIMENSION; i++) {
                assertThat((double) gradient[i])
                        .as("token %d component %d", token, i)
                        .isCloseTo(slope(table, token * DIMENSION + i, step, texts, targets), within(2e-3));
            }
        }
    }

    private static double slope(float[] table, int at, float step, int[][] texts, float[][] targets) {
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
            float[] moved = table.clone();
            moved[at] += side == 0 ? -step : step;
            losses[side] = new TokenTableFitting(moved, SETTINGS, DistillationMonitor.SILENT)
                    .loss(new TaughtTexts(texts, targets));
        }
        return (losses[1] - losses[0]) / (2 * step);
    }

    @Test
    void differentiate_oneText_hasNoOthersToRelateTo() {
        float[] table = randomVectors(TOKENS);
        float[] target = randomTarget();
        TokenTableFitting fitting = new TokenTableFitting(table, SETTINGS, DistillationMonitor.SILENT);
        assertThat(fitting.loss(new TaughtTexts(new int[][] {{3, 5}}, new float[][] {target})))
                .isCloseTo(1 - VectorMath.dot(direction(table, new int[] {3, 5}), target), within(1e-6));
    }

    @Test
    void fit_targetsThatSumsCanReach_reachesThem() {
        float[] hidden = randomVectors(TOKENS);
        List<int[]> texts = new ArrayList<>();
        List<float[]> targets = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            texts.add(randomText());
            targets.add(direction(hidden, texts.getLast()));
        }
        float[] table = randomVectors(TOKENS);
        float[] untouched = Arrays.copyOf(table, DIMENSION);
        List<DistillationProgress> reports = new ArrayList<>();
        new TokenTableFitting(table, SETTINGS, reports::add).fit(texts, targets);
        // 20 of the 400 texts are held out.
        int steps = Math.ceilDiv(380, 16) * 40;
        assertThat(reports).extracting(DistillationProgress::total).containsOnly(steps);
        assertThat(reports)
                .extracting(DistillationProgress::done)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, steps).boxed().toList());
        assertThat(reports.getFirst().loss()).isGreaterThan(1);
        assertThat(reports.getFirst().heldOutLoss()).isNaN();
        assertThat(reports.getLast().loss()).isLessThan(0.05);
        assertThat(reports.getLast().heldOutLoss()).isLessThan(0.05);
        assertThat(Arrays.copyOf(table, DIMENSION)).as("a token in no text").isEqualTo(untouched);
        double cosines = 0;
        for (int i = 0; i < 100; i++) {
            int[] text = randomText();
            cosines += VectorMath.dot(direction(table, text), direction(hidden, text)) / 100;
        }
        assertThat(cosines).as("texts not seen").isGreaterThan(0.97);
    }

    @Test
    void fit_cancelled_leavesTheBestTableSoFar() {
        List<int[]> texts = new ArrayList<>();
        List<float[]> targets = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            texts.add(randomText());
            targets.add(randomTarget());
        }
        float[] table = randomVectors(TOKENS);
        float[] first = table.clone();
        List<DistillationProgress> reports = new ArrayList<>();
        new TokenTableFitting(table, SETTINGS, new DistillationMonitor() {
                    @Override
                    public void onProgress(DistillationProgress progress) {
                        reports.add(progress);
                    }

                    @Override
                    public boolean isCancelled() {
                        return reports.size() == 2;
                    }
                })
                .fit(texts, targets);
        assertThat(reports).extracting(DistillationProgress::done).containsExactly(1, 2, 3);
        assertThat(reports.getLast().heldOutLoss()).isPositive();
        assertThat(table).isNotEqualTo(first);
    }

    @Test
    void fit_rateThatRunsAway_leavesTheTableThatFitTheTextsHeldOutBest() {
        float[] hidden = randomVectors(TOKENS);
        List<int[]> texts = new ArrayList<>();
        List<float[]> targets = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            texts.add(randomText());
            targets.add(direction(hidden, texts.getLast()));
        }
        DistillationSettings wild = new DistillationSettings(DIMENSION, 20, 1e-4, 30, 190, 3, 0.2, 0, 3);
        float[] table = hidden.clone();
        List<float[]> tables = new ArrayList<>();
        List<Double> heldOut = new ArrayList<>();
        new TokenTableFitting(table, wild, progress -> {
                    tables.add(table.clone());
                    heldOut.add(progress.heldOutLoss());
                })
                .fit(texts, targets);
        assertThat(heldOut).hasSize(30).isSortedAccordingTo(Comparator.reverseOrder());
        int best = heldOut.indexOf(heldOut.getLast());
        assertThat(best).as("a pass before the last").isLessThan(29);
        assertThat(table).isEqualTo(tables.get(best));
    }

    @Test
    void thinned_half_leavesSomeOfEachText() {
        int[][] texts = new int[200][];
        Arrays.setAll(texts, i -> randomText());
        TaughtTexts thinned = new TaughtTexts(texts, new float[200][]).thinned(0.5, new Random(5));
        int before = 0;
        int after = 0;
        for (int i = 0; i < texts.length; i++) {
            assertThat(thinned.tokens(i)).isNotEmpty();
            assertThat(texts[i]).contains(thinned.tokens(i));
            before += texts[i].length;
            after += thinned.tokens(i).length;
        }
        assertThat((double) after / before).isBetween(0.45, 0.65);
    }

    @Test
    void fit_textWhoseVectorsCancel_staysFinite() {
        float[] table = new float[TOKENS * DIMENSION];
        table[DIMENSION] = 1;
        table[2 * DIMENSION] = -1;
        new TokenTableFitting(table, SETTINGS, DistillationMonitor.SILENT)
                .fit(List.of(new int[] {1, 2}, new int[] {3}), List.of(randomTarget(), randomTarget()));
        for (float component : table) {
            assertThat(component).isFinite();
        }
    }
}
