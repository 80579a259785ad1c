package dev.tinydancer.engine.call;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Who writes the decision to the log: the values of {@code tiny_dancer.log_decisions}. */
public enum LogMode {
    /** The caller, in its transaction. */
    SYNC,
    /** The engine, a little later. */
    ASYNC,
    /** Nobody. */
    OFF;

    /** The mode with this name in SQL. */
    static Optional<LogMode> fromSqlName(String name) {
        return Arrays.stream(values())
                .filter(mode -> mode.sqlName().equals(name))
                .findFirst();
    }

    static List<String> sqlNames() {
        return Arrays.stream(values()).map(LogMode::sqlName).toList();
    }

    private String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
