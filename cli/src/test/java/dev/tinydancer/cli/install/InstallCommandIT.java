package dev.tinydancer.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.CommandRun;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.install.SchemaVersion;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class InstallCommandIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.empty();

    @Test
    void install_thenAgain_thenUninstall() {
        String url = typed(database.superuserUrl());

        CommandRun first = CommandRun.of("install", "--url", url);
        CommandRun second = CommandRun.of("install", "--url", "jdbc:" + url);
        CommandRun removal = CommandRun.of("uninstall", "--url", url, "--yes");
        CommandRun nothing = CommandRun.of("uninstall", "--url", url, "--yes");

        assertThat(first.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(first.out()).startsWith("installed version ");
        assertThat(first.err()).contains("pointed the functions at the engine on 127.0.0.1:6433");
        assertThat(second.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(second.out()).startsWith("nothing to do: version ");
        assertThat(second.err()).isEmpty();
        assertThat(removal.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(removal.out()).startsWith("uninstalled from ");
        assertThat(nothing.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(nothing.out()).startsWith("nothing to do: not installed in ");
    }

    @Test
    void json_isOneObject() throws SQLException {
        String url = typed(database.superuserUrl());
        String stranger = typed(database.newRoleUrl(""));

        JsonNode refused = json(CommandRun.of("install", "--json", "--url", stranger), ExitCode.FAILED);
        JsonNode first = json(CommandRun.of("install", "--json", "--url", url), ExitCode.OK);
        JsonNode second = json(CommandRun.of("install", "--json", "--url", url), ExitCode.OK);
        JsonNode removal = json(CommandRun.of("uninstall", "--json", "--url", url, "--yes"), ExitCode.OK);

        assertThat(refused.path("installed").asBoolean(true)).isFalse();
        assertThat(refused.path("statements")).isNotEmpty();
        assertThat(first.path("installed").asBoolean()).isTrue();
        assertThat(first.path("version").asInt()).isEqualTo(SchemaVersion.NEWEST);
        assertThat(first.path("changes")).isNotEmpty();
        assertThat(second.path("changes")).isEmpty();
        assertThat(removal.path("was_installed").asBoolean()).isTrue();
        assertThat(first.toString())
                .doesNotContain(database.superuserUrl().password().orElseThrow());
    }

    @Test
    void engineOptions_areThoseOfTheAddress() throws SQLException {
        String url = typed(database.superuserUrl());

        CommandRun alone = CommandRun.of("install", "--url", url, "--engine-option", "sslmode=disable");
        CommandRun given =
                CommandRun.of("install", "--url", url, "--engine-host", "engine", "--engine-option", "sslmode=disable");

        assertThat(alone.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(alone.err()).contains("--engine-host");
        assertThat(given.exitCode()).as(given.err()).isEqualTo(ExitCode.OK);
        try (Connection connection = database.connect();
                ResultSet row = connection.createStatement().executeQuery("""
                        SELECT array_to_string(srvoptions, ' ') FROM pg_foreign_server WHERE srvname = 'tiny_dancer_engine'""")) {
            row.next();
            assertThat(row.getString(1)).contains("host=engine", "sslmode=disable");
        }
        CommandRun.of("uninstall", "--url", url, "--yes");
    }

    private static JsonNode json(CommandRun run, int exitCode) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        return JsonMapper.shared().readTree(run.out());
    }

    @Test
    void install_byOneWhoMayNot_printsTheAdministratorsSql() throws SQLException {
        String url = typed(database.newRoleUrl(""));

        CommandRun run = CommandRun.of("install", "--url", url);

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("nothing was changed");
        assertThat(run.out().lines()).isNotEmpty().allMatch(line -> line.endsWith(";"));
        try (Connection administrator = database.connect()) {
            for (String statement : run.out().lines().toList()) {
                administrator.createStatement().execute(statement);
            }
        }
        assertThat(CommandRun.of("install", "--url", url).exitCode()).isEqualTo(ExitCode.OK);
    }

    /** With its password, as a user in a hurry would write it. */
    private static String typed(DatabaseUrl url) {
        return "postgresql://%s:%s@%s/%s"
                .formatted(url.user(), url.password().orElseThrow().replace(" ", "%20"), url.hosts(), url.database());
    }
}
