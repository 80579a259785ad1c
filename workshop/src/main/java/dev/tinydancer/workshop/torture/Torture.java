package dev.tinydancer.workshop.torture;

import dev.tinydancer.workshop.process.EngineProcess;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * An installation of its own, PostgreSQL and two engines in processes of their own, under load and under faults.
 *
 * <p>The seed draws what the sessions do and which faults come in which order; when exactly they meet is the machine's affair.
 */
public final class Torture {

    private static final int ENGINES = 2;
    private static final Duration LONGEST_FAULT = Duration.ofSeconds(6);
    private static final Duration LONGEST_PEACE = Duration.ofSeconds(5);

    private final Duration duration;
    private final int sessions;
    private final long seed;
    private final Consumer<String> remarks;
    private final Ledger ledger = new Ledger();
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private final List<EngineProcess> engines = new ArrayList<>();
    private final List<FaultyNetwork> networks = new ArrayList<>();
    private long engineMegabytes;
    private long engineHandles;

    /**
     * @param duration of the load, without start and audit
     * @param remarks is told what happens
     */
    public Torture(Duration duration, int sessions, long seed, Consumer<String> remarks) {
        this.duration = duration;
        this.sessions = sessions;
        this.seed = seed;
        this.remarks = remarks;
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
        try (ScheduledExecutorService cancellations = Executors.newScheduledThreadPool(2);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < sessions; number++) {
                int tenant = number % Tenants.COUNT;
                threads.execute(new TortureSession(
                        number,
                        tenant,
                        tenants.sessions(tenant),
                        ledger,
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
            for (EngineProcess engine : engines) {
                if (engine.residentMegabytes() > engineMegabytes) {
                    engineMegabytes = engine.residentMegabytes();
                    engineHandles = engine.handles();
                }
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
            happen(
                    fault,
                    server,
                    random.nextInt(ENGINES),
                    Duration.ofMillis(random.nextLong(LONGEST_FAULT.toMillis())));
        }
    }

    /** Each fault that can happen here, once. */
    private static List<Fault> shuffled(FaultyServer server, Random random) {
        List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
        if (server.disk().isEmpty()) {
            faults.remove(Fault.DISK_FULL);
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
            case ENGINE_FROZEN -> {
                engine.suspend();
                Thread.sleep(time);
                engine.resume();
            }
            case NETWORK_CUT -> network.cut();
            case NETWORK_HALF_OPEN -> turn(network, FaultyNetwork.Weather.HALF_OPEN, time);
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
            case DISK_FULL -> {
                SmallDisk disk = server.disk().orElseThrow();
                disk.fill();
                Thread.sleep(time);
                disk.clear();
            }
            case INSTALLED_AGAIN -> server.install();
        }
    }

    private static void turn(FaultyNetwork network, FaultyNetwork.Weather weather, Duration time)
            throws InterruptedException {
        network.turn(weather);
        Thread.sleep(time);
        network.turn(FaultyNetwork.Weather.FAIR);
    }

    private TortureReport audit(FaultyServer server) throws SQLException, InterruptedException {
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
                ledger.longestOutage(),
                audit.lostOutcomes(ledger.outcomes()),
                audit.lostDecisions(ledger.decisions()),
                audit.overspent(),
                audit.leakedPlaces(),
                engineMegabytes,
                engineHandles,
                ledger.wrongAnswers());
    }
}
