package dev.tinydancer.engine.config;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.postgres.connection.DatabaseUrl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an engine is told.
 *
 * @param http where the page, health and metrics are served; empty for nowhere
 * @param traces where spans of calls are sent; empty for nowhere
 * @param features what answers
 */
public record EngineConfig(
        DatabaseConfig database,
        ListenConfig listen,
        Optional<InetSocketAddress> http,
        PageConfig page,
        Optional<URI> traces,
        LogConfig log,
        ExplorationConfig exploration,
        Set<Feature> features) {

    private static final String HTTP_ADDRESS = "an address that begins with http:// or https://, or empty";

    public EngineConfig {
        requireNonNull(database, "database");
        requireNonNull(listen, "listen");
        requireNonNull(page, "page");
        requireNonNull(log, "log");
        requireNonNull(exploration, "exploration");
        features = Set.copyOf(features);
    }

    /**
     * Reads the configuration.
     *
     * @param flags values by {@link Setting#key}, the strongest
     * @param environment as of {@link System#getenv()}
     * @param file a properties file, the weakest, or null
     * @throws ConfigException if something is missing, unknown or makes no sense
     * @throws IOException if the file cannot be read
     */
    public static EngineConfig load(Map<String, String> flags, Map<String, String> environment, @Nullable Path file)
            throws IOException {
        Settings settings = Settings.of(flags, environment, file);
        return new EngineConfig(
                database(settings, environment),
                listen(settings),
                http(settings),
                page(settings),
                traces(settings),
                log(settings),
                exploration(settings),
                features(settings));
    }

    private static ExplorationConfig exploration(Settings settings) {
        return new ExplorationConfig(
                settings.integer(Setting.EXPLORATION_PERCENT, 0, 1_000) / 100.0,
                settings.integer(Setting.EXPLORATION_SHARE_PERCENT, 0, 100) / 100.0,
                settings.optionalAmount(Setting.EXPLORATION_USD_PER_DAY).orElse(Double.POSITIVE_INFINITY));
    }

    private static Set<Feature> features(Settings settings) {
        return Feature.parse(settings.requiredText(Setting.FEATURES))
                .orElseThrow(() -> settings.invalid(Setting.FEATURES, "a list of " + Feature.keys()));
    }

    private static DatabaseConfig database(Settings settings, Map<String, String> environment) throws IOException {
        DatabaseUrl url;
        try {
            url = DatabaseUrl.parse(settings.requiredText(Setting.URL), environment);
        } catch (IllegalArgumentException e) {
            // The value itself is not repeated: there may be a password in it.
            throw new ConfigException("url: " + e.getMessage());
        }
        return new DatabaseConfig(
                url, settings.integer(Setting.POOL_SIZE, 1, 1000), settings.millis(Setting.DATABASE_TIMEOUT_MS));
    }

    private static ListenConfig listen(Settings settings) {
        Optional<ListenConfig.Keystore> keystore = settings.path(Setting.TLS_KEYSTORE)
                .map(file -> new ListenConfig.Keystore(
                        file, settings.text(Setting.TLS_KEYSTORE_PASSWORD).orElse("")));
        InetSocketAddress address = address(settings, Setting.LISTEN_ADDRESS, settings.port(Setting.PORT));
        boolean plaintext = settings.onOrOff(Setting.ALLOW_PLAINTEXT);
        if (keystore.isEmpty() && !plaintext && !address.getAddress().isLoopbackAddress()) {
            throw new ConfigException(Setting.LISTEN_ADDRESS.key() + " " + address.getHostString()
                    + " is beyond loopback, where calls could be read and sent again on their way: it needs "
                    + Setting.TLS_KEYSTORE.key() + ", or " + Setting.ALLOW_PLAINTEXT.key()
                    + " on in a network that encrypts by itself");
        }
        return new ListenConfig(
                address,
                settings.path(Setting.UNIX_SOCKET_DIRECTORY),
                keystore,
                settings.integer(Setting.MAX_CONNECTIONS, 1, 100_000),
                settings.integer(Setting.MAX_MESSAGE_BYTES, 1024, 1 << 30),
                settings.millis(Setting.HANDSHAKE_TIMEOUT_MS),
                settings.millis(Setting.SHUTDOWN_GRACE_MS));
    }

    private static Optional<InetSocketAddress> http(Settings settings) {
        OptionalInt port = settings.optionalPort(Setting.HTTP_PORT);
        return port.isPresent()
                ? Optional.of(address(settings, Setting.HTTP_ADDRESS, port.getAsInt()))
                : Optional.empty();
    }

    private static PageConfig page(Settings settings) {
        String role = settings.requiredText(Setting.PAGE_ROLE);
        return switch (settings.requiredText(Setting.PAGE)) {
            case "local" -> new PageConfig(true, false, role);
            case "token" -> new PageConfig(true, true, role);
            case "off" -> new PageConfig(false, true, role);
            default -> throw settings.invalid(Setting.PAGE, "local, token or off");
        };
    }

    private static Optional<URI> traces(Settings settings) {
        Optional<String> endpoint = settings.text(Setting.OTLP_ENDPOINT);
        if (endpoint.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(endpoint.get());
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            throw settings.invalid(Setting.OTLP_ENDPOINT, HTTP_ADDRESS);
        }
        throw settings.invalid(Setting.OTLP_ENDPOINT, HTTP_ADDRESS);
    }

    private static LogConfig log(Settings settings) {
        return new LogConfig(
                settings.integer(Setting.LOG_QUEUE_SIZE, 1, 10_000_000),
                settings.millis(Setting.LOG_FLUSH_INTERVAL_MS),
                settings.millis(Setting.OUTCOME_POLL_INTERVAL_MS),
                new OutcomeLimits(
                        settings.integer(Setting.OUTCOME_HISTORY, 0, 100_000_000),
                        settings.integer(Setting.OUTCOMES_REMEMBERED, 0, 100_000_000),
                        settings.seconds(Setting.TENANTS_KEPT_S)),
                settings.seconds(Setting.MAINTENANCE_INTERVAL_S),
                settings.seconds(Setting.ROLLUP_INTERVAL_S));
    }

    private static InetSocketAddress address(Settings settings, Setting host, int port) {
        InetSocketAddress address = new InetSocketAddress(settings.requiredText(host), port);
        if (address.isUnresolved()) {
            throw settings.invalid(host, "an address or a host name that can be resolved");
        }
        return address;
    }
}
