package dev.tinydancer.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this program, as the build wrote it. */
final class EngineVersion {

    private static final String RESOURCE = "engine.properties";

    private EngineVersion() {}

    static String read() {
        Properties properties = new Properties();
        try (InputStream stream = EngineVersion.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException("the resource " + RESOURCE + " is missing from the engine's jar");
            }
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
