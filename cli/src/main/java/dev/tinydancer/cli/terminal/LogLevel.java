package dev.tinydancer.cli.terminal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** What of the log a command's user sees on standard error. */
public final class LogLevel {

    private LogLevel() {}

    /** For commands whose own output says how they get on. */
    public static void onlyWarnings() {
        if (LoggerFactory.getLogger("dev.tinydancer") instanceof Logger logger) {
            logger.setLevel(Level.WARN);
        }
    }
}
