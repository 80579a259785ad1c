package dev.tinydancer.benchmark.sql;

import dev.tinydancer.engine.Engine;
import dev.tinydancer.engine.config.EngineConfig;
import dev.tinydancer.postgres.embedded.DirectoryTree;
import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.embedded.Installation;
import dev.tinydancer.postgres.install.EngineAddress;
import dev.tinydancer.postgres.install.InstallOptions;
import dev.tinydancer.postgres.install.Installer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;

/** A PostgreSQL with its ordinary settings in a temporary directory, and an engine for it in this process. */
final class BenchmarkedEngine implements AutoCloseable {

    private static final String DATABASE = "postgres";
    private static final String HOST = "127.0.0.1";

    private final Path directory;
    private final EmbeddedServer server;
    private final Engine engine;

    private BenchmarkedEngine(Path directory, EmbeddedServer server, Engine engine) {
        this.directory = directory;
        this.server = server;
        this.engine = engine;
    }

    static BenchmarkedEngine start() throws IOException, SQLException, InterruptedException {
        Path directory = Files.createTempDirectory("tiny-dancer-benchmark-");
        String password = UUID.randomUUID().toString();
        EmbeddedServer server = EmbeddedServer.start(new EmbeddedServerConfig(
                Installation.bundled(),
                directory,
                EmbeddedServerConfig.ANY_PORT,
                EmbeddedServerConfig.Durability.DURABLE,
                password));
        try {
            new Installer(server.superuser(DATABASE), InstallOptions.defaults()).install();
            String url = "postgresql://%s:%s@%s:%d/%s"
                    .formatted(EmbeddedServer.SUPERUSER, password, HOST, server.port(), DATABASE);
            Engine engine = Engine.start(EngineConfig.load(Map.of("url", url, "port", "0"), Map.of(), null));
            Installer.pointAtEngine(
                    server.superuser(DATABASE),
                    new EngineAddress(HOST, engine.address().getPort()));
            return new BenchmarkedEngine(directory, server, engine);
        } catch (IOException | SQLException | InterruptedException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /** A connection of the superuser. */
    Connection connect() throws SQLException {
        return server.superuser(DATABASE).getConnection();
    }

    int enginePort() {
        return engine.address().getPort();
    }

    @Override
    public void close() throws IOException {
        engine.close();
        server.close();
        DirectoryTree.deleteIfExists(directory);
    }
}
