package dev.tinydancer.postgres.connection;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database's address and who connects.
 *
 * @param hosts one {@code host:port}, or several with commas between them
 * @param database its name
 * @param user the role
 * @param password empty if there is none: a server may ask for none
 * @param properties of the JDBC driver, by the driver's names, without user and password
 */
public record DatabaseUrl(
        String hosts, String database, String user, Optional<String> password, Map<String, String> properties) {

    private static final String DEFAULT_PORT = "5432";

    public DatabaseUrl {
        requireNonNull(hosts, "hosts");
        requireNonNull(database, "database");
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        properties = Map.copyOf(properties);
    }

    /**
     * Reads {@code postgresql://user:password@host:port/database?parameters}, also with {@code postgres:} or
     * {@code jdbc:postgresql:}. Parameters may have libpq's names or the JDBC driver's. What is left out is taken from
     * where libpq takes it: PGUSER and PGPASSWORD, then the password file that the parameter {@code passfile}, PGPASSFILE
     * or the home directory names.
     *
     * @param environment as of {@link System#getenv()}
     * @throws IllegalArgumentException if it cannot be read; the message does not repeat it, for it may hold a password
     * @throws IOException if a password file cannot be read
     */
    public static DatabaseUrl parse(String text, Map<String, String> environment) throws IOException {
        UrlParts parts = UrlParts.of(text);
        Map<String, String> parameters = parts.parameters();
        String user = parts.user()
                .or(() -> nonEmpty(parameters, "user"))
                .or(() -> nonEmpty(environment, "PGUSER"))
                .orElseGet(() -> System.getProperty("user.name"));
        String host = parts.hosts().orElseGet(() -> parameters.getOrDefault("host", "localhost"));
        String hosts = parts.hosts().isPresent() ? host : withPort(host, parameters.getOrDefault("port", DEFAULT_PORT));
        String database =
                parts.database().or(() -> nonEmpty(parameters, "dbname")).orElse(user);
        if (hosts.contains("/")) {
            throw new IllegalArgumentException(
                    "the host must be a name or an address: Unix sockets are for libpq only");
        }
        Optional<String> password = parts.password()
                .or(() -> nonEmpty(parameters, "password"))
                .or(() -> nonEmpty(environment, "PGPASSWORD"));
        if (password.isEmpty()) {
            password = passwordFile(parameters, environment).find(hostOf(hosts), portOf(hosts), database, user);
        }
        return new DatabaseUrl(hosts, database, user, password, DriverProperties.of(parameters));
    }

    private static Optional<String> nonEmpty(Map<String, String> values, String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    private static PasswordFile passwordFile(Map<String, String> parameters, Map<String, String> environment) {
        return new PasswordFile(nonEmpty(parameters, "passfile")
                .or(() -> nonEmpty(environment, "PGPASSFILE"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".pgpass")));
    }

    private static String withPort(String host, String port) {
        return host + ":" + port;
    }

    private static String firstHost(String hosts) {
        return hosts.split(",", 2)[0];
    }

    private static String hostOf(String hosts) {
        String first = firstHost(hosts);
        return hasPort(first) ? first.substring(0, first.lastIndexOf(':')) : first;
    }

    private static String portOf(String hosts) {
        String first = firstHost(hosts);
        return hasPort(first) ? first.substring(first.lastIndexOf(':') + 1) : DEFAULT_PORT;
    }

    /** Whether a colon is not one of an IPv6 address in brackets. */
    private static boolean hasPort(String host) {
        return host.lastIndexOf(':') > host.lastIndexOf(']');
    }

    /** The driver's form, without user and password. */
    public String jdbcUrl() {
        String query = properties.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(property -> property.getKey() + "=" + PercentEncoding.encode(property.getValue()))
                .collect(Collectors.joining("&"));
        return "jdbc:postgresql://" + hosts + "/" + PercentEncoding.encode(database)
                + (query.isEmpty() ? "" : "?" + query);
    }

    /** New connections with user and password. */
    public DataSource dataSource() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(jdbcUrl());
        dataSource.setUser(user);
        password.ifPresent(dataSource::setPassword);
        if (!properties.containsKey(PGProperty.APPLICATION_NAME.getName())) {
            dataSource.setApplicationName("tiny-dancer");
        }
        return dataSource;
    }

    /** libpq's form, with a password file in place of the password: what a user can paste behind {@code psql}. */
    public static String forPsql(String host, int port, String database, String user, Path passwordFile) {
        return "postgresql://%s@%s:%d/%s?passfile=%s"
                .formatted(
                        PercentEncoding.encode(user),
                        host,
                        port,
                        PercentEncoding.encode(database),
                        PercentEncoding.encode(passwordFile.toString()).replace("%2F", "/"));
    }

    /** What may stand in a message: no password, no parameters. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + hosts + "/" + database;
    }
}
