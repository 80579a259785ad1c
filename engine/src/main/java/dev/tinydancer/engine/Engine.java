package dev.tinydancer.engine;

import dev.tinydancer.engine.brain.Brain;
import dev.tinydancer.engine.call.CallSessions;
import dev.tinydancer.engine.call.Rehearsal;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.catalog.JdbcCatalogSource;
import dev.tinydancer.engine.catalog.JdbcRouteSource;
import dev.tinydancer.engine.catalog.RouteStore;
import dev.tinydancer.engine.config.EngineConfig;
import dev.tinydancer.engine.config.ListenConfig;
import dev.tinydancer.engine.config.Setting;
import dev.tinydancer.engine.credential.CredentialStore;
import dev.tinydancer.engine.duty.Heartbeat;
import dev.tinydancer.engine.duty.LogMaintenance;
import dev.tinydancer.engine.duty.NotificationListener;
import dev.tinydancer.engine.duty.PriceChanges;
import dev.tinydancer.engine.duty.Schedule;
import dev.tinydancer.engine.evidence.EvidenceFeed;
import dev.tinydancer.engine.evidence.OutcomeCount;
import dev.tinydancer.engine.http.HttpEndpoints;
import dev.tinydancer.engine.jdbc.Connections;
import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.DatabaseException;
import dev.tinydancer.engine.jdbc.DetachedWork;
import dev.tinydancer.engine.json.ProtocolJson;
import dev.tinydancer.engine.log.DecisionLog;
import dev.tinydancer.engine.metrics.BudgetMetrics;
import dev.tinydancer.engine.metrics.CallMetrics;
import dev.tinydancer.engine.metrics.CircuitMetrics;
import dev.tinydancer.engine.metrics.DecisionMetrics;
import dev.tinydancer.engine.metrics.EngineGauges;
import dev.tinydancer.engine.metrics.LogMetrics;
import dev.tinydancer.engine.metrics.OutcomeMetrics;
import dev.tinydancer.engine.page.Page;
import dev.tinydancer.engine.reservation.ReservingRouter;
import dev.tinydancer.engine.semantic.JdbcRouteUses;
import dev.tinydancer.engine.semantic.RouteFinder;
import dev.tinydancer.engine.trace.CallTrace;
import dev.tinydancer.engine.trace.OpenTelemetryTrace;
import dev.tinydancer.engine.verb.EngineDescription;
import dev.tinydancer.engine.verb.EngineVerbs;
import dev.tinydancer.engine.wire.WireConfig;
import dev.tinydancer.engine.wire.WireServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine: reads secrets and catalogs from its database, warms up, and answers SQL functions until it is closed. It
 * holds no truth of its own, so that any number of engines may serve a database, and each may be killed at any time.
 */
public final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** libpq and JDBC want a number of PostgreSQL's; what they make of it matters to no answer. */
    private static final String SPOKEN_VERSION = "18.0";

    /** How long routes that nobody asks for stay in memory. */
    private static final Duration ROUTES_KEPT = Duration.ofHours(1);

    /** Those of a tenant that has asked since are not given up for another's. */
    private static final Duration ROUTES_IN_USE = Duration.ofSeconds(10);

    /** How often it is looked whether there is enough to learn from. */
    private static final Duration LEARNING_INTERVAL = Duration.ofSeconds(1);

    /** More often than anything scrapes. */
    private static final Duration COUNTING_INTERVAL = Duration.ofSeconds(1);

    /** What has come since is left to those who ask. */
    private static final Duration TALLY_INTERVAL = Duration.ofSeconds(1);

    /** How long after its time a price may be taken up. */
    private static final Duration PRICE_INTERVAL = Duration.ofSeconds(1);

    /** How long a circuit may have changed before an engine knows, and a reservation be over before it is settled. */
    private static final Duration POOL_INTERVAL = Duration.ofMillis(500);

    private static final Duration LOG_GRACE = Duration.ofSeconds(5);

    private final EngineConfig config;
    private final String version = EngineVersion.read();
    private final StartedParts parts = new StartedParts();
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private @Nullable HttpEndpoints http;
    private @Nullable WireServer wire;
    private @Nullable CredentialStore credentials;
    private volatile boolean ready;

    private Engine(EngineConfig config) {
        this.config = config;
    }

    /**
     * Starts an engine. When this returns, it answers.
     *
     * @throws EngineStartException if the database cannot be used as it is, or an address cannot be listened at
     * @throws InterruptedException if the thread is interrupted meanwhile; nothing runs then
     */
    public static Engine start(EngineConfig config) throws InterruptedException {
        long startNanos = System.nanoTime();
        Engine engine = new Engine(config);
        try {
            engine.startParts();
        } catch (InterruptedException | RuntimeException | Error e) {
            engine.close();
            throw e;
        }
        LOG.info(
                "engine {} answers at {} after {} ms",
                engine.version,
                engine.address(),
                Duration.ofNanos(System.nanoTime() - startNanos).toMillis());
        return engine;
    }

    private void startParts() throws InterruptedException {
        // The first of all that measures, for it says how the others are named.
        EngineGauges gauges = new EngineGauges(metrics, version);
        parts.add("gauges", gauges::close);
        startHttp();
        Brain brain = Brain.load(config.features(), config.exploration());
        parts.add("models", brain::close);
        Rehearsal rehearsal = Rehearsal.begin(brain);
        Connections connections = connect();
        Database database = connections.reading();
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
        parts.add("readers", readers::shutdownNow);
        CatalogStore catalogs = new CatalogStore(
                new JdbcCatalogSource(database, ProtocolJson.mapper()),
                readers,
                config.database().timeout());
        DetachedWork detached = new DetachedWork(
                readers,
                config.database().timeout(),
                Math.max(1, config.database().poolSize() / 2));
        Routes routes = routes(connections, readers, detached);
        CredentialStore credentials = readDatabase(database, readers, brain);
        this.credentials = credentials;
        EvidenceFeed evidence = EvidenceFeed.open(
                connections.keeping(), catalogs, brain, config.log().remembered(), readers);
        ReservingRouter reserving = ReservingRouter.open(
                connections,
                ProtocolJson.mapper(),
                detached,
                InstantSource.system(),
                new BudgetMetrics(metrics),
                new CircuitMetrics(metrics));
        DecisionLog log = DecisionLog.start(connections.keeping(), config.log(), new LogMetrics(metrics));
        parts.add("decision log", () -> log.close(LOG_GRACE));

        EngineVerbs verbs = new EngineVerbs(
                catalogs,
                brain,
                evidence,
                reserving,
                log,
                new DecisionMetrics(metrics),
                new EngineVerbs.Semantic(routes.store(), new RouteFinder(routes.uses()), routes.builders()),
                config.features(),
                new EngineDescription(version, brain::models, brain.kernels()));
        CallSessions sessions = new CallSessions(credentials, new CallMetrics(metrics), trace(), verbs.verbs());
        sessions.finish(
                rehearsal,
                verbs.counting(new DecisionMetrics(new SimpleMeterRegistry())).verbs());
        catalogs.forget(Rehearsal.TENANT);

        NotificationListener notices = listenForNotices(database, catalogs, routes.store(), credentials, brain);
        WireServer server = listen(credentials, sessions);
        brain.prepare();
        Runnable models = showGauges(gauges, server, catalogs, notices, evidence, brain);
        startDuties(connections.keeping(), server, evidence, reserving, routes, models);
        servePage();
        ready = true;
    }

    private CallTrace trace() {
        if (config.traces().isEmpty()) {
            return CallTrace.OFF;
        }
        CallTrace trace = new OpenTelemetryTrace(config.traces().get(), version);
        parts.add("traces", trace::close);
        return trace;
    }

    /** What holds of the engine; returns what shows the models that are in use then. */
    private Runnable showGauges(
            EngineGauges gauges,
            WireServer server,
            CatalogStore catalogs,
            NotificationListener notices,
            EvidenceFeed evidence,
            Brain brain) {
        gauges.show("tinydancer.connections", "Sessions of the database that are connected", server::sessionCount);
        gauges.show(
                "tinydancer.connections.most",
                "Sessions that may be connected at a time",
                () -> config.listen().maxConnections());
        gauges.show(
                "tinydancer.catalog.version", "Highest version of a catalog that is held", catalogs::highestVersion);
        gauges.show("tinydancer.catalog.tenants", "Tenants whose catalog is held", catalogs::size);
        gauges.show(
                "tinydancer.notices.listening",
                "1 while notices of the database arrive, else 0",
                () -> notices.isListening() ? 1 : 0);
        gauges.show(
                "tinydancer.evidence.version",
                "How many outcomes and judgements have been taken in since the engine started",
                evidence::version);
        gauges.show("tinydancer.evidence.outcomes", "Outcomes in memory from which is learned", evidence::outcomes);
        gauges.show(
                "tinydancer.evidence.age.seconds",
                "Seconds since outcomes were last looked for in the database",
                () -> evidence.age().toMillis() / 1000.0);
        return () -> gauges.showModels(brain.models());
    }

    /** Opens something that listens. */
    @FunctionalInterface
    private interface Listener<T> {
        T start() throws IOException;
    }

    private static <T> T listening(InetSocketAddress address, Setting port, Listener<T> listener) {
        try {
            return listener.start();
        } catch (IOException e) {
            throw new EngineStartException(
                    "cannot listen at %s:%d: %s; the setting %s names another port"
                            .formatted(address.getHostString(), address.getPort(), e.getMessage(), port.key()),
                    e);
        }
    }

    private void startHttp() {
        Optional<InetSocketAddress> address = config.http();
        if (address.isPresent()) {
            HttpEndpoints endpoints = listening(
                    address.get(),
                    Setting.HTTP_PORT,
                    () -> HttpEndpoints.start(address.get(), this::isReady, metrics::scrape));
            http = endpoints;
            parts.add("HTTP", endpoints::close);
        }
    }

    private void servePage() {
        HttpEndpoints endpoints = http;
        if (endpoints != null && config.page().isServed()) {
            Database looking = Connections.openLooking(config.database());
            parts.add("database connections of the page", looking::close);
            Page page = new Page(config.page(), looking, ProtocolJson.mapper(), System::nanoTime);
            endpoints.serveRest(page::handle);
        }
    }

    private boolean isReady() {
        return ready && credentials != null && credentials.isNewEnough();
    }

    private Connections connect() {
        try {
            Connections connections = Connections.open(config.database());
            parts.add("database connections", connections::close);
            return connections;
        } catch (DatabaseException e) {
            throw new EngineStartException(
                    "cannot connect to " + config.database().url() + ": " + e.getMessage(), e);
        }
    }

    /**
     * What semantic routes need.
     *
     * @param builders run what takes seconds of a processor
     */
    private record Routes(RouteStore store, JdbcRouteUses uses, ExecutorService builders) {}

    private Routes routes(Connections connections, ExecutorService readers, DetachedWork detached) {
        Duration timeout = config.database().timeout();
        ExecutorService builders = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("builder-", 0).factory());
        parts.add("builders", builders::shutdownNow);
        return new Routes(
                new RouteStore(
                        new JdbcRouteSource(connections.reading(), ProtocolJson.mapper()),
                        readers,
                        builders,
                        timeout,
                        RouteStore.capacity(Runtime.getRuntime().maxMemory()),
                        ROUTES_IN_USE),
                new JdbcRouteUses(connections.reserving(), detached),
                builders);
    }

    private CredentialStore readDatabase(Database database, Executor readers, Brain brain) {
        try {
            InstalledSchema.read(database).require(config.database().url().toString());
            CredentialStore credentials =
                    CredentialStore.load(database, readers, config.database().timeout());
            brain.refreshModels(database);
            return credentials;
        } catch (DatabaseException e) {
            throw new EngineStartException(
                    switch (e.sqlState()) {
                        case "42P01", "42883", "3F000" ->
                            "Tiny Dancer is not installed in "
                                    + config.database().url()
                                    + ", or an older version of it: run tiny-dancer install --url "
                                    + config.database().url();
                        case "42501" ->
                            "the role " + config.database().url().user()
                                    + " may not read Tiny Dancer's tables: GRANT tiny_dancer_engine TO it";
                        default -> "cannot read Tiny Dancer's tables: " + e.getMessage();
                    },
                    e);
        }
    }

    private NotificationListener listenForNotices(
            Database database, CatalogStore catalogs, RouteStore routes, CredentialStore credentials, Brain brain) {
        NotificationListener listener = NotificationListener.start(
                database,
                Map.of(
                        "tiny_dancer_catalog",
                        catalogs::refreshChanged,
                        "tiny_dancer_routes",
                        routes::refreshChanged,
                        "tiny_dancer_credential",
                        credentials::refresh,
                        "tiny_dancer_model",
                        () -> brain.refreshModels(database)),
                () -> {
                    catalogs.reload();
                    routes.refreshAll();
                    credentials.refresh();
                    brain.refreshModels(database);
                });
        parts.add("notices", listener::close);
        return listener;
    }

    private WireServer listen(CredentialStore credentials, CallSessions sessions) {
        ListenConfig listen = config.listen();
        if (!listen.address().getAddress().isLoopbackAddress()
                && listen.keystore().isEmpty()) {
            LOG.warn("listening at {} without TLS: calls can be read on their way", listen.address());
        }
        WireConfig wireConfig = new WireConfig(
                listen.address(),
                listen.unixSocketDirectory().orElse(null),
                listen.keystore().map(TlsContext::of).orElse(null),
                listen.maxConnections(),
                listen.maxMessageBytes(),
                listen.handshakeTimeout(),
                SPOKEN_VERSION + " (Tiny Dancer " + version + ")");
        WireServer server =
                listening(listen.address(), Setting.PORT, () -> WireServer.start(wireConfig, credentials, sessions));
        wire = server;
        parts.add("calls", () -> server.close(listen.shutdownGrace()));
        return server;
    }

    private void startDuties(
            Database database,
            WireServer server,
            EvidenceFeed evidence,
            ReservingRouter reserving,
            Routes routes,
            Runnable models) {
        Schedule schedule = new Schedule();
        parts.add("duties", schedule::close);
        Heartbeat heartbeat = new Heartbeat(database, version, String.valueOf(server.address()));
        LogMaintenance maintenance = new LogMaintenance(database);
        try {
            // Before it is said to answer: sessions that found all engines silent connect when this one shows itself.
            heartbeat.beat();
        } catch (DatabaseException e) {
            LOG.debug("no first heartbeat, the schedule will say more", e);
        }
        schedule.every(Heartbeat.INTERVAL, "the heartbeat", heartbeat::beat);
        schedule.every(config.log().outcomePollInterval(), "reading outcomes", evidence::poll);
        OutcomeCount outcomes = OutcomeCount.open(database, new OutcomeMetrics(metrics));
        schedule.every(COUNTING_INTERVAL, "showing models", models);
        schedule.every(COUNTING_INTERVAL, "counting outcomes", outcomes::poll);
        schedule.every(LEARNING_INTERVAL, "learning from outcomes", evidence::learn);
        schedule.every(POOL_INTERVAL, "reading circuits and budgets", reserving::poll);
        schedule.every(config.log().maintenanceInterval(), "forgetting reservations", reserving::forgetSettled);
        schedule.every(config.log().remembered().kept(), "forgetting who waits for nothing", reserving::forgetUnused);
        schedule.every(config.log().maintenanceInterval(), "maintaining the log", maintenance::maintainPartitions);
        schedule.every(config.log().maintenanceInterval(), "forgetting uses of routes", routes.uses()::forget);
        schedule.every(
                ROUTES_KEPT,
                "forgetting routes that nobody asks for",
                () -> routes.store().forgetIdle(ROUTES_KEPT));
        schedule.every(
                config.log().maintenanceInterval(), "forgetting conversations", maintenance::forgetConversations);
        schedule.every(config.log().rollupInterval(), "adding up the log", maintenance::rollUp);
        schedule.every(TALLY_INTERVAL, "counting the log", maintenance::tally);
        schedule.every(PRICE_INTERVAL, "taking up prices", new PriceChanges(database)::takeUp);
        parts.add("the row of this engine", heartbeat::stop);
    }

    /** Where SQL functions connect to, with the port that was really taken. */
    public InetSocketAddress address() {
        WireServer server = wire;
        if (server == null) {
            throw new IllegalStateException("the engine does not listen");
        }
        return server.address();
    }

    /** Where the page, health and metrics are served; empty if they are not. */
    public Optional<InetSocketAddress> httpAddress() {
        return Optional.ofNullable(http).map(HttpEndpoints::address);
    }

    /** Takes no more calls, finishes those in flight, writes what waits for the log, and lets go of the database. */
    @Override
    public void close() {
        ready = false;
        parts.stopAll();
    }
}
