package dev.tinydancer.engine.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.tinydancer.engine.config.DatabaseConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** A small pool of connections for one kind of work, see {@link Connections}, and single ones apart from it. */
public final class Database implements AutoCloseable {

    private static final String APPLICATION_NAME = "tiny-dancer-engine";

    /** A connection that answers nothing for so long is dead; maintenance of the log takes less. */
    private static final int SOCKET_TIMEOUT_SECONDS = 60;

    private final DatabaseConfig config;
    private final Limits limits;
    private final HikariDataSource pool;

    /**
     * What bounds the work of a pool.
     *
     * @param size connections at most; one stays open where nothing is to do
     * @param statement how long a statement may take, after which the server ends it
     * @param lock how long it may wait for a lock
     * @param connection how long work waits for a connection
     */
    record Limits(int size, Duration statement, Duration lock, Duration connection) {

        /** Nothing that an engine asks is worth compiling, which takes PostgreSQL a second. */
        String toSql() {
            return "SET statement_timeout = " + statement.toMillis() + "; SET lock_timeout = " + lock.toMillis()
                    + "; SET jit = off";
        }
    }

    /**
     * A pool.
     *
     * @param name of the pool in logs
     * @param opensAtOnce whether the first connection is opened here, however long that takes, or when it is first needed
     * @throws DatabaseException if it is to be opened here and cannot be
     */
    Database(String name, DatabaseConfig config, Limits limits, boolean opensAtOnce) {
        this.config = config;
        this.limits = limits;
        HikariConfig hikari = new HikariConfig();
        hikari.setPoolName(name);
        hikari.setDataSource(dataSource(config));
        hikari.setConnectionInitSql(limits.toSql());
        // Said and not asked for: a connection that is cut while it is asked leaves the pool without any for good.
        hikari.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        hikari.setMaximumPoolSize(limits.size());
        hikari.setMinimumIdle(1);
        hikari.setInitializationFailTimeout(opensAtOnce ? 1 : -1);
        hikari.setConnectionTimeout(limits.connection().toMillis());
        hikari.setValidationTimeout(Math.max(250, config.timeout().toMillis() / 2));
        try {
            pool = new HikariDataSource(hikari);
        } catch (HikariPool.PoolInitializationException e) {
            throw new DatabaseException(
                    e.getCause() instanceof SQLException sql ? sql : new SQLException(e.getMessage(), "08001", e));
        }
    }

    /** What is done with a connection. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {

        /** Uses the connection, which is taken back afterwards. */
        T apply(Connection connection) throws SQLException;
    }

    /**
     * Lends a connection of the pool, in auto-commit mode.
     *
     * @throws DatabaseException if none can be had in time, or the work fails
     */
    public <T extends @Nullable Object> T with(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            return Cancellation.of(connection, work);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /**
     * As {@link #with}, for work that only reads: where a connection turns out to be broken, because the server has been
     * restarted since it was last used, the next one is tried.
     */
    public <T extends @Nullable Object> T read(Work<T> work) {
        for (int attempt = 0; attempt < limits.size(); attempt++) {
            try {
                return with(work);
            } catch (DatabaseException e) {
                if (!e.isBrokenConnection()) {
                    throw e;
                }
            }
        }
        // Every connection of the pool may have been broken; this one is new.
        return with(work);
    }

    /** Opens a connection apart from the pool, for one who keeps it; the caller closes it. */
    public Connection open() throws SQLException {
        return dataSource(config).getConnection();
    }

    private static DataSource dataSource(DatabaseConfig config) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(config.url().jdbcUrl());
        dataSource.setUser(config.url().user());
        config.url().password().ifPresent(dataSource::setPassword);
        dataSource.setApplicationName(APPLICATION_NAME);
        // A message of COPY would quote the row, and with it perhaps a request.
        dataSource.setLogServerErrorDetail(false);
        dataSource.setTcpKeepAlive(true);
        dataSource.setSocketTimeout(SOCKET_TIMEOUT_SECONDS);
        dataSource.setConnectTimeout((int) Math.max(1, config.timeout().toSeconds()));
        return dataSource;
    }

    @Override
    public void close() {
        pool.close();
    }
}
