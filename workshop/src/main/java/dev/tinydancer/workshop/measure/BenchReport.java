package dev.tinydancer.workshop.measure;

import dev.tinydancer.benchmark.measurement.Amount;
import dev.tinydancer.benchmark.measurement.Measurement;
import dev.tinydancer.cli.terminal.Table;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.workshop.load.Load;
import dev.tinydancer.workshop.load.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bench} measured, for people and for programs.
 *
 * @param sessions that call at the same time, one engine
 * @param engines likewise, several of them
 * @param sections all else
 */
record BenchReport(List<Load> sessions, List<Load> engines, List<Section> sections) {

    private static final int CROWD = 64;

    /** The table "Benchmarks" of the original extension's integration plan. */
    private static final Map<String, Double> PLANNED_MICROS = Map.of(
            "fastgrnn_step_768x64", 45.0,
            "classify_text", 120.0,
            "semantic_match_1000x768", 250.0,
            "route_20_agents", 500.0);

    /** @param environment what the figures belong to */
    Map<String, Object> json(Map<String, Object> environment) {
        return Map.of(
                "environment",
                environment,
                "results",
                sections.stream()
                        .flatMap(section -> Stream.concat(
                                section.times().stream().map(BenchReport::entry),
                                section.amounts().stream().map(BenchReport::entry)))
                        .toList(),
                "loads",
                Stream.concat(sessions.stream(), engines.stream())
                        .map(this::entry)
                        .toList());
    }

    private static Map<String, @Nullable Object> entry(Measurement measurement) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("name", measurement.name());
        entry.put("value", measurement.medianMicros());
        entry.put("unit", "us");
        entry.put("p99", measurement.p99Micros());
        entry.put("reference", measurement.reference());
        entry.put("ratio", measurement.ratio());
        entry.put("plan", PLANNED_MICROS.get(measurement.name()));
        entry.put("bars", entries(Bars.of(measurement)));
        return entry;
    }

    private static Map<String, @Nullable Object> entry(Amount amount) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("name", amount.name());
        entry.put("value", amount.value());
        entry.put("unit", amount.unit());
        entry.put("p99", null);
        entry.put("reference", amount.reference());
        entry.put("ratio", amount.ratio());
        entry.put("plan", null);
        entry.put("bars", entries(Bars.of(amount)));
        return entry;
    }

    private Map<String, @Nullable Object> entry(Load load) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("name", load.name());
        entry.put("sessions", load.sessions());
        entry.put("per_second", load.perSecond());
        entry.put("median_us", load.medianMicros());
        entry.put("p99_us", load.p99Micros());
        entry.put("failures", load.failures());
        entry.put("first_failure", load.firstFailure());
        entry.put("database_user_us", load.database().userMicros());
        entry.put("database_system_us", load.database().systemMicros());
        entry.put("engine_user_us", load.engine().userMicros());
        entry.put("engine_system_us", load.engine().systemMicros());
        entry.put("ratio", load.ratio());
        entry.put("processor_us", load.processorMicros());
        entry.put("tail", load.tail());
        entry.put("of_64_sessions", ofCrowd(load));
        entry.put(
                "bars",
                Stream.of(Bars.ofRate(load, ofCrowd(load)), Bars.ofFailures(load), Bars.ofProcessor(load))
                        .flatMap(List::stream)
                        .map(Bar::entry)
                        .toList());
        return entry;
    }

    private static List<Map<String, Object>> entries(List<Bar> bars) {
        return bars.stream().map(Bar::entry).toList();
    }

    /** The rate in times of that of the same with 64 sessions. */
    private double ofCrowd(Load load) {
        return load.perSecond()
                / Stream.concat(sessions.stream(), engines.stream())
                        .filter(other -> other.name().equals(load.name()) && other.sessions() == CROWD)
                        .findFirst()
                        .orElse(load)
                        .perSecond();
    }

    void print(Terminal terminal) {
        terminal.plainResult("Sessions: calls a second, ratio to SELECT 1 and to 64 sessions; times in µs");
        terminal.table(rates(sessions));
        failures(terminal, sessions);
        heading(terminal, "Sessions: processor time of a call, µs");
        terminal.table(processors(sessions));
        heading(terminal, "Engines: calls a second, ratio to SELECT 1; times in µs");
        terminal.table(rates(engines));
        failures(terminal, engines);
        heading(terminal, "Engines: processor time of a call, µs");
        terminal.table(processors(engines));
        for (Section section : sections) {
            heading(terminal, section.title());
            terminal.table(table(section));
        }
    }

    private static void heading(Terminal terminal, String title) {
        terminal.plainResult("");
        terminal.plainResult(title);
    }

    private static void failures(Terminal terminal, List<Load> loads) {
        loads.stream()
                .filter(load -> load.firstFailure() != null)
                .forEach(load -> terminal.plainResult(
                        "%s in %d sessions: %s".formatted(load.name(), load.sessions(), load.firstFailure())));
    }

    private Table rates(List<Load> loads) {
        return new Table(
                List.of("name", "sessions", "a second", "ratio", "of 64", "median", "p99", "tail", "failed", "bar"),
                List.of(false, true, true, true, true, true, true, true, true, false),
                loads.stream()
                        .map(load -> List.of(
                                load.name(),
                                Integer.toString(load.sessions()),
                                number(0, load.perSecond()),
                                number(3, load.ratio()),
                                number(2, ofCrowd(load)),
                                number(0, load.medianMicros()),
                                number(0, load.p99Micros()),
                                number(1, load.tail()),
                                (load.failures() + " " + text(Bars.ofFailures(load))).strip(),
                                text(Bars.ofRate(load, ofCrowd(load)))))
                        .toList());
    }

    private static Table processors(List<Load> loads) {
        return new Table(
                List.of("name", "sessions", "database", "kernel", "engine", "together", "bar"),
                List.of(false, true, true, true, true, true, false),
                loads.stream()
                        .map(load -> List.of(
                                load.name(),
                                Integer.toString(load.sessions()),
                                number(1, load.database().userMicros()),
                                number(
                                        1,
                                        load.database().systemMicros()
                                                + load.engine().systemMicros()),
                                number(1, load.engine().userMicros()),
                                number(1, load.processorMicros()),
                                text(Bars.ofProcessor(load))))
                        .toList());
    }

    private static Table table(Section section) {
        List<List<String>> rows = new ArrayList<>();
        for (Measurement time : section.times()) {
            Double planned = PLANNED_MICROS.get(time.name());
            rows.add(List.of(
                    time.name(),
                    time(time.medianMicros()),
                    time(time.p99Micros()),
                    planned == null ? "" : time(planned),
                    ratio(time.name(), time.reference(), time.ratio()),
                    text(Bars.of(time))));
        }
        for (Amount amount : section.amounts()) {
            rows.add(List.of(
                    amount.name(),
                    number(0, amount.value()) + " " + amount.unit(),
                    "",
                    "",
                    ratio(amount.name(), amount.reference(), amount.ratio()),
                    text(Bars.of(amount))));
        }
        return new Table(
                List.of("name", "median", "p99", "plan", "ratio", "bar"),
                List.of(false, true, true, true, true, false),
                rows);
    }

    /** A reference shows that it is one. */
    private static String ratio(String name, String reference, double ratio) {
        return name.equals(reference) ? "= 1" : number(2, ratio);
    }

    private static String text(List<Bar> bars) {
        return bars.stream().map(Bar::text).collect(Collectors.joining(", "));
    }

    private static String number(int decimals, double value) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** In the unit that leaves four digits at most before the point. */
    private static String time(double micros) {
        return micros < 1_000
                ? number(1, micros) + " µs"
                : micros < 1_000_000 ? number(1, micros / 1_000) + " ms" : number(2, micros / 1_000_000) + " s";
    }
}
