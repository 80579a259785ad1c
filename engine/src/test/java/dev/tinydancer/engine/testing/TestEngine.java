package dev.tinydancer.engine.testing;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.Engine;
import dev.tinydancer.engine.config.EngineConfig;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An engine in this process for the database of a test class, which is pointed at it. To be registered after the database:
 *
 * <pre>{@code
 * @RegisterExtension @Order(1)
 * static final TestDatabase database = TestDatabase.migrated();
 *
 * @RegisterExtension @Order(2)
 * static final TestEngine engine = TestEngine.of(database);
 * }</pre>
 */
public final class TestEngine implements BeforeAllCallback, AfterAllCallback {

    private final TestDatabase database;
    private final Map<String, String> settings;
    private @Nullable Engine engine;

    private TestEngine(TestDatabase database, Map<String, String> settings) {
        this.database = database;
        this.settings = settings;
    }

    public static TestEngine of(TestDatabase database) {
        return new TestEngine(database, Map.of());
    }

    /** With settings beyond the database and a free port, by their keys. */
    public static TestEngine of(TestDatabase database, Map<String, String> settings) {
        return new TestEngine(database, settings);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        engine = Engine.start(config(database.engineUrl(), settings));
        database.pointAtEngine(engine().address().getPort());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        engine().close();
    }

    /** The engine that runs. */
    public Engine engine() {
        return requireNonNull(engine, "a TestEngine is used through @RegisterExtension on a static field");
    }

    /** The configuration of an engine at a free port. */
    public static EngineConfig config(DatabaseUrl url, Map<String, String> settings) throws Exception {
        Map<String, String> flags = new HashMap<>(settings);
        flags.put("url", url.toString());
        flags.putIfAbsent("port", "0");
        return EngineConfig.load(flags, Map.of("PGPASSWORD", url.password().orElseThrow()), null);
    }
}
