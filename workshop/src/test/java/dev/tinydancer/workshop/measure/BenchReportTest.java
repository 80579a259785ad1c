package dev.tinydancer.workshop.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import dev.tinydancer.benchmark.measurement.Amount;
import dev.tinydancer.benchmark.measurement.Measurement;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.workshop.load.Load;
import dev.tinydancer.workshop.load.ProcessorTime;
import dev.tinydancer.workshop.load.Section;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

final class BenchReportTest {

    private static final int WIDTH = 100;

    private final BenchReport report = new BenchReport(
            List.of(
                    load("select_1", 64, 85_000, 0),
                    load("route_not_logged", 8, 3_500, 0),
                    load("route_logged", 8, 2_400, 0),
                    load("route_logged", 64, 6_900, 0),
                    load("route_logged", 500, 6_000, 3)),
            List.of(load("route_not_logged_4_engines", 64, 12_345, 0)),
            List.of(
                    new Section(
                            "Kernels",
                            List.of(
                                    time("fastgrnn_step_768x64_plain_loops", 54, "fastgrnn_step_768x64_plain_loops", 1),
                                    time("fastgrnn_step_768x64", 5.5, "fastgrnn_step_768x64_plain_loops", 0.1))),
                    new Section(
                            "Calls",
                            List.of(
                                    time("bare_dblink_call", 80, "bare_dblink_call", 1),
                                    time("route_logged", 220, "bare_dblink_call", 2.75))),
                    new Section(
                            "Disk",
                            List.of(),
                            List.of(new Amount("decision_bytes", 551, "bytes", "decision_bytes", 1)))));

    @Test
    void print_givesTablesOfAHundredColumns_withBars() {
        List<String> lines = printed();

        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(WIDTH));
        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("route_logged ")
                        .contains(" 64      6900  0.081   1.00 ")
                        .endsWith("≥ 0.08"));
        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("route_logged ")
                        .contains(" 500      6000  0.071   0.87 ")
                        .endsWith(" 3 ≤ 0 !  ≥ 0.9 of 64 !"));
        assertThat(lines)
                .anySatisfy(line -> assertThat(line).startsWith("route_logged ").endsWith("≤ 230 µs, ≤ 2.5 !"))
                .anySatisfy(line ->
                        assertThat(line).startsWith("fastgrnn_step_768x64 ").contains(" 45.0 µs   0.10"))
                .anySatisfy(
                        line -> assertThat(line).startsWith("decision_bytes").endsWith("= 1  ≤ 550 bytes !"))
                .contains("route_logged in 500 sessions: no answer");
    }

    @Test
    void print_saysWhatAProcessorHasToDoForACall() {
        assertThat(printed())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("route_logged")
                        .containsPattern(" 8 +200\\.0 +75\\.0 +50\\.0 +325\\.0 +≤ 300 µs !"));
    }

    @Test
    void json_hasTheFieldsOfEveryFigure() {
        Map<String, Object> json = report.json(Map.of());

        assertThat(json).containsOnlyKeys("environment", "results", "loads");
        assertThat((List<?>) json.get("results"))
                .hasSize(5)
                .allSatisfy(entry -> assertThat(keys(entry))
                        .containsExactly("name", "value", "unit", "p99", "reference", "ratio", "plan", "bars"));
        assertThat((List<?>) json.get("loads"))
                .hasSize(6)
                .allSatisfy(entry -> assertThat(keys(entry))
                        .containsExactly(
                                "name",
                                "sessions",
                                "per_second",
                                "median_us",
                                "p99_us",
                                "failures",
                                "first_failure",
                                "database_user_us",
                                "database_system_us",
                                "engine_user_us",
                                "engine_system_us",
                                "ratio",
                                "processor_us",
                                "tail",
                                "of_64_sessions",
                                "bars"));
        assertThat(json.get("results"))
                .asInstanceOf(LIST)
                .last(MAP)
                .containsEntry("unit", "bytes")
                .containsEntry("bars", List.of(Map.of("figure", "value", "at_most", 550.0, "met", false)));
    }

    private List<String> printed() {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        report.print(new Terminal(writer, writer, Ansi.OFF, WIDTH));
        return out.toString().lines().toList();
    }

    private static List<Object> keys(Object entry) {
        return List.copyOf(((Map<?, ?>) entry).keySet());
    }

    private static Measurement time(String name, double micros, String reference, double ratio) {
        return new Measurement(name, micros, 123_456, reference, ratio);
    }

    private static Load load(String name, int sessions, double perSecond, long failures) {
        return new Load(
                name,
                sessions,
                perSecond,
                166_250,
                1_412_502,
                failures,
                failures == 0 ? null : "no answer",
                new ProcessorTime(200, 50),
                new ProcessorTime(50, 25),
                perSecond / 85_000);
    }
}
