package dev.tinydancer.engine.call;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallTest {

    private static final byte[] CODE = HexFormat.of().parseHex("ffeeddccbbaa99887766" + "00".repeat(32 - 10));
    private static final double AT = 1_796_024_257.280345;

    @Test
    void decisionId_isOfVersion7_withTheTimeOfTheCallAndTheBitsOfTheCode() {
        UUID id = requireNonNull(call("sync", CODE).decisionId(0));

        assertThat(id).hasToString("01a22b63-4b00-7fee-9dcc-bbaa99887766");
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(1_796_024_257_280L);
    }

    @Test
    void decisionId_ofTheNextDecision_isTheNextNumber() {
        byte[] last = CODE.clone();
        last[9] = (byte) 0xFF;

        assertThat(call("off", last).decisionId(1)).hasToString("01a22b63-4b00-7fee-9dcc-bbaa99887800");
        assertThat(call("off", HexFormat.of().parseHex("ff".repeat(32))).decisionId(1))
                .hasToString("01a22b63-4b00-7ffe-8000-000000000000");
    }

    @Test
    void decisionId_ofADecisionThatTheEngineLogs_saysSo() {
        byte[] ones = HexFormat.of().parseHex("ff".repeat(32));

        assertThat(call("async", CODE).decisionId(0)).hasToString("01a22b63-4b00-7fef-9dcc-bbaa99887766");
        assertThat(call("async", ones).decisionId(0)).hasToString("01a22b63-4b00-7fff-bfff-ffffffffffff");
        assertThat(call("sync", ones).decisionId(0)).hasToString("01a22b63-4b00-7ffe-bfff-ffffffffffff");
    }

    @Test
    void decisionId_ofAVerbThatDecidesNothing_isNone() {
        assertThat(call(null, CODE).decisionId(0)).isNull();
    }

    private static Call<String> call(@Nullable String log, byte[] code) {
        return new Call<>(
                new Payload<>("default", 1, null, null, false, AT, 4711, log, null, "", null, "arguments"), code);
    }
}
