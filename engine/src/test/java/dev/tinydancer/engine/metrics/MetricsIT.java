package dev.tinydancer.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Prometheus gets of an engine that has done a little of everything, and what is drawn and alerted of it. */
@Timeout(120)
@Tag("once")
final class MetricsIT {

    private static final Path MONITORING = Path.of("../packaging/monitoring");
    private static final Pattern NAME = Pattern.compile("\\b(?:tinydancer|jvm|process)_[a-z_]+");

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database, Map.of("http-port", "0"));

    private static String scraped = "";

    @BeforeAll
    static void doALittleOfEverything() throws Exception {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, """
                    SET tiny_dancer.explore = off;
                    SELECT ruvector_register_agent('near', 'llm', '{a}', cost_per_1k_tokens := 0.001, avg_latency_ms := 100,
                                                   quality_score := 0.9);
                    SELECT ruvector_register_agent('far', 'llm', '{b}', cost_per_1k_tokens := 0.001, avg_latency_ms := 100,
                                                   quality_score := 0.9);
                    SELECT ruvector_set_budget('all', 10, 'month')""");
            String first = decide(connection, "'{a}'");
            String second = decide(connection, "'{a}'");
            SqlFailure.of(connection, "SELECT ruvector_route('Hello', required_capabilities := '{c}')");
            Rows.execute(
                    connection,
                    "SELECT ruvector_record_outcome('" + first + "', true, latency_ms := 750, cost := 0.02,"
                            + " input_tokens := 10, output_tokens := 20)");
            Rows.execute(connection, "SELECT ruvector_record_outcome('" + second + "', true, latency_ms := 80)");
            // What comes later to an outcome is added, and nothing of it twice.
            Eventually.succeeds(() -> assertThat(value("tinydancer_outcomes_total", "near", "success"))
                    .isEqualTo(2));
            Rows.execute(
                    connection,
                    "SELECT ruvector_record_outcome('" + second + "', true, cost := 0.01, output_tokens := 5)");
            for (int i = 0; i < 20; i++) {
                String decision = decide(connection, "'{b}'");
                Rows.execute(
                        connection, "SELECT ruvector_record_outcome('" + decision + "', false, kind := 'timeout')");
            }
        }
        Eventually.succeeds(() -> {
            assertThat(value("tinydancer_agent_cost_usd_total", "near")).isEqualTo(0.03);
            assertThat(value("tinydancer_outcomes_total", "far", "timeout")).isEqualTo(20);
            assertThat(value("tinydancer_circuit_state", "far", "open")).isEqualTo(1);
        });
        scraped = scrape();
    }

    private static String decide(Connection connection, String capabilities) throws Exception {
        return Rows.first(
                        connection,
                        "SELECT decision_id FROM ruvector_route('Hello', 'cost', required_capabilities := "
                                + capabilities + ")")
                .getFirst();
    }

    @Test
    void decisions_areCountedByTenantAgentPolicyAndEnding() throws Exception {
        assertThat(scraped)
                .containsPattern(
                        "tinydancer_decisions_total\\{agent=\"near\",ending=\"chosen\",policy=\"cost\",tenant=\"default\"} 2\\.0")
                .containsPattern(
                        "tinydancer_decisions_total\\{agent=\"\",ending=\"no_agent\",policy=\"[a-z]+\",tenant=\"default\"} 1\\.0")
                .doesNotContain("agent=\"large\"");
    }

    @Test
    void outcomes_areCountedOnce_howeverManyReportsTheyComeIn() throws Exception {
        assertThat(value("tinydancer_agent_latency_seconds_count", "near")).isEqualTo(2);
        assertThat(value("tinydancer_agent_latency_seconds_sum", "near")).isEqualTo(0.83);
        assertThat(value("tinydancer_agent_latency_seconds_bucket", "near", "le=\"1.0\""))
                .isEqualTo(2);
        assertThat(value("tinydancer_agent_latency_seconds_bucket", "near", "le=\"0.5\""))
                .isEqualTo(1);
        assertThat(value("tinydancer_agent_tokens_total", "near", "input")).isEqualTo(10);
        assertThat(value("tinydancer_agent_tokens_total", "near", "output")).isEqualTo(25);
    }

    @Test
    void budgets_versionsAndModels_areShown() throws Exception {
        assertThat(value("tinydancer_budget_amount_usd", "scope=\"all\"")).isEqualTo(10);
        assertThat(value("tinydancer_budget_remaining_usd", "scope=\"all\"")).isBetween(9.0, 10.0);
        assertThat(value("tinydancer_evidence_version", "")).isGreaterThanOrEqualTo(22);
        assertThat(scraped)
                .containsPattern("tinydancer_model_info\\{model=\"FastGRNN[^\"]*\",role=\"classifier\"} 1")
                .containsPattern("tinydancer_engine_info\\{version=\"[0-9]")
                .contains("jvm_memory_used_bytes")
                .contains("jvm_gc_pauses_seconds");
    }

    @Test
    void budgetThatIsRemoved_isShownNoLonger() throws Exception {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, """
                    SELECT ruvector_set_budget('tag:gone', 3);
                    INSERT INTO tiny_dancer.allowance (tenant, kind, scope, period, period_start, period_end, capacity)
                    SELECT 'default', 'budget', scope, period, period_start, period_end, amount
                    FROM ruvector_budget_status() WHERE scope = 'tag:gone'""");
            Eventually.succeeds(() -> assertThat(scrape()).contains("scope=\"tag:gone\""));
            Rows.execute(connection, "SELECT ruvector_remove_budget('tag:gone')");
            Eventually.succeeds(() -> assertThat(scrape()).doesNotContain("scope=\"tag:gone\""));
        }
    }

    @Test
    void promtool_findsNothing() throws Exception {
        requirePromtool();
        assertThat(run(scraped, "promtool", "check", "metrics")).isEmpty();
    }

    @Test
    void alerts_areRules_ofMetricsThatExist() throws Exception {
        requirePromtool();
        Path alerts = MONITORING.resolve("alerts.yaml");
        assertThat(run("", "promtool", "check", "rules", alerts.toString())).contains("SUCCESS");
        assertThat(namesIn(Files.readString(alerts))).isNotEmpty();
        assertThat(present()).containsAll(namesIn(Files.readString(alerts)));
    }

    @Test
    void dashboard_drawsMetricsThatExist() throws Exception {
        JsonNode dashboard = JsonMapper.shared()
                .readTree(MONITORING.resolve("grafana-dashboard.json").toFile());
        Set<String> drawn = new TreeSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                drawn.addAll(namesIn(target.get("expr").asString()));
            }
        }
        assertThat(drawn).hasSizeGreaterThan(15);
        assertThat(present()).containsAll(drawn);
    }

    @Test
    void documentation_hasEveryMetricOfOurs() throws Exception {
        String document = Files.readString(Path.of("../docs/metrics.md"));
        assertThat(present().stream()
                        .filter(name -> name.startsWith("tinydancer_"))
                        .map(name -> name.replaceFirst("_(?:bucket|count|sum|max)$", ""))
                        .filter(name -> !document.contains("`" + name + "`")))
                .isEmpty();
    }

    private static Set<String> present() {
        return namesIn(scraped.lines().filter(line -> !line.startsWith("#")).collect(Collectors.joining("\n")));
    }

    private static Set<String> namesIn(String text) {
        return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The one value of a metric whose line has all of these. */
    private static double value(String name, String... parts) throws Exception {
        return scrape().lines()
                .filter(line -> line.matches(name + "[ {].*"))
                .filter(line -> Set.of(parts).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static String scrape() throws IOException, InterruptedException {
        InetSocketAddress address = engine.engine().httpAddress().orElseThrow();
        URI uri = URI.create("http://127.0.0.1:" + address.getPort() + "/metrics");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static void requirePromtool() {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/promtool")),
                "no /usr/bin/promtool: install Debian's package prometheus");
    }

    private static String run(String input, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
