package dev.tinydancer.workshop.load;

import dev.tinydancer.benchmark.sql.BenchmarkedServer;
import dev.tinydancer.postgres.install.EngineAddress;
import dev.tinydancer.postgres.install.Installer;
import dev.tinydancer.workshop.process.EngineProcess;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Routing from SQL as an installation does it: PostgreSQL with its ordinary settings, engines in processes of their own, six
 * agents, and eight requests.
 */
final class Site implements AutoCloseable {

    /** A call for each request, to be made in turns. */
    static final List<String> ROUTE = List.of(
                    "Write a Python function to calculate Fibonacci numbers",
                    "Analyze this complex legal document and list all obligations of the tenant",
                    "What is the capital of France?",
                    "Summarize the attached article in three sentences for a newsletter",
                    "Fix the null pointer exception in the following Java method and add a test",
                    "Translate this paragraph into German and keep the formal tone of it",
                    "Plan a five day trip to Lisbon with two children on a budget",
                    "Solve the equation 3x + 7 = 22 and explain every single step of it")
            .stream()
            .map("SELECT * FROM ruvector_route('%s')"::formatted)
            .toList();

    /** Registers the agents, for the tenant of the session. */
    static final String AGENTS = """
            SELECT ruvector_register_agent('agent-' || n, 'llm',
                ARRAY[(ARRAY['reasoning', 'code', 'analysis', 'creative', 'simple-tasks'])[1 + n % 5]],
                cost_per_1k_tokens := 0.0005 * n, avg_latency_ms := 200 + 100 * n, quality_score := 0.6 + 0.06 * n)
            FROM generate_series(1, 6) AS n""";

    private final BenchmarkedServer server;
    private final List<EngineProcess> engines = new ArrayList<>();

    private Site(BenchmarkedServer server) {
        this.server = server;
    }

    /**
     * Starts a server, and no engine yet.
     *
     * @param connections that it takes at a time
     */
    static Site start(int connections) throws IOException, SQLException {
        Site site = new Site(BenchmarkedServer.start(connections));
        try (Session session = site.session()) {
            session.execute(AGENTS);
            return site;
        } catch (SQLException e) {
            site.close();
            throw e;
        }
    }

    /** Connections of the superuser. */
    DataSource database() {
        return server.superuser();
    }

    /** A session that logs its decisions. */
    Session session() throws SQLException {
        return new Session(database(), "sync");
    }

    /** A session that does not log its decisions. */
    Session sessionWithoutLog() throws SQLException {
        return new Session(database(), "off");
    }

    /** One that has not been started. */
    EngineProcess newEngine() throws IOException {
        EngineProcess engine = new EngineProcess(
                server.urlWithoutPassword(),
                server.password(),
                server.folder().resolve("engine-" + engines.size() + ".log"));
        engines.add(engine);
        return engine;
    }

    /** Those that there are, in the order in which they came. */
    List<EngineProcess> engines() {
        return Collections.unmodifiableList(engines);
    }

    /** The first one. */
    EngineProcess engine() {
        return engines.getFirst();
    }

    /** Ends all engines but the first, and lets sessions know. */
    void keepFirstEngine() throws SQLException, InterruptedException {
        while (engines.size() > 1) {
            engines.removeLast().terminate();
        }
        pointAtEngines();
    }

    /** Sessions choose among several at random where libpq can, which it can since PostgreSQL 16. */
    void pointAtEngines() throws SQLException {
        String hosts = String.join(",", Collections.nCopies(engines.size(), BenchmarkedServer.HOST));
        String ports =
                engines.stream().map(engine -> Integer.toString(engine.port())).collect(Collectors.joining(","));
        Installer.pointAtEngine(database(), new EngineAddress(hosts, ports));
    }

    @Override
    public void close() {
        engines.forEach(EngineProcess::close);
        server.close();
    }
}
