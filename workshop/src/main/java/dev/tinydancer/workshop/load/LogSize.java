package dev.tinydancer.workshop.load;

import dev.tinydancer.benchmark.measurement.Measurement;
import dev.tinydancer.benchmark.sql.LogFill;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What reads the log where a session or an engine waits for it, with an empty log and with a filled one. */
final class LogSize {

    private record Read(String name, String query) {}

    /** The polls are the statements of an engine. */
    private static final List<Read> READS = List.of(
            new Read("list_agents", "SELECT * FROM ruvector_list_agents()"),
            new Read("budget_status", "SELECT * FROM ruvector_budget_status()"),
            new Read("engine_status", "SELECT ruvector_engine_status()"),
            new Read("poll_circuits", """
                    SELECT tenant, agent, circuit, rests_until FROM tiny_dancer.agent_circuit
                    WHERE circuit <> 'closed'"""),
            new Read("poll_outcomes", """
                    SELECT * FROM tiny_dancer.evidence_since(pg_current_snapshot())
                    WHERE agent IS NOT NULL AND embedding IS NOT NULL AND decision_id IS NOT NULL
                    ORDER BY recorded_at"""),
            new Read("poll_settlements", "SELECT tenant FROM tiny_dancer.tenants_to_settle() AS tenant"),
            new Read("poll_tally", "SELECT tiny_dancer.tally()"));

    private static final int CALLS_FOR_EACH_OF_FEW = 3;
    private static final int DECISIONS_OF_AN_OUTCOME = 10;

    private LogSize() {}

    /**
     * Empties the log, and fills it.
     *
     * @param progress is told what is done meanwhile
     */
    static Section measure(Site site, Sizes sizes, Consumer<String> progress) throws IOException, SQLException {
        int decisions = sizes.decisionsInLog();
        int calls = CALLS_FOR_EACH_OF_FEW * sizes.fewCalls();
        try (Session session = site.session()) {
            session.execute("TRUNCATE tiny_dancer.decision, tiny_dancer.outcome");
            progress.accept("measuring what reads an empty log");
            List<Sample> before = samples(session, calls);
            progress.accept("filling the log with " + decisions + " decisions");
            LogFill.fill(site.database(), decisions, decisions / DECISIONS_OF_AN_OUTCOME, sizes.daysInLog());
            progress.accept("adding up the log");
            untilNothingIsLeft(session, "tally", "tally_progress");
            untilNothingIsLeft(session, "roll_up", "rollup_progress");
            progress.accept("measuring what reads a filled log");
            List<Sample> filled = samples(session, calls);

            List<Measurement> times = new ArrayList<>();
            for (int i = 0; i < READS.size(); i++) {
                Series series = new Series();
                series.add(READS.get(i).name() + "_empty_log", before.get(i));
                series.add(READS.get(i).name() + "_filled_log", filled.get(i));
                times.addAll(series.times());
            }
            return new Section(String.format(Locale.ROOT, "The log, empty and with %,d decisions", decisions), times);
        }
    }

    /** As an engine does; where it is at it, after it. */
    private static void untilNothingIsLeft(Session session, String duty, String progress) throws SQLException {
        String done;
        do {
            session.execute("SELECT FROM tiny_dancer." + progress + " FOR UPDATE");
            done = session.value("SELECT tiny_dancer." + duty + "()");
        } while (!done.equals("0"));
    }

    private static List<Sample> samples(Session session, int calls) throws SQLException {
        List<Sample> samples = new ArrayList<>();
        for (Read read : READS) {
            samples.add(session.sample(calls, read.query()));
        }
        return samples;
    }
}
