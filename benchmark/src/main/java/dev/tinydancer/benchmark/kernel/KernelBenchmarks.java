package dev.tinydancer.benchmark.kernel;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.benchmark.budget.BatchAssignmentBenchmark;
import dev.tinydancer.benchmark.measurement.Measurement;
import dev.tinydancer.benchmark.neural.ClassifierBenchmark;
import dev.tinydancer.benchmark.neural.FastGrnnBenchmark;
import dev.tinydancer.benchmark.routing.DecisionBenchmark;
import dev.tinydancer.benchmark.semantic.RouteMatchBenchmark;
import dev.tinydancer.benchmark.tokens.TokenCountBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The kernels that the project's promises name, each beside a reference: the same work in plain loops or single precision
 * where there is such a thing, and otherwise a step of FastGRNN in plain loops, as a measure of the machine.
 */
public final class KernelBenchmarks {

    private static final String YARDSTICK = "fastgrnn_step_768x64_plain_loops";
    private static final String SCALAR = "semantic_match_1000x768_scalar";

    private static final List<Kernel> KERNELS = List.of(
            new Kernel(YARDSTICK, FastGrnnBenchmark.class, "plainLoops", Map.of("hiddenUnits", "64"), YARDSTICK),
            new Kernel("fastgrnn_step_768x64", FastGrnnBenchmark.class, "step", Map.of("hiddenUnits", "64"), YARDSTICK),
            new Kernel("classify_text", ClassifierBenchmark.class, "classify", Map.of(), YARDSTICK),
            new Kernel("count_tokens_100_words", TokenCountBenchmark.class, "count", Map.of(), YARDSTICK),
            new Kernel("route_20_agents", DecisionBenchmark.class, "route", Map.of("outcomes", "0"), YARDSTICK),
            new Kernel(
                    "route_20_agents_20000_outcomes",
                    DecisionBenchmark.class,
                    "route",
                    Map.of("outcomes", "20000"),
                    YARDSTICK),
            new Kernel(
                    "batch_assignment_1000x20",
                    BatchAssignmentBenchmark.class,
                    "cheapest",
                    Map.of("batch", "RANDOM"),
                    YARDSTICK),
            new Kernel(SCALAR, RouteMatchBenchmark.class, "scalar", Map.of("shape", "1000x1x768"), SCALAR),
            new Kernel(
                    "semantic_match_1000x768",
                    RouteMatchBenchmark.class,
                    "exact",
                    Map.of("shape", "1000x1x768"),
                    SCALAR));

    /**
     * One benchmark method.
     *
     * @param reference the name of an earlier kernel, or its own
     */
    private record Kernel(
            String name, Class<?> benchmark, String method, Map<String, String> parameters, String reference) {}

    private record Times(double medianMicros, double p99Micros) {}

    private KernelBenchmarks() {}

    /**
     * Runs them one after the other.
     *
     * @param quick with a tenth of the repetitions
     * @param progress is told what is being measured
     * @throws IllegalStateException if a benchmark fails
     * @throws IOException if its output cannot be kept
     */
    public static List<Measurement> run(boolean quick, Consumer<String> progress) throws IOException {
        Map<String, Times> times = new LinkedHashMap<>();
        List<Measurement> measurements = new ArrayList<>();
        for (Kernel kernel : KERNELS) {
            progress.accept("measuring " + kernel.name());
            Times own = times(kernel, quick);
            times.put(kernel.name(), own);
            Times reference = requireNonNull(times.get(kernel.reference()), kernel.reference());
            measurements.add(new Measurement(
                    kernel.name(),
                    own.medianMicros(),
                    own.p99Micros(),
                    kernel.reference(),
                    own.medianMicros() / reference.medianMicros()));
        }
        return measurements;
    }

    /** A whole decision is compiled later than a kernel. */
    private static int quickWarmUps(Kernel kernel) {
        return kernel.benchmark() == DecisionBenchmark.class ? 12 : 4;
    }

    private static Times times(Kernel kernel, boolean quick) throws IOException {
        // What the forked process says, JMH would print among the results.
        Path output = Files.createTempFile("benchmark-", ".log");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^\\Q" + kernel.benchmark().getName() + "." + kernel.method() + "\\E$")
                .mode(Mode.SampleTime)
                .timeUnit(TimeUnit.MICROSECONDS)
                .forks(quick ? 1 : 2)
                .warmupIterations(quick ? quickWarmUps(kernel) : 4)
                .warmupTime(TimeValue.milliseconds(quick ? 300 : 1_000))
                .measurementIterations(quick ? 1 : 4)
                .measurementTime(TimeValue.milliseconds(quick ? 300 : 1_000))
                .shouldFailOnError(true)
                .output(output.toString())
                .verbosity(VerboseMode.SILENT);
        kernel.parameters().forEach(options::param);
        try {
            Result<?> result = new Runner(options.build()).runSingle().getPrimaryResult();
            return new Times(
                    result.getStatistics().getPercentile(50),
                    result.getStatistics().getPercentile(99));
        } catch (RunnerException e) {
            throw new IllegalStateException(
                    "the benchmark " + kernel.name() + " failed: " + e.getMessage() + "; it said: "
                            + Files.readString(output),
                    e);
        } finally {
            Files.delete(output);
        }
    }
}
