package dev.tinydancer.workshop.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.benchmark.measurement.Amount;
import dev.tinydancer.benchmark.measurement.Measurement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code bench} measures beside many sessions, in sizes that take seconds. */
@Tag("once")
@Timeout(300)
final class SectionsIT {

    private static final Sizes SMALL = new Sizes(
            1,
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            List.of(1),
            false,
            5,
            1,
            100,
            List.of(10, 20),
            List.of(0, 5),
            2_000,
            2);

    @Test
    void sections_haveFiguresThatMakeSense() throws Exception {
        try (Site site = Site.start(100)) {
            site.newEngine().start();
            site.pointAtEngines();

            Section disk = BytesPerDecision.measure(site, SMALL.decisionsOnDisk());
            Section growth = Growth.measure(site, SMALL, _ -> {});
            Section idle = IdleSessions.measure(site, SMALL.idleSessions(), SMALL.calls());
            Section frozen = FrozenEngine.measure(site, SMALL.rounds());
            Section log = LogSize.measure(site, SMALL, _ -> {});

            assertThat(amount(disk, "decision_bytes"))
                    .isEqualTo(amount(disk, "decision_table_bytes") + amount(disk, "decision_index_bytes"))
                    .isGreaterThan(100);
            assertThat(growth.times())
                    .extracting(Measurement::name)
                    .contains("route_text_of_1000000", "route_with_1000_agents", "semantic_route_of_20");
            assertThat(amount(growth, "engine_with_100_tenants")).isPositive();
            assertThat(amount(idle, "engine_with_5_idle_sessions")).isPositive();
            assertThat(median(frozen, "frozen_engine_to_error")).isGreaterThan(median(frozen, "deadline"));
            assertThat(log.times()).allSatisfy(time -> {
                assertThat(time.medianMicros()).isPositive();
                assertThat(time.reference()).endsWith("_empty_log");
            });
            try (Session session = site.session()) {
                assertThat(session.value("SELECT count(*) FROM tiny_dancer.decision"))
                        .isEqualTo("2000");
            }
        }
    }

    private static double amount(Section section, String name) {
        return section.amounts().stream()
                .filter(amount -> amount.name().equals(name))
                .mapToDouble(Amount::value)
                .findFirst()
                .orElseThrow();
    }

    private static double median(Section section, String name) {
        return section.times().stream()
                .filter(time -> time.name().equals(name))
                .mapToDouble(Measurement::medianMicros)
                .findFirst()
                .orElseThrow();
    }
}
