package dev.tinydancer.benchmark.evaluation;

import java.io.IOException;
import java.util.function.Consumer;

/** One way to measure how well the router decides. */
public interface EvaluationSuite {

    /** What it is called on the command line. */
    String name();

    /**
     * Runs the suite on the calling thread.
     *
     * @param progress is told in a few words what is being done, for a person who waits
     * @throws IOException if a file cannot be read
     * @throws InvalidDataException if a file is not of the form that the suite reads
     */
    EvaluationReport run(EvaluationOptions options, Consumer<String> progress) throws IOException;
}
