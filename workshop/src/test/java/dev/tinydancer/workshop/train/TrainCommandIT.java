package dev.tinydancer.workshop.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.CommandRun;
import dev.tinydancer.cli.LauncherProcess;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.testing.TestDatabase;
import dev.tinydancer.router.neural.RequestClassifier;
import dev.tinydancer.router.safetensors.Safetensors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training from a table into a database, and Ctrl-C. */
final class TrainCommandIT {

    private static final long DEADLINE_NANOS = 60_000_000_000L;
    private static final long PAUSE_NANOS = 5_000_000;

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    @TempDir
    private Path folder;

    @BeforeAll
    static void fillTables() throws SQLException {
        database.execute("""
                CREATE SCHEMA shop;
                CREATE TABLE shop."Requests" (id int GENERATED ALWAYS AS IDENTITY, request text, category varchar(20),
                    capabilities text[]);
                INSERT INTO shop."Requests" (request, category) VALUES ('not yet labelled', NULL), (NULL, 'billing');
                CREATE TABLE shop.texts (text text, category text);
                CREATE TABLE shop.numbered (request text, category int);
                CREATE TABLE shop.single (request text, category text, capabilities text)""");
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement(
                        "INSERT INTO shop.\"Requests\" (request, category, capabilities) VALUES (?, ?, ?)")) {
            for (ShopRequests.Row row : ShopRequests.rows()) {
                statement.setString(1, row.request());
                statement.setString(2, row.category());
                statement.setArray(
                        3, connection.createArrayOf("text", new Object[] {row.category(), "customer-service"}));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Test
    void train_fromATable_andDeploy_installsWhatItHasLearned() throws SQLException, IOException {
        CommandRun run = train("--table", "shop.\"Requests\"", "--deploy");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
        assertThat(run.err()).contains("left out 2 rows", "80 requests, 2 categories");
        assertThat(run.out()).contains("installed in ", "its engines take it up now");
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT content, card ->> 'requests' FROM tiny_dancer.model WHERE name = 'classifier'");
                ResultSet row = statement.executeQuery()) {
            assertThat(row.next()).isTrue();
            RequestClassifier installed =
                    RequestClassifier.of(Safetensors.read("installed", new ByteArrayInputStream(row.getBytes(1))));
            assertThat(installed.categories()).containsExactly("billing", "shipping");
            assertThat(installed.capabilities()).containsExactly("billing", "customer-service", "shipping");
            assertThat(row.getString(2)).isEqualTo("80");
            assertThat(Files.readAllBytes(folder.resolve("out"))).isEqualTo(row.getBytes(1));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shop.none|there is no table shop.none in ",
                "shop.texts|table shop.texts has no column request, it has text, category;",
                "shop.numbered|column category of table shop.numbered has the type integer;",
                "shop.single|column capabilities of table shop.single has the type text;",
            })
    void train_otherTable_saysWhatIsMissing(String table, String message) {
        CommandRun run = train("--table", table);

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains(message);
    }

    @Test
    void train_deployByOneWhoMayNot_failsBeforeItTrains() throws SQLException {
        CommandRun run = CommandRun.of(
                "train",
                "--url",
                typed(database.newRoleUrl("IN ROLE tiny_dancer_user")),
                "--deploy",
                "--output",
                folder.resolve("out").toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("may not install models", "GRANT tiny_dancer_admin");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void ctrlC_keepsTheBestSoFar_andResumeGoesOn() throws IOException, InterruptedException {
        Path data = Files.writeString(folder.resolve("shop.jsonl"), ShopRequests.jsonLines());
        Path output = folder.resolve("shop.safetensors");
        Path checkpoint = folder.resolve("shop.safetensors.checkpoint");
        String[] command = {
            "train", "--data", data.toString(), "--output", output.toString(), "--epochs", "2000", "--seed", "3"
        };
        try (LauncherProcess training = LauncherProcess.start(command)) {
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (!Files.exists(checkpoint)) {
                assertThat(System.nanoTime() - deadline).as(training.err()).isNegative();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            training.interrupt();
            assertThat(training.exitCode()).as(training.err()).isEqualTo(ExitCode.OK);
            assertThat(training.err()).contains("stopped; this is the best so far, --resume goes on from ");
            assertThat(training.out()).contains("wrote " + output);
        }
        assertThat(RequestClassifier.read(output).categories()).containsExactly("billing", "shipping");

        CommandRun resumed = CommandRun.of(
                "train",
                "--data",
                data.toString(),
                "--output",
                output.toString(),
                "--epochs",
                "2000",
                "--seed",
                "3",
                "--resume");

        assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(ExitCode.OK);
        assertThat(resumed.err()).doesNotContain("epoch 1/2000  ").doesNotContain("stopped");
        assertThat(checkpoint).doesNotExist();
    }

    private CommandRun train(String... arguments) {
        String[] all = new String[arguments.length + 7];
        System.arraycopy(
                new String[] {
                    "train",
                    "--url",
                    typed(database.superuserUrl()),
                    "--output",
                    folder.resolve("out").toString(),
                    "--epochs",
                    "2"
                },
                0,
                all,
                0,
                7);
        System.arraycopy(arguments, 0, all, 7, arguments.length);
        return CommandRun.of(all);
    }

    /** With its password, as a user in a hurry would write it. */
    private static String typed(DatabaseUrl url) {
        return "postgresql://%s:%s@%s/%s"
                .formatted(url.user(), url.password().orElseThrow().replace(" ", "%20"), url.hosts(), url.database());
    }
}
