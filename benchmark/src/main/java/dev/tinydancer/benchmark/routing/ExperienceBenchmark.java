package dev.tinydancer.benchmark.routing;

import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.policy.Prospect;
import java.util.List;
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
 * What experience of 20 agents takes: to predict what each of them would bring for a request, to record an outcome, and to
 * learn anew from all.
 *
 * <p>{@code java --add-modules jdk.incubator.vector -cp CLASSPATH org.openjdk.jmh.Main ExperienceBenchmark}, with this
 * module and its dependencies on the class path.
 */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class ExperienceBenchmark {

    @Param({"1000", "20000"})
    private int outcomes;

    private final Workload workload = new Workload(1);
    private AdaptiveRouter router = workload.router(0);

    /** Learns from the outcomes. */
    @Setup
    public void learnFirst() {
        router = workload.router(outcomes);
    }

    /** Quality, cost and latency of every agent for a request. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public List<Prospect> predictAll() {
        return router.router().prospects(workload.agents(), workload.nextRequest());
    }

    /** Another outcome; at the capacity it drives out the oldest. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Warmup(iterations = 4, batchSize = 500)
    @Measurement(iterations = 10, batchSize = 500)
    public void record500() {
        router.record(workload.nextOutcome());
    }

    /** All outcomes anew. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Warmup(iterations = 4)
    @Measurement(iterations = 10)
    public void learn() {
        router.learn();
    }
}
