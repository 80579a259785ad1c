package dev.tinydancer.router.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.routing.AgentAssessment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The ten lines of Java, with the models that come along. */
final class AdaptiveRouterExampleTest {

    private static final Path README = Path.of("..", "README.md");
    private static final Path EXAMPLE =
            Path.of("src/test/java/dev/tinydancer/router/documentation/AdaptiveRouterExample.java");
    private static final String REQUEST = "Write a Python function to calculate Fibonacci numbers";

    @Test
    void example_choosesByThePolicy_andLearns() {
        AdaptiveRouterExample.Result result = AdaptiveRouterExample.run();

        String chosen = result.decision().chosen().agent().name();
        assertThat(result.decision().reasoning()).startsWith(chosen + ": best cost of 2 fitting agents");
        List<AgentAssessment> candidates = result.router().explain(REQUEST, Policy.QUALITY);
        assertThat(candidates).extracting(one -> one.agent().name()).containsExactly("gpt-4", "claude-3-haiku");
        for (AgentAssessment candidate : candidates) {
            // One good answer to the very same request.
            assertThat(candidate.quality().similarRequests())
                    .isCloseTo(candidate.agent().name().equals(chosen) ? 1 : 0, within(0.01));
        }
    }

    /** The page breaks lines in other places than the formatter. */
    @Test
    void readme_showsThisExample() throws IOException {
        Matcher example = Pattern.compile("(?s)region=\"example\"\\n(.*?)// @").matcher(Files.readString(EXAMPLE));
        assertThat(example.find()).isTrue();
        assertThat(withoutSpace(Files.readString(README))).contains(withoutSpace(example.group(1)));
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s", "");
    }
}
