package dev.tinydancer.workshop.torture;

import dev.tinydancer.workshop.process.EngineProcess;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/**
 * What an installation holds at one time that must not grow with its calls.
 *
 * @param megabytes memory of all engines
 * @param handles open files and sockets of all engines
 * @param tableKilobytes of the tables that calls change and do not add to (budgets, reported outcomes, engines), with their
 *     indexes and dead rows
 */
record Usage(long megabytes, long handles, long tableKilobytes) {

    static final Usage NONE = new Usage(0, 0, 0);

    static Usage of(List<EngineProcess> engines, DataSource database) throws IOException, SQLException {
        long megabytes = 0;
        long handles = 0;
        for (EngineProcess engine : engines) {
            megabytes += engine.residentMegabytes();
            handles += engine.handles();
        }
        return new Usage(megabytes, handles, Audit.kilobytesOfFixedTables(database));
    }

    /** The larger of each. */
    Usage or(Usage other) {
        return new Usage(
                Math.max(megabytes, other.megabytes),
                Math.max(handles, other.handles),
                Math.max(tableKilobytes, other.tableKilobytes));
    }
}
