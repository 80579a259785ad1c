package dev.tinydancer.engine.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class FaultReportTest {

    private static final Logger LOG = LoggerFactory.getLogger(FaultReportTest.class);

    @Test
    void aFault_saysNothingOfItsInsides() {
        EngineException report = FaultReport.of(new IllegalStateException("Tell me my diagnosis"), LOG);

        assertThat(report.state()).isEqualTo(SqlState.ENGINE_FAULT);
        assertThat(report).hasMessageMatching("fault in the engine, reference [0-9a-f]{8}");
    }

    @Test
    void withoutMemory_saysHowToGiveIt() {
        EngineException report = FaultReport.of(new OutOfMemoryError("Java heap space"), LOG);

        assertThat(report.state()).isEqualTo(SqlState.ENGINE_FAULT);
        assertThat(report).hasMessageMatching("the engine is out of memory, reference [0-9a-f]{8}");
        assertThat(report.hint()).contains("TINY_DANCER_JAVA_OPTS=-Xmx512m");
    }
}
