package dev.tinydancer.benchmark.neural;

import dev.tinydancer.router.neural.FastGrnnCell;
import dev.tinydancer.router.neural.WeightMatrix;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One step of a cell with separate weights for gate and update, 768 inputs, beside the same sums written as plain loops.
 *
 * <p>{@code java --add-modules jdk.incubator.vector -cp CLASSPATH org.openjdk.jmh.Main FastGrnnBenchmark}, with this
 * module and its dependencies on the class path.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FastGrnnBenchmark {

    private static final int INPUTS = 768;
    private static final float ZETA = 0.9f;
    private static final float NU = 0.05f;
    private static final double TOLERANCE = 1e-4;

    @Param({"64", "128"})
    private int hiddenUnits;

    private PlainCell plain = new PlainCell(1, new Random(1));
    private FastGrnnCell cell = plain.cell();
    private FastGrnnCell.Workspace workspace = cell.workspace();
    private float[] input = {};
    private float[] start = {};
    private float[] state = {};

    /** Makes a random cell, and checks that both ways to step it agree. */
    @Setup
    public void prepare() {
        Random random = new Random(1);
        plain = new PlainCell(hiddenUnits, random);
        cell = plain.cell();
        workspace = cell.workspace();
        input = gaussian(random, INPUTS);
        start = gaussian(random, hiddenUnits);
        state = start.clone();
        float[] expected = plainLoops();
        float[] actual = step();
        for (int i = 0; i < hiddenUnits; i++) {
            if (Math.abs(expected[i] - actual[i]) > TOLERANCE) {
                throw new IllegalStateException("unit " + i + " is " + actual[i] + ", plain loops give " + expected[i]);
            }
        }
    }

    /** The cell's own step. */
    @Benchmark
    public float[] step() {
        System.arraycopy(start, 0, state, 0, hiddenUnits);
        cell.step(input, 0, state, workspace);
        return state;
    }

    /** The formula as it stands in the paper. */
    @Benchmark
    public float[] plainLoops() {
        return plain.step(input, start);
    }

    private static float[] gaussian(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = 0.05f * (float) random.nextGaussian();
        }
        return values;
    }

    /** The cell as arrays and loops. */
    private static final class PlainCell {

        private final int hiddenUnits;
        private final float[] gateInput;
        private final float[] gateRecurrent;
        private final float[] updateInput;
        private final float[] updateRecurrent;
        private final float[] bias;

        PlainCell(int hiddenUnits, Random random) {
            this.hiddenUnits = hiddenUnits;
            gateInput = gaussian(random, hiddenUnits * INPUTS);
            gateRecurrent = gaussian(random, hiddenUnits * hiddenUnits);
            updateInput = gaussian(random, hiddenUnits * INPUTS);
            updateRecurrent = gaussian(random, hiddenUnits * hiddenUnits);
            bias = gaussian(random, hiddenUnits);
        }

        FastGrnnCell cell() {
            return FastGrnnCell.plan(
                    WeightMatrix.dense(hiddenUnits, INPUTS, gateInput),
                    WeightMatrix.dense(hiddenUnits, hiddenUnits, gateRecurrent),
                    bias,
                    WeightMatrix.dense(hiddenUnits, INPUTS, updateInput),
                    WeightMatrix.dense(hiddenUnits, hiddenUnits, updateRecurrent),
                    bias,
                    ZETA,
                    NU);
        }

        float[] step(float[] input, float[] hidden) {
            float[] next = new float[hiddenUnits];
            for (int i = 0; i < hiddenUnits; i++) {
                float gate = bias[i];
                float update = bias[i];
                for (int j = 0; j < INPUTS; j++) {
                    gate += gateInput[i * INPUTS + j] * input[j];
                    update += updateInput[i * INPUTS + j] * input[j];
                }
                for (int j = 0; j < hiddenUnits; j++) {
                    gate += gateRecurrent[i * hiddenUnits + j] * hidden[j];
                    update += updateRecurrent[i * hiddenUnits + j] * hidden[j];
                }
                float z = (float) (1 / (1 + Math.exp(-gate)));
                next[i] = (ZETA * (1 - z) + NU) * (float) Math.tanh(update) + z * hidden[i];
            }
            return next;
        }
    }
}
