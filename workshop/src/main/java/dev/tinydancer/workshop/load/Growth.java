package dev.tinydancer.workshop.load;

import dev.tinydancer.benchmark.measurement.Amount;
import dev.tinydancer.benchmark.measurement.Measurement;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A call where agents, semantic routes, the text or tenants grow; nothing is logged. */
final class Growth {

    private static final int[] CHARACTERS = {10, 100, 1_000, 10_000, 100_000, 1_000_000};
    private static final int[] AGENTS = {10, 100, 1_000};
    private static final int[] TENANTS = {1, 100};
    private static final int LONG_TEXT = 100_000;

    private static final String FEWER_AGENTS =
            "SELECT ruvector_remove_agent(name) FROM ruvector_list_agents() WHERE name LIKE 'grown-%'";

    private final Site site;
    private final Sizes sizes;
    private final Consumer<String> progress;
    private final List<Measurement> times = new ArrayList<>();
    private final List<Amount> amounts = new ArrayList<>();

    private Growth(Site site, Sizes sizes, Consumer<String> progress) {
        this.site = site;
        this.sizes = sizes;
        this.progress = progress;
    }

    /**
     * Leaves routes and tenants behind.
     *
     * @param progress is told what grows
     */
    static Section measure(Site site, Sizes sizes, Consumer<String> progress) throws IOException, SQLException {
        Growth growth = new Growth(site, sizes, progress);
        growth.text();
        growth.agents();
        growth.routes();
        growth.tenants();
        return new Section("Growth: text, agents, routes, tenants; not logged", growth.times, growth.amounts);
    }

    private void text() throws SQLException {
        progress.accept("measuring longer and longer texts");
        Series series = new Series();
        try (Session session = site.sessionWithoutLog()) {
            for (int characters : CHARACTERS) {
                int calls = characters < LONG_TEXT ? sizes.calls() : sizes.fewCalls();
                series.add(
                        "route_text_of_" + characters,
                        session.sample(
                                calls,
                                "SELECT * FROM ruvector_route(left(repeat('Compare the two reports on rivers. ', "
                                        + (characters / 30 + 1) + "), " + characters + "))"));
            }
        }
        times.addAll(series.times());
    }

    private void agents() throws SQLException {
        Series route = new Series();
        Series list = new Series();
        try (Session session = site.sessionWithoutLog()) {
            for (int number : AGENTS) {
                progress.accept("measuring " + number + " agents");
                session.execute(moreAgents(number));
                route.add("route_with_" + number + "_agents", session.sample(sizes.calls(), Site.ROUTE));
                list.add(
                        "list_" + number + "_agents",
                        session.sample(sizes.fewCalls(), "SELECT * FROM ruvector_list_agents()"));
            }
            session.execute(FEWER_AGENTS);
        }
        times.addAll(route.times());
        times.addAll(list.times());
    }

    private void routes() throws SQLException {
        Series series = new Series();
        try (Session session = site.sessionWithoutLog()) {
            int present = 0;
            for (int number : sizes.routes()) {
                progress.accept("measuring " + number + " semantic routes");
                session.execute(moreRoutes(present, number));
                present = number;
                series.add(
                        "semantic_route_of_" + number,
                        session.sample(
                                sizes.calls(), "SELECT * FROM ruvector_semantic_route('When does my parcel arrive?')"));
            }
        }
        times.addAll(series.times());
    }

    private void tenants() throws IOException, SQLException {
        Series series = new Series();
        try (Session session = site.sessionWithoutLog()) {
            int present = 0;
            for (int number : TENANTS) {
                progress.accept("measuring " + number + " tenants");
                while (present < number) {
                    newTenant(session, ++present);
                }
                double[] micros = new double[Math.max(number, sizes.calls())];
                for (int turn = 0; turn < micros.length; turn++) {
                    session.execute("SET ROLE grown_" + (1 + turn % number));
                    micros[turn] = session.micros(Site.ROUTE.get(turn % Site.ROUTE.size()));
                }
                session.execute("RESET ROLE");
                series.add("route_with_" + number + "_tenants", Sample.of(micros));
                series.add(
                        "engine_with_" + number + "_tenants",
                        (double) site.engine().residentMegabytes(),
                        "MB");
            }
        }
        times.addAll(series.times());
        amounts.addAll(series.amounts());
    }

    private static String moreAgents(int number) {
        return """
                SELECT ruvector_register_agent('grown-' || n, 'llm',
                    ARRAY[(ARRAY['reasoning', 'code', 'analysis', 'creative', 'simple-tasks'])[1 + n %% 5]],
                    cost_per_1k_tokens := 0.0005 * n, avg_latency_ms := 200 + n,
                    quality_score := 0.5 + 0.4 * n / (n + 100.0))
                FROM generate_series((SELECT count(*) + 1 FROM ruvector_list_agents()), %d) AS n""".formatted(number);
    }

    /** With directions drawn at random; {@code 0 * n} has each draw its own. */
    private static String moreRoutes(int present, int number) {
        return """
                SELECT ruvector_create_route('grown-' || n, 'a route', 'agent-1', embedding := ARRAY(
                    SELECT (random() - 0.5)::real FROM generate_series(1, 384 + 0 * n)))
                FROM generate_series(%d + 1, %d) AS n""".formatted(present, number);
    }

    /** One that has called once. */
    private static void newTenant(Session session, int number) throws SQLException {
        session.execute("CREATE ROLE grown_%d".formatted(number));
        session.execute("GRANT tiny_dancer_admin, tiny_dancer_user TO grown_%d".formatted(number));
        session.execute("SELECT tiny_dancer.assign_tenant('grown_%1$d', 'grown-%1$d')".formatted(number));
        session.execute("SET ROLE grown_%d".formatted(number));
        session.execute(Site.AGENTS);
        session.micros(Site.ROUTE.getFirst());
        session.execute("RESET ROLE");
    }
}
