package dev.tinydancer.workshop.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@code tiny-dancer torture}, with a seed by which nearly every fault happens within its time. */
@Tag("once")
@Timeout(300)
final class TortureIT {

    @Test
    void underLoadAndFaults_nothingIsLostOverspentOrWrong() throws Exception {
        List<String> happened = new ArrayList<>();

        TortureReport report = new Torture(Duration.ofSeconds(45), 16, 21, happened::add).run();

        assertThat(report.holds()).as(happened + " " + report.figures()).isTrue();
        assertThat(report.faults()).isNotEmpty();
        assertThat(report.decisions()).isGreaterThan(100);
        assertThat(report.outcomes()).isGreaterThan(50);
    }
}
