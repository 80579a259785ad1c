package dev.tinydancer.engine.call;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who writes the decision to the log: the values of {@code tiny_dancer.log_decisions}. */
public enum LogMode {
    /** The caller, in its transaction. */
    SYNC,
    /** The engine, a little later. */
    ASYNC,
    /** Nobody. */
    OFF;

    private static final Map<String, LogMode> BY_SQL_NAME = Map.of("sync", SYNC, "async", ASYNC, "off", OFF);

    /** The mode with this name in SQL. */
    static Optional<LogMode> fromSqlName(String name) {
        return Optional.ofNullable(BY_SQL_NAME.get(name));
    }

    static List<String> sqlNames() {
        return BY_SQL_NAME.keySet().stream().sorted().toList();
    }
}
