package dev.tinydancer.benchmark.sql;

import dev.tinydancer.engine.Engine;
import dev.tinydancer.engine.config.EngineConfig;
import dev.tinydancer.postgres.install.EngineAddress;
import dev.tinydancer.postgres.install.Installer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** A server and an engine for it in this process. */
final class BenchmarkedEngine implements AutoCloseable {

    private final BenchmarkedServer server;
    private final Engine engine;

    private BenchmarkedEngine(BenchmarkedServer server, Engine engine) {
        this.server = server;
        this.engine = engine;
    }

    static BenchmarkedEngine start() throws IOException, SQLException, InterruptedException {
        BenchmarkedServer server = BenchmarkedServer.start();
        try {
            Engine engine = Engine.start(EngineConfig.load(Map.of("url", server.url(), "port", "0"), Map.of(), null));
            Installer.pointAtEngine(
                    server.superuser(),
                    new EngineAddress(BenchmarkedServer.HOST, engine.address().getPort()));
            return new BenchmarkedEngine(server, engine);
        } catch (IOException | SQLException | InterruptedException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /** A connection of the superuser. */
    Connection connect() throws SQLException {
        return server.connect();
    }

    int enginePort() {
        return engine.address().getPort();
    }

    @Override
    public void close() {
        engine.close();
        server.close();
    }
}
