package dev.tinydancer.cli.terminal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** What of the log a command's user sees on standard error. */
public final class LogLevel {

    private LogLevel() {}

    /** For commands whose own output says how they get on. What one that is interrupted still complains of is not shown. */
    public static void onlyWarnings() {
        // Lost connections, say. An engine that is stopped, on the other hand, may have to tell of decisions that it
        // lost.
        Runtime.getRuntime().addShutdownHook(new Thread(System.err::close, "last words"));
        if (LoggerFactory.getLogger("dev.tinydancer") instanceof Logger logger) {
            logger.setLevel(Level.WARN);
        }
    }
}
