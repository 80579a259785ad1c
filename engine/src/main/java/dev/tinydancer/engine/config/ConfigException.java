package dev.tinydancer.engine.config;

/** What the engine was told makes no sense. The message says where it stands, what it is and what would be valid. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }
}
