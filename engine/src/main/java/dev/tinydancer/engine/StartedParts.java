package dev.tinydancer.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of an engine that run, and how to stop each: the last to start is the first to stop. Not thread-safe. */
final class StartedParts {

    private static final Logger LOG = LoggerFactory.getLogger(StartedParts.class);

    /** Stops one part. */
    @FunctionalInterface
    interface Stop {
        void run() throws Exception;
    }

    private record Part(String name, Stop stop) {}

    private final Deque<Part> parts = new ArrayDeque<>();

    void add(String name, Stop stop) {
        parts.push(new Part(name, stop));
    }

    /** Stops all parts; one that fails to stop does not keep the others from it. */
    void stopAll() {
        boolean interrupted = false;
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.stop().run();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (Exception e) {
                LOG.warn("{} did not stop cleanly", part.name(), e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
