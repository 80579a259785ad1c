package dev.tinydancer.workshop.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@code tiny-dancer torture}: the faults that take seconds. */
@Tag("once")
@Timeout(900)
final class TortureIT {

    @Test
    void underLoadAndFaults_nothingIsLostOverspentOrWrong() throws Exception {
        List<String> happened = Collections.synchronizedList(new ArrayList<>());
        // These take minutes where processors are few and shared.
        Set<Fault> quick =
                EnumSet.complementOf(EnumSet.of(Fault.ENGINE_OUT_OF_MEMORY, Fault.LARGE_REQUESTS, Fault.CLOCK_JUMPED));

        TortureReport report = new Torture(Duration.ofSeconds(30), 16, 21, quick, happened::add).run();

        // Deadlines are for a machine that does nothing else meanwhile.
        assertThat(report.holdsButForTime())
                .as(happened + " " + report.figures())
                .isTrue();
        assertThat(report.faults()).isNotEmpty();
        assertThat(report.decisions()).isGreaterThan(100);
        assertThat(report.outcomes()).isGreaterThan(50);
    }
}
