package dev.tinydancer.postgres.connection;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.postgresql.PGProperty;

/** The parameters of a URL under the JDBC driver's names. */
final class DriverProperties {

    /** Read by {@link DatabaseUrl} itself. */
    private static final Set<String> HANDLED = Set.of("user", "password", "passfile", "host", "port", "dbname");

    /** libpq's names where the driver has others. */
    private static final Map<String, String> DRIVER_NAMES = Map.of(
            "application_name", PGProperty.APPLICATION_NAME.getName(),
            "connect_timeout", PGProperty.CONNECT_TIMEOUT.getName(),
            "channel_binding", PGProperty.CHANNEL_BINDING.getName(),
            "gssencmode", PGProperty.GSS_ENC_MODE.getName(),
            "require_auth", PGProperty.REQUIRE_AUTH.getName(),
            "sslnegotiation", PGProperty.SSL_NEGOTIATION.getName());

    private static final String TARGET = "target_session_attrs";
    private static final Map<String, String> DRIVER_TARGETS = Map.of(
            "any", "any",
            "read-write", "primary",
            "primary", "primary",
            "read-only", "secondary",
            "standby", "secondary",
            "prefer-standby", "preferSecondary");

    private DriverProperties() {}

    /** @throws IllegalArgumentException if a parameter is known to neither libpq nor the driver */
    static Map<String, String> of(Map<String, String> parameters) {
        Map<String, String> properties = new HashMap<>();
        parameters.forEach((name, value) -> {
            if (name.equals(TARGET)) {
                properties.put(PGProperty.TARGET_SERVER_TYPE.getName(), target(value));
            } else if (!HANDLED.contains(name)) {
                properties.put(driverName(name), value);
            }
        });
        return properties;
    }

    private static String driverName(String name) {
        String driverName = DRIVER_NAMES.getOrDefault(name, name);
        if (PGProperty.forName(driverName) == null) {
            throw new IllegalArgumentException("the URL has an unknown parameter '" + name
                    + "'; known are libpq's " + new TreeSet<>(DRIVER_NAMES.keySet()) + ", " + new TreeSet<>(HANDLED)
                    + " and " + TARGET + ", and those of the PostgreSQL JDBC driver, sslmode for example");
        }
        return driverName;
    }

    private static String target(String value) {
        String target = DRIVER_TARGETS.get(value);
        if (target == null) {
            throw new IllegalArgumentException(
                    TARGET + " must be one of " + new TreeSet<>(DRIVER_TARGETS.keySet()) + ", got '" + value + "'");
        }
        return target;
    }
}
