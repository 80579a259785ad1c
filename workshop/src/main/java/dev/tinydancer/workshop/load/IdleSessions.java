package dev.tinydancer.workshop.load;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What sessions cost that have called once and do nothing more: memory of the engine, and the calls of another session. */
final class IdleSessions {

    private IdleSessions() {}

    /**
     * Opens them one after the other, and closes them.
     *
     * @param numbers of idle sessions, ascending
     */
    static Section measure(Site site, List<Integer> numbers, int calls) throws IOException, SQLException {
        Series series = new Series();
        List<Session> idle = new ArrayList<>();
        try (Session session = site.sessionWithoutLog()) {
            for (int number : numbers) {
                while (idle.size() < number) {
                    Session another = site.sessionWithoutLog();
                    idle.add(another);
                    another.micros(Site.ROUTE.getFirst());
                }
                series.add("route_with_" + number + "_idle_sessions", session.sample(calls, Site.ROUTE));
                series.add(
                        "engine_with_" + number + "_idle_sessions",
                        (double) site.engine().residentMegabytes(),
                        "MB");
            }
        } finally {
            for (Session each : idle) {
                each.close();
            }
        }
        return new Section("Idle sessions; resident memory of the engine", series.times(), series.amounts());
    }
}
