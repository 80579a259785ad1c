package dev.tinydancer.cli.terminal;

/** The command could not do its work; the message says why and what to do. Ends the process with exit code 1. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
