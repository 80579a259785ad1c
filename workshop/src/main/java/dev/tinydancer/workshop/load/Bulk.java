package dev.tinydancer.workshop.load;

import java.sql.SQLException;

/** Many texts in one call. */
final class Bulk {

    private static final int MANY = 10_000;
    private static final int SOME = 100;

    private Bulk() {}

    /**
     * Measures in one session, decisions logged.
     *
     * @param calls of each with many texts
     */
    static Section measure(Site site, int calls) throws SQLException {
        Series series = new Series();
        try (Session session = site.session()) {
            series.add("batch_route_of_1", session.sample(SOME, call("ruvector_batch_route", 1)));
            series.add("batch_route_of_100", session.sample(3 * calls, call("ruvector_batch_route", SOME)));
            series.add("batch_route_of_10000", once(session, calls, call("ruvector_batch_route", MANY)));
            series.add("classify_requests_of_10000", once(session, calls, call("ruvector_classify_requests", MANY)));
            series.add("embed_batch_of_100", once(session, calls, call("ruvector_embed_batch", SOME)));
        }
        return new Section("Many texts in one call", series.times());
    }

    /** Calls of seconds need no others before them. */
    private static Sample once(Session session, int calls, String query) throws SQLException {
        double[] micros = new double[Math.max(1, calls / 3)];
        for (int i = 0; i < micros.length; i++) {
            micros[i] = session.micros(query);
        }
        return Sample.of(micros);
    }

    private static String call(String function, int texts) {
        return """
                SELECT * FROM %s(ARRAY(
                    SELECT 'Write a poem about ' || n || ' rivers and the bridges over them' FROM generate_series(1, %d) AS n))""".formatted(function, texts);
    }
}
