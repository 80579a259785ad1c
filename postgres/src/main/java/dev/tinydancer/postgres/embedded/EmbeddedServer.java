package dev.tinydancer.postgres.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running PostgreSQL server that belongs to this process.
 *
 * <p>It listens on 127.0.0.1 only and asks every client for a password (SCRAM-SHA-256). Its directory is locked while
 * it runs, so that two processes never share one. It stops with the process, unless that is killed: a server that a
 * killed process left behind in the directory is stopped before a new one starts.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedServer implements AutoCloseable {

    /** The role that owns the cluster. */
    public static final String SUPERUSER = "postgres";

    private static final Logger log = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final InetAddress HOST = InetAddress.ofLiteral("127.0.0.1");
    private static final int PORT_ATTEMPTS = 3;

    private final Cluster cluster;
    private final ExitDuty stop;
    private final String superuserPassword;
    private final int port;

    private EmbeddedServer(Cluster cluster, ExitDuty stop, String superuserPassword, int port) {
        this.cluster = cluster;
        this.stop = stop;
        this.superuserPassword = superuserPassword;
        this.port = port;
    }

    /**
     * Makes the data directory if it is not there, starts the server and returns when it takes connections.
     *
     * @throws PortInUseException if another program listens on the port asked for
     * @throws EmbeddedServerException if it does not start; the message holds the end of the server's log
     */
    public static EmbeddedServer start(EmbeddedServerConfig config) {
        Cluster cluster = new Cluster(config.installation(), config.directory());
        ExitDuty stop = ExitDuty.unlessEnding(() -> {
            DirectoryLock lock = DirectoryLock.acquire(config.directory());
            return ExitDuty.of(() -> {
                try (lock) {
                    cluster.stopIfRunning();
                }
            });
        });
        try {
            cluster.stopLeftover();
            if (config.port() != EmbeddedServerConfig.ANY_PORT) {
                requireFree(config.port());
            }
            stop.begin(() -> cluster.initialiseIfMissing(config.superuserPassword(), config.durability()));
            int port = start(cluster, stop, config);
            log.info("PostgreSQL {} listens on {}:{}", cluster.majorVersion(), HOST.getHostAddress(), port);
            return new EmbeddedServer(cluster, stop, config.superuserPassword(), port);
        } catch (RuntimeException | Error e) {
            stop.discharge();
            throw e;
        }
    }

    private static int start(Cluster cluster, ExitDuty stop, EmbeddedServerConfig config) {
        if (config.port() != EmbeddedServerConfig.ANY_PORT) {
            stop.begin(() -> cluster.start(config.port(), config.durability()));
            return config.port();
        }
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            try {
                stop.begin(() -> cluster.start(port, config.durability()));
                return port;
            } catch (EmbeddedServerException e) {
                // Between our look and the server's bind another process may take the port.
                if (attempt == PORT_ATTEMPTS || isFree(port)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Makes sure that a port of 127.0.0.1 can be listened at.
     *
     * @throws PortInUseException if another program does
     */
    public static void requireFree(int port) {
        if (!isFree(port)) {
            throw new PortInUseException(port);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As PostgreSQL does: connections of an earlier server that still wait for their end do not matter.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port));
            return true;
        } catch (IOException e) {
            log.debug("port {} is not free", port, e);
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, HOST)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedServerException("no free port on " + HOST.getHostAddress(), e);
        }
    }

    /**
     * Stops a server that a killed process left behind in a directory.
     *
     * @return whether there was one
     * @throws EmbeddedServerException if a living process uses the directory
     */
    public static boolean stopLeftover(Installation installation, Path directory) {
        try (DirectoryLock _ = DirectoryLock.acquire(directory)) {
            return new Cluster(installation, directory).stopLeftover();
        }
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** The major version, for example 18. */
    public int majorVersion() {
        return cluster.majorVersion();
    }

    /** The server's log. */
    public Path logFile() {
        return cluster.logFile();
    }

    /** Connections of the superuser to a database. */
    public DataSource superuser(String database) {
        return as(SUPERUSER, superuserPassword, database);
    }

    /** Connections of any role to a database. */
    public DataSource as(String user, String password, String database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {HOST.getHostAddress()});
        dataSource.setPortNumbers(new int[] {port});
        dataSource.setDatabaseName(database);
        dataSource.setUser(user);
        dataSource.setPassword(password);
        return dataSource;
    }

    /** Gives a role a password. What is sent is its verifier, so that the password stands in no statement and no log. */
    public void setPassword(String role, String password) throws SQLException {
        try (Connection connection = superuser("postgres").getConnection()) {
            connection.unwrap(PGConnection.class).alterUserPassword(role, password.toCharArray(), "scram-sha-256");
        }
    }

    /** Stops the server, cutting off open connections; returns when it has stopped. */
    @Override
    public void close() {
        stop.discharge();
    }
}
