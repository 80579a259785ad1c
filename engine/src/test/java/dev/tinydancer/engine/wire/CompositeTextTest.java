package dev.tinydancer.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class CompositeTextTest {

    @Test
    void values_ofEachType_areWrittenAsPostgresReadsThem() {
        String text = new CompositeText()
                .text("a, (b) \"c\" \\ d\n")
                .bool(true)
                .integer(-1)
                .bigint(Long.MIN_VALUE)
                .float8(1.0e-300)
                .uuid(new UUID(1, 2))
                .timestamp(Instant.ofEpochMilli(0))
                .interval(Duration.ofSeconds(90))
                .bytea(new byte[] {0, 127, -1})
                .texts(List.of("x", "y\"z", ""))
                .toString();

        assertThat(text)
                .isEqualTo("(\"a, (b) \\\"c\\\" \\\\ d\n\",t,-1,-9223372036854775808,1.0E-300,"
                        + "00000000-0000-0001-0000-000000000002,1970-01-01T00:00:00Z,PT1M30S,\"\\\\x007fff\","
                        + "\"{\\\"x\\\",\\\"y\\\\\\\"z\\\",\\\"\\\"}\")");
    }

    @Test
    void nulls_areNothing_andTheEmptyTextIsNot() {
        assertThat(new CompositeText().text(null).text("").integer(null).texts(List.of()))
                .hasToString("(,\"\",,)");
        assertThat(new CompositeText().float8(Double.NaN).float8(Double.NEGATIVE_INFINITY))
                .hasToString("(NaN,-Infinity)");
    }

    @Test
    void array_tellsNullFromTheWord() {
        assertThat(CompositeText.array(Arrays.asList("NULL", null))).isEqualTo("{\"NULL\",NULL}");
    }
}
