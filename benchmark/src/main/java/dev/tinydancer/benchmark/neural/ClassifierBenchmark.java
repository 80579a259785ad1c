package dev.tinydancer.benchmark.neural;

import dev.tinydancer.router.neural.Classification;
import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.router.quality.RequestFeatures;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From the text of a request, 12 words long, to its category and capabilities, and to all of its features.
 *
 * <p>{@code java --add-modules jdk.incubator.vector -cp CLASSPATH org.openjdk.jmh.Main ClassifierBenchmark}, with this
 * module and its dependencies on the class path.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClassifierBenchmark {

    private static final List<String> REQUESTS = List.of(
            "Write a function in Python that merges two sorted lists of numbers",
            "Summarize the following report about the new library in three short sentences",
            "Why does this loop never stop when the list of names is empty",
            "A train leaves at nine and travels ninety miles in two hours");

    private final RequestEncoder encoder = RequestEncoder.standard();
    private int next;

    /** Category and capabilities. */
    @Benchmark
    public Classification classify() {
        return encoder.classify(request());
    }

    /** The same, the number of tokens and the static embedding. */
    @Benchmark
    public RequestFeatures encode() {
        return encoder.encode(request());
    }

    private String request() {
        next = (next + 1) % REQUESTS.size();
        return REQUESTS.get(next);
    }
}
