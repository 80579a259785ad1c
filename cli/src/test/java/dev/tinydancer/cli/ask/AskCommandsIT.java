package dev.tinydancer.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.CommandRun;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.engine.Engine;
import dev.tinydancer.engine.config.EngineConfig;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands for those who would rather not write SQL, and the doctor, with a database and an engine. */
@Timeout(120)
@Tag("once")
final class AskCommandsIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private static Engine engine;

    @BeforeAll
    static void start() throws Exception {
        DatabaseUrl url = database.engineUrl();
        engine = Engine.start(EngineConfig.load(
                Map.of("url", url.toString(), "port", "0"),
                Map.of("PGPASSWORD", url.password().orElseThrow()),
                null));
        database.pointAtEngine(engine.address().getPort());
        try (Connection connection = database.connect()) {
            connection.createStatement().execute("""
                    SET tiny_dancer.deadline_ms = 0;
                    SELECT ruvector_register_agent('near', 'llm', '{chat}', cost_per_1k_tokens := 0.001,
                                                   avg_latency_ms := 100, quality_score := 0.9);
                    SELECT ruvector_register_agent('far', 'llm', '{code}', cost_per_1k_tokens := 0.01,
                                                   avg_latency_ms := 900, quality_score := 0.9);
                    SELECT ruvector_set_budget('all', 50);
                    SELECT ruvector_create_route('greeting', 'people say hello', 'near', utterances := '{hello,good morning}')""");
        }
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void route_decidesAndLogs_andExplainShowsWhatExcludesWhom() throws Exception {
        CommandRun route = run("route", "Hello", "--optimize-for", "cost", "--tag", "from-a-shell", "--json");
        assertThat(route.exitCode()).isEqualTo(ExitCode.OK);
        JsonNode decision =
                JsonMapper.shared().readTree(route.out()).get("decisions").get(0);
        assertThat(decision.get("agent_name").asString()).isEqualTo("near");

        CommandRun decisions = run("decisions", "--agent", "near");
        assertThat(decisions.out()).contains(decision.get("decision_id").asString(), "near", "cost");

        CommandRun explained = run("route", "Hello", "--capability", "code", "--explain");
        assertThat(explained.out()).contains("far", "required_capabilities (lacks code)");
    }

    @Test
    void agentsRoutesAndBudgets_areTables_orJsonWithAllColumns() throws Exception {
        assertThat(run("agents").out()).contains("name", "near", "closed").doesNotContain("\u001b");
        assertThat(run("routes").out()).contains("greeting", "near");
        assertThat(run("budgets").out()).contains("all", "50");
        assertThat(JsonMapper.shared()
                        .readTree(run("agents", "--json").out())
                        .get("agents")
                        .get(0)
                        .get("capabilities")
                        .get(0)
                        .asString())
                .isEqualTo("code");
        assertThat(run("decisions", "--agent", "nobody").err()).contains("nothing was decided", "tiny-dancer route");
    }

    @Test
    void whatIsWrong_saysWhatToDo() {
        CommandRun policy = run("route", "Hello", "--optimize-for", "fun");
        assertThat(policy.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(policy.err()).contains("fun", "Hint: Valid are: cost").doesNotContain("PL/pgSQL");
        assertThat(run("decisions", "--limit", "0").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(CommandRun.of("agents", "--url", url("postgres")).err())
                .contains("Tiny Dancer is not installed", "tiny-dancer install --url");
    }

    @Test
    void doctor_findsAHealthyInstallation_andWhatBites() throws Exception {
        CommandRun healthy = run("doctor");
        assertThat(healthy.out())
                .contains(
                        "ok    Java", "ok    PostgreSQL", "ok    dblink", "ok    clock", "ok    rights", "ok    schema")
                .contains("ok    database to engine", "ok    engine to database")
                .doesNotContain("FAIL");
        assertThat(healthy.exitCode()).isEqualTo(ExitCode.OK);

        String change = "ALTER DATABASE " + database.name();
        database.execute(change + " SET tiny_dancer.log_decisions = off");
        try {
            assertThat(run("doctor").out())
                    .contains("warn  setting tiny_dancer.log_decisions", "→ RESET tiny_dancer.log_decisions");
        } finally {
            database.execute(change + " RESET tiny_dancer.log_decisions");
        }
    }

    @Test
    void doctor_saysWhatFails_asJsonToo() throws Exception {
        CommandRun missing = CommandRun.of("doctor", "--json", "--url", url("postgres"));
        assertThat(missing.exitCode()).isEqualTo(ExitCode.FAILED);
        JsonNode found = JsonMapper.shared().readTree(missing.out());
        assertThat(found.get("healthy").asBoolean()).isFalse();
        assertThat(found.get("findings").toString()).contains("not installed in", "tiny-dancer install --url");

        CommandRun nobody = CommandRun.of("doctor", "--url", "postgresql://alice:hunter2@127.0.0.1:1/app");
        assertThat(nobody.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(nobody.out()).contains("FAIL  database", "127.0.0.1:1").doesNotContain("hunter2");
    }

    private static CommandRun run(String... arguments) {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--url";
        all[arguments.length + 1] = url(database.name());
        return CommandRun.of(all);
    }

    private static String url(String name) {
        DatabaseUrl url = database.superuserUrl();
        return "postgresql://%s:%s@%s/%s"
                .formatted(url.user(), url.password().orElseThrow().replace(" ", "%20"), url.hosts(), name);
    }
}
