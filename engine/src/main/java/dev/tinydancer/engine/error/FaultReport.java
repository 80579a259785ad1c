package dev.tinydancer.engine.error;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;

/** Turns what should not have happened into an answer that says nothing of its insides but where to read of them. */
public final class FaultReport {

    private FaultReport() {}

    /**
     * Logs the fault under a fresh reference and returns the answer with that reference, SQLSTATE {@code TD500}.
     *
     * <p>The log has the exceptions' classes and stack traces but not their messages, because those of JDK and libraries
     * can quote the request. Level DEBUG has them too.
     */
    public static EngineException of(Throwable fault, Logger logger) {
        String reference =
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        logger.error("fault {}{}", reference, traceWithoutMessages(fault));
        logger.debug("fault {} with messages", reference, fault);
        if (fault instanceof OutOfMemoryError) {
            // Reaches a caller only where the process holds PostgreSQL as well: an engine by itself ends at once.
            return new EngineException(
                    SqlState.ENGINE_FAULT,
                    "the engine is out of memory, reference " + reference,
                    null,
                    "Start it again with more, for example TINY_DANCER_JAVA_OPTS=-Xmx512m, or send shorter requests.");
        }
        return new EngineException(
                SqlState.ENGINE_FAULT,
                "fault in the engine, reference " + reference,
                null,
                "The engine's log has the details under this reference.");
    }

    private static String traceWithoutMessages(Throwable fault) {
        StringBuilder trace = new StringBuilder();
        String separator = ": ";
        for (Throwable each = fault; each != null; each = each.getCause()) {
            trace.append(separator).append(each.getClass().getName());
            for (StackTraceElement element : each.getStackTrace()) {
                trace.append(System.lineSeparator()).append("\tat ").append(element);
            }
            separator = System.lineSeparator() + "caused by ";
        }
        return trace.toString();
    }
}
