package dev.tinydancer.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedServerIT {

    @Test
    void start_inFreshDirectory(@TempDir Path directory) throws SQLException {
        try (EmbeddedServer server =
                EmbeddedServer.start(EmbeddedServerConfig.fleeting(TestServer.installation(), directory, "secret"))) {
            assertThat(query(server, "SHOW server_version")).startsWith(Integer.toString(server.majorVersion()));
        }
    }

    private static String query(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.superuser("postgres").getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
