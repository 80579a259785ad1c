package dev.tinydancer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.CommandRun;
import dev.tinydancer.cli.terminal.ExitCode;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("once")
final class DemoCommandIT {

    @Test
    void json_isOneObject_withTheRowsOfEveryStatement() throws IOException {
        CommandRun run = CommandRun.of("demo", "--json");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
        assertThat(run.err()).isEmpty();
        JsonNode told = JsonMapper.shared().readTree(run.out());
        JsonNode stations = told.path("stations");
        assertThat(stations).hasSameSizeAs(Tour.load().stations());
        assertThat(stations).allSatisfy(station -> {
            assertThat(station.path("title").asString()).isNotEmpty();
            assertThat(station.path("ms").asDouble()).isPositive();
            assertThat(station.path("rows").isArray())
                    .as(station.path("sql").asString())
                    .isEqualTo(station.path("sql").asString().startsWith("SELECT"));
        });
        assertThat(told.path("route_median_ms").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(told.path("route_p95_ms").asDouble());
    }
}
