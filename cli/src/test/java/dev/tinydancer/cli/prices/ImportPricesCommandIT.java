package dev.tinydancer.cli.prices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.CommandRun;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class ImportPricesCommandIT {

    private static final String LIST = """
            {"gpt-9": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2e-06, "output_cost_per_token": 8e-06,
             "input_cost_per_token_above_200k_tokens": 4e-06}}""";

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    @TempDir
    Path directory;

    private Path list;

    @BeforeEach
    void registerAgents() throws IOException, SQLException {
        list = Files.writeString(directory.resolve("list.json"), LIST);
        try (Connection connection = database.connect()) {
            connection.createStatement().execute("""
                    TRUNCATE tiny_dancer.agent, tiny_dancer.agent_price, tiny_dancer.known_model;
                    SELECT ruvector_register_agent(name, 'tool', '{x}', cost_per_call => 1, avg_latency_ms => 1, quality_score => 1)
                    FROM unnest('{gpt-9,printer}'::text[]) AS name""");
        }
    }

    @Test
    void import_dryRunAndThenForGood_asATableAndAsJson() {
        CommandRun rehearsal = CommandRun.of("prices", "import", list.toString(), "--dry-run", "--url", url());

        assertThat(rehearsal.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(rehearsal.out())
                .contains("gpt-9", "changed", "call 1", "input 0.002, above 200000 (input 0.004), output 0.008")
                .contains("costs more: input 0 → 0.002", "printer", "unmatched");
        assertThat(rehearsal.err())
                .isEqualToIgnoringNewLines(
                        "0 new, 1 changed, 0 same, 1 unmatched, 0 refused; a dry run, nothing was changed");

        CommandRun run = CommandRun.of("prices", "import", list.toString(), "--json", "--url", url());
        assertThat(run.out())
                .startsWith(
                        "{\"dry_run\":false,\"agents\":[{\"agent\":\"gpt-9\",\"change\":\"changed\",\"model\":\"gpt-9\","
                                + "\"before\":{\"call\":1},\"after\":{\"input\":0.002,")
                .contains("{\"agent\":\"printer\",\"change\":\"unmatched\",\"model\":null,");
        assertThat(CommandRun.of("prices", "import", list.toString(), "--url", url())
                        .err())
                .isEqualToIgnoringNewLines("0 new, 0 changed, 1 same, 1 unmatched, 0 refused");
    }

    @Test
    void import_ofWhatIsNoList_fails() throws IOException {
        Files.writeString(list, "{\"a\": {\"b\": 1}}");
        CommandRun run = CommandRun.of("prices", "import", list.toString(), "--url", url());
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("document is not a price list of a known form", "Known are those of LiteLLM");

        assertThat(CommandRun.of("prices", "import", list.toString(), "--format", "csv", "--url", url())
                        .err())
                .contains("format is unknown, got \"csv\"", "litellm");
        Files.writeString(list, "no JSON");
        assertThat(CommandRun.of("models", "import", list.toString(), "--url", url())
                        .exitCode())
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void models_areReplaced_andBroughtBack() {
        assertThat(CommandRun.of("models", "import", list.toString(), "--format", "litellm", "--url", url())
                        .out())
                .isEqualToIgnoringNewLines("1 model is known");
        assertThat(CommandRun.of("models", "reset", "--url", url()).out())
                .isEqualToIgnoringNewLines("the models that come along are known");
        assertThat(CommandRun.of("models", "import", list.toString(), "--json", "--url", url())
                        .out())
                .isEqualToIgnoringNewLines("{\"imported\":1}");
        assertThat(CommandRun.of("models", "reset", "--json", "--url", url()).out())
                .isEqualToIgnoringNewLines("{\"reset\":true}");
    }

    private static String url() {
        DatabaseUrl url = database.superuserUrl();
        return "postgresql://%s:%s@%s/%s"
                .formatted(url.user(), url.password().orElseThrow().replace(" ", "%20"), url.hosts(), url.database());
    }
}
