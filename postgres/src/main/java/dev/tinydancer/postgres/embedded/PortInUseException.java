package dev.tinydancer.postgres.embedded;

/** The port asked for belongs to another program. */
public final class PortInUseException extends EmbeddedServerException {

    private static final long serialVersionUID = 1L;

    private final int port;

    PortInUseException(int port) {
        super("port " + port + " on 127.0.0.1 is in use by another program");
        this.port = port;
    }

    public int port() {
        return port;
    }
}
