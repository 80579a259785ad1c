package dev.tinydancer.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CopyRowTest {

    private final StringBuilder text = new StringBuilder();

    @Test
    void row_separatesValuesAndEscapesWhatCopyTakesForItsOwn() {
        new CopyRow(text)
                .value("a\tb\nc\rd\\e")
                .value(null)
                .value(1.5)
                .value("")
                .end();
        assertThat(text).hasToString("a\\tb\\nc\\rd\\\\e\t\\N\t1.5\t\n");
    }

    @Test
    void bytea_isHexadecimal() {
        new CopyRow(text).bytea(new byte[] {0, 127, -1}).byteaOfHex("cafe").end();
        assertThat(text).hasToString("\\\\x007fff\t\\\\xcafe\n");
    }

    @Test
    void texts_areQuotedTwice_onceForTheArrayOnceForCopy() {
        new CopyRow(text)
                .texts(List.of("plain", "NULL", "q\"b\\t\t"))
                .texts(List.of())
                .end();
        assertThat(text).hasToString("{\"plain\",\"NULL\",\"q\\\\\"b\\\\\\\\t\\t\"}\t\\N\n");
    }
}
