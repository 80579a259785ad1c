package dev.tinydancer.workshop.load;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Routing from SQL as an installation does it: what a start takes and a decision on disk, what many sessions get, then bulk,
 * growth and an engine that freezes, and last what reads a log that has grown.
 */
public final class LoadBenchmark {

    /**
     * What was measured.
     *
     * @param sessions with one engine
     * @param engines with several
     * @param sections all else
     */
    public record Report(List<Load> sessions, List<Load> engines, List<Section> sections) {}

    private LoadBenchmark() {}

    /**
     * Measures on a server of its own.
     *
     * @param progress is told what is being measured
     */
    public static Report run(Sizes sizes, Consumer<String> progress)
            throws IOException, SQLException, InterruptedException {
        try (Site site = Site.start(SessionLoads.HUNDREDS + SessionLoads.CROWD)) {
            List<Section> sections = new ArrayList<>();
            progress.accept("measuring a start");
            sections.add(Starts.measure(site, sizes.rounds()));
            progress.accept("measuring what a decision takes on disk");
            sections.add(BytesPerDecision.measure(site, sizes.decisionsOnDisk()));

            SessionLoads loads = new SessionLoads(site, sizes, progress);
            List<Load> sessions = loads.sessions();
            List<Load> engines = loads.severalEngines();

            progress.accept("measuring many texts in one call");
            sections.add(Bulk.measure(site, sizes.fewCalls()));
            sections.add(Growth.measure(site, sizes, progress));
            progress.accept("measuring idle sessions");
            sections.add(IdleSessions.measure(site, sizes.idleSessions(), sizes.calls()));
            progress.accept("freezing an engine");
            sections.add(FrozenEngine.measure(site, sizes.rounds()));
            sections.add(LogSize.measure(site, sizes, progress));
            return new Report(sessions, engines, sections);
        }
    }
}
