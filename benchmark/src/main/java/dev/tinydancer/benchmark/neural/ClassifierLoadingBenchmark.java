package dev.tinydancer.benchmark.neural;

import dev.tinydancer.router.neural.RequestClassifier;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading the shipped classifier, as the first thing that a new process does; the bar is 300 ms.
 *
 * <p>{@code java --add-modules jdk.incubator.vector -cp CLASSPATH org.openjdk.jmh.Main ClassifierLoadingBenchmark}, with
 * this module and its dependencies on the class path.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(10)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class ClassifierLoadingBenchmark {

    @Benchmark
    public RequestClassifier load() {
        return RequestClassifier.standard();
    }
}
