package dev.tinydancer.engine.jdbc;

import dev.tinydancer.engine.config.DatabaseConfig;
import dev.tinydancer.engine.jdbc.Database.Limits;
import java.time.Duration;

/**
 * All of an engine's connections to its database, in pools that do not get in each other's way: a tenant whose reservations
 * wait for a lock keeps nobody from reading a catalog, and maintenance of the log keeps nobody from reserving.
 *
 * <p>Whatever an engine asks for ends by itself, even if the engine has been killed meanwhile: every pool has its
 * {@code statement_timeout} and {@code lock_timeout}.
 *
 * @param reading for what a call has to know: catalogs, routes, credentials, models
 * @param reserving for what a call has to write: reservations, uses of routes
 * @param keeping for duties, which nobody waits for: settling, evidence, the log and its maintenance
 */
public record Connections(Database reading, Database reserving, Database keeping) implements AutoCloseable {

    /** One reading at a time of each tenant, and a few tenants that change at the same time. */
    private static final int READING = 3;

    /** The duties that take long, beside those that must not wait for them. */
    private static final int KEEPING = 4;

    /** A catalog of ten thousand agents is read in less; it is read on for others when the call has given up. */
    private static final Duration LONGEST_READING = Duration.ofSeconds(15);

    /** What a call gives up is cancelled at once; this is for the statements of an engine that was killed. */
    private static final Duration LONGEST_RESERVING = Duration.ofSeconds(20);

    /** Less than the driver waits for an answer, so that the server ends it and not the connection. */
    private static final Duration LONGEST_DUTY = Duration.ofSeconds(55);

    /** Of those who look at the page. */
    private static final int LOOKING = 3;

    /** Whoever looks at a page waits no longer. */
    private static final Duration LONGEST_LOOKING = Duration.ofSeconds(3);

    private static final Duration LONGEST_WAIT_OF_DUTY = Duration.ofSeconds(5);

    /** A call waits less; this is for an engine that starts beside a server at full load. */
    private static final Duration LONGEST_CONNECTING = Duration.ofSeconds(10);

    /**
     * Connects.
     *
     * @throws DatabaseException if it does not succeed
     */
    public static Connections open(DatabaseConfig config) {
        Duration timeout = config.timeout();
        Limits reading = new Limits(READING, LONGEST_READING, timeout, LONGEST_CONNECTING);
        Limits reserving = new Limits(config.poolSize(), LONGEST_RESERVING, timeout, timeout);
        Limits keeping = new Limits(KEEPING, LONGEST_DUTY, LONGEST_WAIT_OF_DUTY, LONGEST_CONNECTING);
        // The first one tells whether the database can be reached at all; the others need not be waited for.
        return new Connections(
                new Database("reading", config, reading, true),
                new Database("reserving", config, reserving, false),
                new Database("keeping", config, keeping, false));
    }

    /** A pool for those who only look, apart from all that calls need. It connects when it is first asked. */
    public static Database openLooking(DatabaseConfig config) {
        return new Database(
                "looking",
                config,
                new Limits(LOOKING, LONGEST_LOOKING, Duration.ofMillis(500), LONGEST_LOOKING),
                false);
    }

    @Override
    public void close() {
        reading.close();
        reserving.close();
        keeping.close();
    }
}
