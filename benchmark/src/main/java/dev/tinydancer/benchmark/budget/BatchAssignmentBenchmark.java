package dev.tinydancer.benchmark.budget;

import dev.tinydancer.router.budget.AssignmentProblem;
import dev.tinydancer.router.budget.BatchAssignment;
import dev.tinydancer.router.policy.Prospect;
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
 * Assigning a batch of 1,000 requests to 20 agents once quality and cost of every pair are predicted, both ways: the
 * cheapest at a mean quality, the best at a total cost. Each call gets another batch, as in use.
 *
 * <p>{@code java -cp CLASSPATH org.openjdk.jmh.Main BatchAssignmentBenchmark}, with this module and its dependencies on the
 * class path.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class BatchAssignmentBenchmark {

    private static final int REQUESTS = 1_000;
    private static final int AGENTS = 20;
    private static final int BATCHES = 16;

    /** How quality and cost of a pair come about. */
    public enum Batch {
        /** Independent of each other. */
        RANDOM,
        /** Prices over three powers of ten, abilities that grow with them, requests of any difficulty and length. */
        REALISTIC,
        /** All requests alike, as without any history: what tells solutions apart is rounding. */
        ALIKE,
        /** Quality in proportion to cost: nothing is dominated, and the search runs into its limit. */
        PROPORTIONAL
    }

    @Param
    private Batch batch = Batch.RANDOM;

    private final AssignmentProblem[] problems = new AssignmentProblem[BATCHES];
    private final double[] totalCost = new double[BATCHES];
    private final double[] meanQuality = new double[BATCHES];
    private int next;

    /** Makes the batches, with bounds in the middle of what can be reached. */
    @Setup
    public void prepare() {
        for (int i = 0; i < BATCHES; i++) {
            problems[i] = problem(new Random(i));
            BatchAssignment cheapest = problems[i].best(0);
            BatchAssignment best = problems[i].cheapest(1);
            totalCost[i] = (cheapest.totalCostUsd() + best.totalCostUsd()) / 2;
            meanQuality[i] = (cheapest.meanQuality() + best.meanQuality()) / 2;
        }
    }

    /** The cheapest assignment at a mean quality. */
    @Benchmark
    public BatchAssignment cheapest() {
        next = (next + 1) % BATCHES;
        return checked(problems[next].cheapest(meanQuality[next]));
    }

    /** The best assignment at a total cost. */
    @Benchmark
    public BatchAssignment best() {
        next = (next + 1) % BATCHES;
        return checked(problems[next].best(totalCost[next]));
    }

    private static BatchAssignment checked(BatchAssignment assignment) {
        if (!assignment.boundKept() || assignment.relaxationGap() > 0.005) {
            throw new IllegalStateException("gap " + assignment.relaxationGap());
        }
        return assignment;
    }

    private AssignmentProblem problem(Random random) {
        double[] price = new double[AGENTS];
        double[] ability = new double[AGENTS];
        for (int agent = 0; agent < AGENTS; agent++) {
            double decade = 3 * random.nextDouble();
            price[agent] = Math.pow(10, decade - 4);
            ability[agent] = decade - 1.5 + random.nextGaussian() / 2;
        }
        AssignmentProblem.Builder builder = AssignmentProblem.builder(REQUESTS, AGENTS);
        for (int request = 0; request < REQUESTS; request++) {
            double difficulty = batch == Batch.ALIKE ? 0 : random.nextGaussian();
            double length = batch == Batch.ALIKE ? 1 : Math.exp(random.nextGaussian());
            for (int agent = 0; agent < AGENTS; agent++) {
                builder.offer(
                        request,
                        agent,
                        switch (batch) {
                            case RANDOM -> new Prospect(random.nextDouble(), random.nextDouble(), 0);
                            case REALISTIC, ALIKE ->
                                new Prospect(1 / (1 + Math.exp(difficulty - ability[agent])), price[agent] * length, 0);
                            case PROPORTIONAL -> {
                                double quality = random.nextDouble();
                                yield new Prospect(quality, 2 * quality, 0);
                            }
                        });
            }
        }
        return builder.build();
    }
}
