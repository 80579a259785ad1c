package dev.tinydancer.workshop.torture;

import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.workshop.process.EngineProcess;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An installation of its own, PostgreSQL and two engines in processes of their own, under load and under faults.
 *
 * <p>The seed draws what the sessions do and which faults come in which order; when exactly they meet is the machine's affair.
 */
public final class Torture {

    private static final Logger LOG = LoggerFactory.getLogger(Torture.class);

    private static final int ENGINES = 2;

    /** Too little for the load, and for a large request beside it. */
    private static final String SMALL_HEAP = "-Xms32m -Xmx64m";

    private static final int LARGE_REQUEST_WORDS = 1_500_000;
    private static final int LARGEST_REQUEST_WORDS = 2_000_000;
    private static final int LARGE_REQUESTS = 12;
    private static final Duration EXHAUSTED = Duration.ofSeconds(20);
    private static final Duration LONGEST_FAULT = Duration.ofSeconds(6);
    private static final Duration LONGEST_PEACE = Duration.ofSeconds(5);

    private final Duration duration;
    private final int sessions;
    private final long seed;
    private final Set<Fault> kinds;
    private final Consumer<String> remarks;
    private final Ledger ledger;
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private final List<EngineProcess> engines = new ArrayList<>();
    private final List<FaultyNetwork> networks = new ArrayList<>();
    private Optional<FakeClock> clock = Optional.empty();
    private Usage first = Usage.NONE;
    private Usage last = Usage.NONE;
    private Usage most = Usage.NONE;

    /**
     * @param duration of the load, without start and audit
     * @param kinds of faults that happen, where they can
     * @param remarks is told what happens
     */
    Torture(Duration duration, int sessions, long seed, Set<Fault> kinds, Consumer<String> remarks) {
        this.kinds = Set.copyOf(kinds);
        this.duration = duration;
        this.sessions = sessions;
        this.seed = seed;
        this.remarks = remarks;
        this.ledger = new Ledger(remarks);
    }

    /** Does it all, and stops every process that it has started. */
    public TortureReport run() throws IOException, SQLException, InterruptedException {
        try (FaultyServer server = FaultyServer.start()) {
            try {
                return run(server);
            } finally {
                engines.forEach(EngineProcess::close);
                for (FaultyNetwork network : networks) {
                    network.close();
                }
            }
        }
    }

    private TortureReport run(FaultyServer server) throws IOException, SQLException, InterruptedException {
        clock = FakeClock.in(server.folder().resolve("clock"), new Random(seed));
        Tenants tenants = new Tenants(server);
        tenants.register();
        List<String> ports = new ArrayList<>();
        for (int i = 0; i < ENGINES; i++) {
            EngineProcess engine = new EngineProcess(
                    server.url(), server.password(), server.folder().resolve("engine-" + i + ".log"));
            engines.add(engine);
            engine.start();
            FaultyNetwork network = FaultyNetwork.to(engine.port());
            networks.add(network);
            ports.add(Integer.toString(network.port()));
        }
        server.pointAtEngines(String.join(",", ports));
        // Until now nobody could expect an answer.
        ledger.serverIsBack();
        load(server, tenants);
        return audit(server);
    }

    private void load(FaultyServer server, Tenants tenants) throws IOException, SQLException, InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        List<Queue<TortureSession.Awaited>> awaited = new ArrayList<>();
        for (int tenant = 0; tenant < Tenants.COUNT; tenant++) {
            awaited.add(new ConcurrentLinkedQueue<>());
        }
        try (Metronome metronome = Metronome.of(server);
                ScheduledExecutorService cancellations = Executors.newScheduledThreadPool(2);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < sessions; number++) {
                int tenant = number % Tenants.COUNT;
                threads.execute(new TortureSession(
                        number,
                        tenant,
                        tenants.sessions(tenant),
                        ledger,
                        metronome,
                        awaited.get(tenant),
                        cancellations,
                        over::get,
                        new Random(seed + 1 + number)));
            }
            try {
                breakThings(server);
            } finally {
                over.set(true);
            }
            threads.shutdown();
            if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                ledger.wrong("a session does not come back within a minute");
                threads.shutdownNow();
            }
        }
    }

    private void breakThings(FaultyServer server) throws IOException, SQLException, InterruptedException {
        Random random = new Random(seed);
        Deque<Fault> next = new ArrayDeque<>();
        long end = System.nanoTime() + duration.toNanos();
        while (true) {
            Thread.sleep(random.nextLong(LONGEST_PEACE.toMillis()));
            startThoseThatEnded();
            last = Usage.of(engines, server.superuser());
            most = most.or(last);
            if (first.equals(Usage.NONE)) {
                first = last;
            }
            if (System.nanoTime() - end >= 0) {
                return;
            }
            if (next.isEmpty()) {
                next.addAll(shuffled(server, random));
            }
            Fault fault = next.remove();
            remarks.accept(fault.description());
            faults.merge(fault, 1, Integer::sum);
            ledger.begins(fault);
            happen(
                    fault,
                    server,
                    random.nextInt(ENGINES),
                    Duration.ofMillis(random.nextLong(LONGEST_FAULT.toMillis())));
            ledger.isOver(fault);
        }
    }

    /** None ends unless it is broken. */
    private void startThoseThatEnded() throws IOException {
        for (int i = 0; i < ENGINES; i++) {
            if (!engines.get(i).isRunning()) {
                ledger.wrong("an engine has ended by itself");
                engines.get(i).start();
            }
        }
    }

    /** Each fault that can happen here, once. */
    private List<Fault> shuffled(FaultyServer server, Random random) {
        List<Fault> faults = new ArrayList<>(kinds);
        Collections.sort(faults);
        if (server.disk().isEmpty()) {
            faults.remove(Fault.DISK_FULL);
        }
        if (clock.isEmpty()) {
            faults.remove(Fault.CLOCK_JUMPED);
        }
        if (!server.canFailOver()) {
            faults.remove(Fault.SERVER_FAILED_OVER);
        }
        Collections.shuffle(faults, random);
        return faults;
    }

    private void happen(Fault fault, FaultyServer server, int which, Duration time)
            throws IOException, SQLException, InterruptedException {
        EngineProcess engine = engines.get(which);
        FaultyNetwork network = networks.get(which);
        switch (fault) {
            case ENGINE_KILLED -> {
                engine.kill();
                Thread.sleep(time);
                engine.start();
            }
            case ENGINE_RESTARTED -> {
                engine.terminate();
                engine.start();
            }
            case ENGINE_OUT_OF_MEMORY -> exhaust(engine, server);
            case LARGE_REQUESTS -> askMuch(server, time);
            case CLOCK_JUMPED -> jump(engine, clock.orElseThrow(), time);
            case ENGINE_FROZEN -> {
                engine.suspend();
                Thread.sleep(time);
                engine.resume();
            }
            case NETWORK_CUT -> network.cut();
            case NETWORK_HALF_OPEN -> turn(network, FaultyNetwork.Weather.HALF_OPEN, time);
            case NETWORK_LOSSY -> turn(network, FaultyNetwork.Weather.LOSSY, time);
            case NETWORK_SLOW -> turn(network, FaultyNetwork.Weather.SLOW, time);
            case SERVER_CRASHED -> {
                ledger.serverGoesDown();
                server.crash();
                ledger.serverIsBack();
            }
            case SERVER_RESTARTED -> {
                ledger.serverGoesDown();
                server.restart();
                ledger.serverIsBack();
            }
            case SERVER_FAILED_OVER -> {
                EmbeddedServer standby = server.makeStandby();
                Thread.sleep(time);
                ledger.serverGoesDown();
                server.failOver(standby);
                ledger.serverIsBack();
            }
            case DISK_FULL -> {
                SmallDisk disk = server.disk().orElseThrow();
                disk.fill();
                Thread.sleep(time);
                disk.clear();
            }
            case INSTALLED_AGAIN -> server.install();
        }
    }

    /**
     * Gives an engine a heap that is too small for what it is asked. It ends by itself, at its start or later: one that went
     * on would answer with faults, which sessions do not expect.
     */
    private void exhaust(EngineProcess engine, FaultyServer server) throws IOException, InterruptedException {
        engine.terminate();
        try {
            // Stronger than what stands on the command line.
            engine.start(Map.of("_JAVA_OPTIONS", SMALL_HEAP));
        } catch (IOException e) {
            LOG.debug("it has not even come as far as its first request", e);
        }
        String request = "word ".repeat(LARGE_REQUEST_WORDS);
        long end = System.nanoTime() + EXHAUSTED.toNanos();
        while (engine.isRunning() && System.nanoTime() - end < 0) {
            explain(server, request);
        }
        if (engine.isRunning()) {
            remarks.accept("the engine's memory was enough");
            engine.kill();
        }
        engine.start();
    }

    /** Asks for more at a time than the engines have memory for: they refuse some of it, and go on. */
    private static void askMuch(FaultyServer server, Duration time) {
        String request = "word ".repeat(LARGEST_REQUEST_WORDS);
        long end = System.nanoTime() + time.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < LARGE_REQUESTS; i++) {
                threads.execute(() -> {
                    do {
                        explain(server, request);
                    } while (System.nanoTime() - end < 0);
                });
            }
        }
    }

    /** Gives an engine a clock that can jump for so long only, because looking at it takes a hundred times as long as at another. */
    private static void jump(EngineProcess engine, FakeClock clock, Duration time)
            throws IOException, InterruptedException {
        engine.terminate();
        engine.start(clock.environment());
        clock.jump();
        Thread.sleep(time);
        clock.set(Duration.ZERO);
        Thread.sleep(time);
        engine.terminate();
        engine.start();
    }

    /** Nothing that is logged, reserved or charged. */
    private static void explain(FaultyServer server, String request) {
        try (Connection connection = server.superuser().getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT count(*) FROM ruvector_explain_route(?)")) {
            statement.setString(1, request);
            statement.execute();
        } catch (SQLException e) {
            LOG.debug("asked for too much, as it was meant", e);
        }
    }

    private static void turn(FaultyNetwork network, FaultyNetwork.Weather weather, Duration time)
            throws InterruptedException {
        network.turn(weather);
        Thread.sleep(time);
        network.turn(FaultyNetwork.Weather.FAIR);
    }

    private TortureReport audit(FaultyServer server) throws IOException, SQLException, InterruptedException {
        remarks.accept("looking at what is left");
        Audit audit = new Audit(server.superuser());
        if (!audit.settles()) {
            ledger.wrong("reservations stay open after the end of their leases");
        }
        for (EngineProcess engine : engines) {
            if (!engine.isRunning()) {
                ledger.wrong("an engine has ended by itself");
            }
        }
        last = Usage.of(engines, server.superuser());
        audit.maintainLog();
        audit.mischarged().forEach(remarks);
        if (audit.misplaced() > 0) {
            ledger.wrong("decisions remain in the default partition of the log");
        }
        return new TortureReport(
                seed,
                duration,
                sessions,
                faults,
                ledger.calls(),
                ledger.decisions().size(),
                ledger.outcomes().size(),
                ledger.failures(),
                ledger.longest(),
                ledger.late(),
                ledger.tooLate(),
                ledger.longestOutage(),
                audit.lostOutcomes(ledger.outcomes()),
                audit.lostDecisions(ledger.decisions()),
                ledger.judgements().size(),
                audit.lostJudgements(ledger.judgements()),
                audit.lostTurns(ledger.decisions()),
                audit.overspent(),
                audit.leakedPlaces(),
                first,
                most,
                last,
                ledger.wrongAnswers());
    }
}
