package dev.tinydancer.postgres.install;

/** The database cannot take the installation; the message says why and what to do. */
public class InstallException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InstallException(String message) {
        super(message);
    }

    public InstallException(String message, Throwable cause) {
        super(message, cause);
    }
}
