package dev.tinydancer.cli.local;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a running instance tells other processes about itself.
 *
 * @param pid of its process
 * @param processStartMillis when that process started, since the epoch: process numbers are used again
 * @param startedAtMillis when it was ready, since the epoch
 * @param version of the program
 * @param port of PostgreSQL
 * @param enginePort where SQL functions reach the engine
 * @param httpPort of the page, health and metrics, or 0 for none
 */
record InstanceState(
        long pid,
        long processStartMillis,
        long startedAtMillis,
        String version,
        int port,
        int enginePort,
        int httpPort) {

    /** The kernel's clock of process starts and the wall clock may drift apart by this much. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    /** Of an instance in this process. */
    static InstanceState of(LocalInstance instance, String version) {
        ProcessHandle process = ProcessHandle.current();
        return new InstanceState(
                process.pid(),
                startOf(process).map(Instant::toEpochMilli).orElse(0L),
                System.currentTimeMillis(),
                version,
                instance.port(),
                instance.enginePort(),
                instance.httpPort().orElse(0));
    }

    private static Optional<Instant> startOf(ProcessHandle process) {
        return process.info().startInstant();
    }

    /** The process, if it still runs and is the one that wrote this. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(InstanceState::hasProgram)
                .filter(this::isTheSame);
    }

    /** One that was killed is alive to Java until its parent has waited for it, which in a container may be never. */
    private static boolean hasProgram(ProcessHandle process) {
        return process.info().command().isPresent();
    }

    private boolean isTheSame(ProcessHandle process) {
        return startOf(process)
                .map(start -> Duration.between(Instant.ofEpochMilli(processStartMillis), start)
                        .abs())
                .map(difference -> difference.compareTo(CLOCK_TOLERANCE) <= 0)
                .orElse(false);
    }

    /** Where it is, for JSON: process, version, addresses and ports. */
    Map<String, Object> facts(LocalDirectory directory) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("pid", pid);
        facts.put("version", version);
        facts.put("url", directory.psqlUrl(port));
        facts.put("port", port);
        facts.put("engine_port", enginePort);
        if (httpPort != 0) {
            facts.put("http_port", httpPort);
            facts.put("page", LocalInstance.pageAddress(httpPort));
        }
        return facts;
    }

    boolean isAlive() {
        return process().isPresent();
    }
}
