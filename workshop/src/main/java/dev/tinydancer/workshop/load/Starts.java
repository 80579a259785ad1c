package dev.tinydancer.workshop.load;

import dev.tinydancer.workshop.process.EngineProcess;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What an engine takes to its first answer, and its first calls, in which Java compiles. */
final class Starts {

    private static final int FIRST_CALLS = 100;
    private static final int LATER_CALLS = 2_000;
    private static final double MICROS_PER_NANO = 1e-3;

    private Starts() {}

    /** Starts the first engine of a site so many times, and leaves it running. */
    static Section measure(Site site, int rounds) throws IOException, SQLException, InterruptedException {
        EngineProcess engine = site.newEngine();
        site.pointAtEngines();
        List<Double> starts = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        double later = 0;
        for (int round = 0; round < rounds; round++) {
            if (engine.isRunning()) {
                engine.terminate();
            }
            long began = System.nanoTime();
            engine.start();
            try (Session session = site.session()) {
                session.micros(Site.ROUTE.getFirst());
                starts.add((System.nanoTime() - began) * MICROS_PER_NANO);
                first.add(meanOfCalls(session, FIRST_CALLS));
                meanOfCalls(session, LATER_CALLS);
                later = meanOfCalls(session, LATER_CALLS);
            }
        }
        Series series = new Series();
        series.add("call_after_" + 2 * LATER_CALLS, Sample.of(later));
        series.add("start_to_first_answer", sample(starts));
        series.add("first_" + FIRST_CALLS + "_calls_mean", sample(first));
        return new Section("Start of an engine, one session, logged", series.times());
    }

    private static Sample sample(List<Double> micros) {
        return Sample.of(micros.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double meanOfCalls(Session session, int calls) throws SQLException {
        double micros = 0;
        for (int i = 0; i < calls; i++) {
            micros += session.micros(Site.ROUTE.get(i % Site.ROUTE.size()));
        }
        return micros / calls;
    }
}
