package dev.tinydancer.workshop.measure;

import dev.tinydancer.benchmark.measurement.Amount;
import dev.tinydancer.benchmark.measurement.Measurement;
import dev.tinydancer.workshop.load.Load;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All bars: what figures are held to on two processors with nothing else running. */
final class Bars {

    /** Of what takes time: the most, microseconds. */
    private static final Map<String, Double> MICROS = Map.of(
            "route_not_logged", 180.0,
            "route_logged", 230.0,
            "first_100_calls_mean", 1_000.0,
            "list_agents_filled_log", 5_000.0,
            "semantic_match_1000x768", 40.0,
            "route_20_agents_20000_outcomes", 60.0);

    /** Of what takes time: the most, in times of the reference. */
    private static final Map<String, Double> RATIOS = Map.of("route_not_logged", 2.5, "route_logged", 2.5);

    /** Of what is no time: the most, in its unit. */
    private static final Map<String, Double> AMOUNTS = Map.of("decision_bytes", 550.0);

    private static final int FEW = 8;
    private static final int CROWD = 64;
    private static final int HUNDREDS = 500;

    private Bars() {}

    static List<Bar> of(Measurement measurement) {
        List<Bar> bars = new ArrayList<>();
        Double micros = MICROS.get(measurement.name());
        if (micros != null) {
            bars.add(new Bar("value", measurement.medianMicros(), true, micros, " µs"));
        }
        Double ratio = RATIOS.get(measurement.name());
        if (ratio != null) {
            bars.add(new Bar("ratio", measurement.ratio(), true, ratio, ""));
        }
        return bars;
    }

    static List<Bar> of(Amount amount) {
        Double most = AMOUNTS.get(amount.name());
        return most == null ? List.of() : List.of(new Bar("value", amount.value(), true, most, " " + amount.unit()));
    }

    /** @param ofCrowd the rate in times of that of 64 sessions */
    static List<Bar> ofRate(Load load, double ofCrowd) {
        return switch (load.name() + "/" + load.sessions()) {
            case "route_not_logged/" + CROWD -> List.of(new Bar("ratio", load.ratio(), false, 0.12, ""));
            case "route_logged/" + CROWD -> List.of(new Bar("ratio", load.ratio(), false, 0.08, ""));
            case "route_logged/" + HUNDREDS -> List.of(new Bar("of_64_sessions", ofCrowd, false, 0.9, " of 64"));
            default -> List.of();
        };
    }

    static List<Bar> ofFailures(Load load) {
        return load.name().equals("route_logged") && load.sessions() == HUNDREDS
                ? List.of(new Bar("failures", load.failures(), true, 0, ""))
                : List.of();
    }

    /** What a call may take of the processors. */
    static List<Bar> ofProcessor(Load load) {
        return load.name().equals("route_logged") && load.sessions() == FEW
                ? List.of(new Bar("processor_us", load.processorMicros(), true, 300, " µs"))
                : List.of();
    }
}
