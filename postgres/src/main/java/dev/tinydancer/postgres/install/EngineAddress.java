package dev.tinydancer.postgres.install;

import java.util.Arrays;
import java.util.Map;

/**
 * Where the SQL functions find the engine, in libpq's form.
 *
 * @param host one host name or address, or several with commas between them
 * @param port one port, or as many as hosts with commas between them
 * @param options further ones of libpq, such as {@code sslmode}; they outweigh those that Tiny Dancer sets
 */
public record EngineAddress(String host, String port, Map<String, String> options) {

    /** Where an engine listens unless told otherwise. */
    public static final EngineAddress DEFAULT = new EngineAddress("127.0.0.1", 6433);

    public EngineAddress {
        if (host.isBlank() || Arrays.stream(host.split(",", -1)).anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("host must be one or more host names, got '" + host + "'");
        }
        String[] ports = port.split(",", -1);
        for (String one : ports) {
            requirePort(one);
        }
        int hosts = host.split(",", -1).length;
        if (ports.length != 1 && ports.length != hosts) {
            throw new IllegalArgumentException(
                    "port must be one for all or one for each of " + hosts + " hosts, got '" + port + "'");
        }
        options = Map.copyOf(options);
    }

    /** Without further options. */
    public EngineAddress(String host, String port) {
        this(host, port, Map.of());
    }

    public EngineAddress(String host, int port) {
        this(host, Integer.toString(port));
    }

    private static void requirePort(String text) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65_535) {
            throw new IllegalArgumentException("port must be in 1 to 65535, got '" + text + "'");
        }
    }

    private boolean hasSeveralHosts() {
        return host.indexOf(',') >= 0;
    }

    @Override
    public String toString() {
        return hasSeveralHosts() ? "hosts " + host + " ports " + port : host + ":" + port;
    }
}
