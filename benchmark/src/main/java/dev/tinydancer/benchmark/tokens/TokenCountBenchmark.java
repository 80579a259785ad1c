package dev.tinydancer.benchmark.tokens;

import dev.tinydancer.router.tokens.TextTokens;
import dev.tinydancer.router.tokens.TokenFamily;
import dev.tinydancer.router.tokens.TokenVocabulary;
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
 * Counts the tokens of a request of 100 words: by one vocabulary, and by the families of OpenAI's older models and of Claude
 * together.
 *
 * <p>{@code java --add-modules jdk.incubator.vector -cp CLASSPATH org.openjdk.jmh.Main TokenCountBenchmark}, with this module
 * and its dependencies on the class path.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenCountBenchmark {

    private static final String HUNDRED_WORDS = """
            Our largest customer asked why the invoice for October is higher than the one for September, although fewer \
            people used the service. Please compare both months line by line, name the three items that grew most, and say \
            for each of them whether the contract allows it. If a discount was promised in an earlier letter and not given, \
            mention that first. The answer goes to a person who has not seen the figures before, so avoid abbreviations, \
            keep every sentence short, and put the amounts into a small table at the end. Do not apologise for anything""";

    private static final TokenFamily CLAUDE = TokenFamily.ofModel("claude");

    /** One vocabulary. */
    @Benchmark
    public int count() {
        return TokenVocabulary.O200K_BASE.count(HUNDRED_WORDS);
    }

    /** Two vocabularies, three families. */
    @Benchmark
    public double threeFamilies() {
        TextTokens tokens = TextTokens.of(HUNDRED_WORDS);
        return tokens.by(TokenFamily.O200K) + tokens.by(TokenFamily.CL100K) + tokens.by(CLAUDE);
    }
}
