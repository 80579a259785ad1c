package dev.tinydancer.benchmark.routing;

import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.routing.RoutingDecision;
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
 * The whole decision, in process: from the text of a request, about 14 words, to one of 20 agents, with reasons; beside its
 * first part, the encoding of the text.
 *
 * <p>{@code java --add-modules jdk.incubator.vector -cp CLASSPATH org.openjdk.jmh.Main DecisionBenchmark}, with this module
 * and its dependencies on the class path.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecisionBenchmark {

    @Param({"0", "1000", "20000"})
    private int outcomes;

    private final Workload workload = new Workload(1);
    private AdaptiveRouter router = workload.router(0);

    /** Learns from the outcomes. */
    @Setup
    public void learn() {
        router = workload.router(outcomes);
    }

    /** Text to decision. */
    @Benchmark
    public RoutingDecision route() {
        return router.route(workload.nextText(), Policy.BALANCED);
    }

    /** Text to features. */
    @Benchmark
    public RequestFeatures encode() {
        return workload.encoder().encode(workload.nextText());
    }
}
