package dev.tinydancer.benchmark.evaluation;

/** A file of evaluation data is not of the form that a suite reads. The message names the file and, where it helps, the line. */
public final class InvalidDataException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidDataException(String message) {
        super(message);
    }

    InvalidDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
