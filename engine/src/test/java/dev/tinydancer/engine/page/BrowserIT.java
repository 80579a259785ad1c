package dev.tinydancer.engine.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The page in a real browser: every view in light, dark and narrow, its figures beside those of SQL, and axe's opinion.
 * Screenshots are in {@code target/page}. Without Chromium on the machine it is skipped.
 */
@Tag("once")
@Timeout(300)
final class BrowserIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database, Map.of("http-port", "0"));

    private static final Path SCREENSHOTS = Path.of("target", "page");

    /** The view, and something that it shows when it has its answers. */
    private static final Map<String, String> VIEWS = Map.of(
            "overview", "[data-figure=Requests]",
            "decisions", "table[aria-label=Decisions] tbody tr",
            "agents", "table[aria-label=Agents] tbody tr",
            "budgets", ".budgets li",
            "routes", "table[aria-label=Routes] tbody tr",
            "try", ".verdict .lead .agent",
            "learning", "svg[aria-label^=Predicted] circle");

    private static Playwright playwright;
    private static Browser browser;
    private static String axe;

    enum Look {
        LIGHT(1360, 900, ColorScheme.LIGHT),
        DARK(1360, 900, ColorScheme.DARK),
        NARROW(360, 740, ColorScheme.LIGHT);

        private final int width;
        private final int height;
        private final ColorScheme scheme;

        Look(int width, int height, ColorScheme scheme) {
            this.width = width;
            this.height = height;
            this.scheme = scheme;
        }

        BrowserContext open() {
            return browser.newContext(new Browser.NewContextOptions()
                    .setViewportSize(width, height)
                    .setColorScheme(scheme));
        }
    }

    @BeforeAll
    static void openBrowser() throws IOException, SQLException {
        Optional<Path> chromium = chromium();
        Assumptions.assumeTrue(
                chromium.isPresent(), "no chromium on this machine: on Debian, apt-get install chromium");
        // What a page needs for an answer on a machine that is busy.
        PlaywrightAssertions.setDefaultAssertionTimeout(15_000);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium.orElseThrow())
                        // The sandbox needs namespaces, which containers and root do not have.
                        .setArgs(List.of("--no-sandbox")));
        try (InputStream script = BrowserIT.class.getResourceAsStream("/axe.min.js")) {
            axe = new String(requireNonNull(script, "axe.min.js").readAllBytes(), StandardCharsets.UTF_8);
        }
        Files.createDirectories(SCREENSHOTS);
        fill();
    }

    private static Optional<Path> chromium() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    @AfterAll
    static void closeBrowser() {
        if (playwright != null) {
            playwright.close();
        }
    }

    private static void fill() throws SQLException {
        try (Connection connection = database.connect()) {
            String[] agents = {"quick", "thorough", "third"};
            for (int i = 0; i < agents.length; i++) {
                Rows.execute(connection, """
                        SELECT ruvector_register_agent('%s', 'llm', '{code,chat}', %s, avg_latency_ms => %d,
                                                       quality_score => %s)""".formatted(agents[i], 0.001 * (1 + 3 * i), 300 + 700 * i, 0.75 + 0.09 * i));
            }
            Rows.execute(connection, "SELECT ruvector_set_budget('all', 5)");
            Rows.execute(connection, """
                    SELECT ruvector_create_route('coding', 'programming', 'quick', utterances => '{fix this bug}')""");
            for (int i = 0; i < 40; i++) {
                String id = Rows.first(
                                connection,
                                "SELECT decision_id FROM ruvector_route('sort the list number " + i
                                        + "', optimize_for => '" + (i % 2 == 0 ? "cost" : "quality")
                                        + "', tags => '{tag-" + i % 3 + "}')")
                        .getFirst();
                if (i % 4 > 0) {
                    Rows.execute(
                            connection,
                            "SELECT ruvector_record_outcome('" + id + "', " + (i % 10 > 0) + ", " + (200 + 10 * i)
                                    + ", quality => " + (i % 10 > 0 ? 0.8 : 0.1) + ")");
                }
            }
        }
    }

    static Stream<Arguments> viewsAndLooks() {
        return VIEWS.keySet().stream()
                .sorted()
                .flatMap(view -> Stream.of(Look.values()).map(look -> Arguments.of(view, look)));
    }

    @ParameterizedTest
    @MethodSource("viewsAndLooks")
    void view_showsItself_withoutErrorsOrBarriers(String view, Look look) {
        try (BrowserContext context = look.open()) {
            com.microsoft.playwright.Page page = context.newPage();
            List<String> complaints = listen(page);
            page.navigate(address("#/" + view));
            page.locator(requireNonNull(VIEWS.get(view))).first().waitFor();
            shoot(page, view + "-" + look.name().toLowerCase(java.util.Locale.ROOT));

            assertThat(complaints).isEmpty();
            assertThat((Integer) page.evaluate(
                            "document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                    .as("pixels beyond the window")
                    .isZero();
            assertThat(barriers(page)).isEmpty();
        }
    }

    @Test
    void overview_hasTheFiguresOfSql() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/overview?range=1+day"));
            List<String> figures = Rows.first(connection, """
                    SELECT sum(total_requests), round((100 * sum(success_rate * completed_requests) / sum(completed_requests))::numeric, 1)
                    FROM ruvector_routing_analytics('1 day', 'agent')""");
            assertThat(page.locator("[data-figure=Requests]")).hasText(figures.get(0));
            assertThat(page.locator("[data-figure=Success]")).hasText(figures.get(1) + " %");
            for (List<String> row : Rows.all(
                    connection, "SELECT agent, total_requests FROM ruvector_routing_analytics('1 day', 'agent')")) {
                assertThat(page.locator(
                                        "table[aria-label=Figures] tr",
                                        new com.microsoft.playwright.Page.LocatorOptions().setHasText(row.get(0)))
                                .locator("td")
                                .nth(1))
                        .hasText(row.get(1));
            }
        }
    }

    @Test
    void qualityOverTime_isDrawn_andSaidWhereItFell() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            Rows.execute(connection, """
                    INSERT INTO tiny_dancer.decision_hourly (
                        tenant, hour, group_by, group_key, total_requests, completed_requests, successes, total_cost,
                        latency_sum_ms, latencies, latency_buckets, latency_counts, attempts, quality_sum, judged,
                        cost_of_best, cost_of_dearest)
                    SELECT 'default', date_trunc('hour', now() - age, 'UTC'), 'agent', 'fallen', n, n, n, 0, 0, 0, '{}', '{}',
                           n, n * quality, n, 0, 0
                    FROM (VALUES (interval '2 hours', 10, 0.5), ('3 days', 20, 0.9)) AS earlier (age, n, quality)""");
            com.microsoft.playwright.Page page = context.newPage();
            List<String> complaints = listen(page);
            page.navigate(address("#/overview?measure=quality"));
            Locator card = page.locator("section[aria-label='Quality over time']");
            assertThat(card.locator("path.line").first()).isVisible();
            card.locator("summary").click();
            assertThat(card.locator("tbody tr", new Locator.LocatorOptions().setHasText("fallen"))
                            .last())
                    .containsText("0.50");
            assertThat(page.locator("section[aria-label='Needs attention']"))
                    .containsText("0.50 mean quality of fallen in the last day, 0.77 in the last 30 days");
            assertThat(barriers(page)).isEmpty();
            assertThat(complaints).isEmpty();
            Rows.execute(connection, "DELETE FROM tiny_dancer.decision_hourly WHERE group_key = 'fallen'");
        }
    }

    /** A dear one with few requests is drawn, and the chart as a whole has what all of them cost. */
    @Test
    void chart_drawsTheDearest_andAllOthersTogether() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            Rows.execute(connection, """
                    SELECT count(decision_id) FROM generate_series(1, 9) AS i
                    CROSS JOIN LATERAL ruvector_route('x', optimize_for => 'cost', tags => ARRAY['cheap-' || i]);
                    SELECT ruvector_record_outcome(decision_id, true, cost => 2)
                    FROM ruvector_route('x', tags => '{dear}')""");
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/overview?range=1+day&by=tag"));
            Locator legend = page.locator("section[aria-label='Spend over time'] .legend");
            assertThat(legend).containsText("dear");
            assertThat(legend).containsText(Pattern.compile("\\d+ others"));
            page.navigate(address("#/overview?range=1+day&by=tag&measure=latency"));
            assertThat(page.locator("section[aria-label='Latency p95 over time']"))
                    .containsText("Those with the most requests");
        }
    }

    @Test
    void decision_opens_byKeyboard_andHasAnAddress() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/decisions?policy=quality"));
            Locator first = page.locator("table[aria-label=Decisions] tbody button.link")
                    .first();
            first.focus();
            page.keyboard().press("Enter");
            Locator drawer = page.locator("dialog.drawer[open]");
            assertThat(drawer.locator(".reasoning")).isVisible();
            String id = page.url().replaceAll(".*[?&]id=([0-9a-f-]+).*", "$1");
            List<String> row = Rows.first(
                    connection, "SELECT agent, reasoning FROM ruvector_decisions WHERE decision_id = '" + id + "'");
            assertThat(drawer.locator(".lead .agent")).hasText(row.get(0));
            assertThat(drawer.locator(".reasoning")).hasText(row.get(1));
            assertThat(drawer.locator("table[aria-label='Similar requests'] tbody tr")
                            .first())
                    .isVisible();
            // Three agents are registered; the log may have had a fourth.
            assertThat(drawer).containsText(Pattern.compile("The choice and the next (two|three)"));
            assertThat(drawer.locator("path.frontier")).hasCount(0);
            shoot(page, "decision");
            assertThat(barriers(page)).isEmpty();
            drawer.locator("button[title='All candidates, as of now']").click();
            String statement = drawer.locator("dialog[open] pre").innerText();
            assertThat(statement).contains("'the text of the request'", "optimize_for => 'quality'");
            assertThat(Rows.all(connection, statement)).hasSizeGreaterThanOrEqualTo(3);
            page.keyboard().press("Escape");

            page.reload();
            assertThat(drawer.locator(".reasoning")).hasText(row.get(1));
            page.keyboard().press("Escape");
            assertThat(drawer).hasCount(0);
            assertThat(page).not().hasURL(Pattern.compile(".*[?&]id=.*"));
        }
    }

    @Test
    void stream_showsWhatIsDecidedMeanwhile() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/decisions?tag=while-looking"));
            assertThat(page.locator(".empty")).isVisible();
            Rows.first(connection, "SELECT decision_id FROM ruvector_route('news', tags => '{while-looking}')");
            assertThat(page.locator("table[aria-label=Decisions] tbody tr")).hasCount(1);
        }
    }

    @Test
    void stream_losesNothing_whenMoreIsDecidedThanItShows() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            com.microsoft.playwright.Page page = context.newPage();
            Rows.first(connection, "SELECT decision_id FROM ruvector_route('news', tags => '{burst}')");
            page.navigate(address("#/decisions?tag=burst"));
            Locator rows = page.locator("table[aria-label=Decisions] tbody tr");
            assertThat(rows).hasCount(1);
            assertThat(page.getByText("Older ones")).hasCount(0);
            Rows.execute(connection, """
                    SELECT count(decision_id) FROM generate_series(1, 60) AS i
                    CROSS JOIN LATERAL ruvector_route('news ' || i, tags => '{burst}')""");
            assertThat(rows).hasCount(50);
            page.getByText("Older ones").click();
            assertThat(rows).hasCount(61);
            // The stream is held while the pointer is over it, where it still is.
            page.mouse().move(1, 1);
            // The next one pushes nothing out that is not found again.
            Rows.first(connection, "SELECT decision_id FROM ruvector_route('news', tags => '{burst}')");
            assertThat(page.locator("time.fresh")).hasCount(1);
            page.getByText("Older ones").click();
            assertThat(rows).hasCount(62);
        }
    }

    @Test
    void stream_followsItsFilters_alsoWhileItIsHeld() {
        try (BrowserContext context = Look.LIGHT.open()) {
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/decisions?tag=tag-1"));
            Locator rows = page.locator("table[aria-label=Decisions] tbody tr");
            rows.first().hover();
            assertThat(page.locator("section[aria-label=Decisions]")).containsText("held while the pointer is over it");
            page.locator(".filters select").nth(2).selectOption("tag-2");
            assertThat(rows.first()).containsText("tag-2");
        }
    }

    @Test
    void whatFewDecisionsFit_isLookedForInTheWholeTime() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/decisions?range=30+days&outcome=failure"));
            int failures =
                    Integer.parseInt(Rows.first(connection, "SELECT count(*) FROM ruvector_outcomes WHERE NOT success")
                            .getFirst());
            Locator rows = page.locator("table[aria-label=Decisions] tbody tr");
            assertThat(rows).hasCount(failures);
            assertThat(page.locator("main [role=status]")).hasCount(0);
            assertThat(page.getByText("Older ones")).hasCount(0);
            assertThat(rows).hasCount(failures);
        }
    }

    @Test
    void trying_followsTheSliders_andLogsNothing() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            String count = "SELECT count(*) FROM tiny_dancer.decision WHERE tags IS NULL";
            List<String> before = Rows.first(connection, count);
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/try?policy=quality"));
            Locator chosen = page.locator(".verdict .lead .agent");
            String best = Rows.first(connection, """
                            SELECT agent_name FROM ruvector_explain_route('a letter', 'quality') WHERE chosen""").getFirst();
            page.locator("textarea").fill("a letter");
            assertThat(chosen).hasText(best);
            page.locator("input[type=range]").nth(1).fill("2.5");
            assertThat(page.locator(".verdict .lead")).not().containsText(best);
            assertThat(page.locator("table[aria-label=Candidates] .bad").first())
                    .containsText("max_latency_ms");
            assertThat(page).hasURL(Pattern.compile(".*max_latency_ms=2.5.*"));
            assertThat(Rows.first(connection, count)).isEqualTo(before);
        }
    }

    @Test
    void query_appearsOnTheMapOfRoutes_withWhatItReaches() {
        try (BrowserContext context = Look.LIGHT.open()) {
            com.microsoft.playwright.Page page = context.newPage();
            List<String> complaints = listen(page);
            page.navigate(address("#/routes"));
            Locator map = page.locator("svg[aria-label^=Utterances]");
            assertThat(map.locator("circle.dot")).hasCount(1);
            page.locator("section[aria-label=Map] textarea").fill("fix the bug\nbake a cake");
            assertThat(map.locator("circle.query")).hasCount(2);
            Locator verdicts = page.locator("table[aria-label='Queries and their routes'] tbody tr");
            assertThat(verdicts.nth(0)).containsText("match");
            assertThat(verdicts.nth(1)).containsText("no match");
            assertThat(page).hasURL(Pattern.compile(".*query=fix.*"));
            // Nothing reaches a threshold of one.
            page.locator("section[aria-label=Map] input[type=range]").first().fill("1");
            assertThat(verdicts.nth(0)).containsText("no match");
            assertThat(page.locator("section[aria-label=Map] [role=status]")).containsText("1 of 2 verdicts change");
            assertThat(page.locator("section[aria-label=Map] > figure pre"))
                    .containsText("SELECT ruvector_update_route('coding', '{\"score_threshold\": 1}');");
            shoot(page, "routes-map");
            assertThat(barriers(page)).isEmpty();
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void keptRequests_areOnTheMap_andNotInTheAddress() {
        try (BrowserContext context = Look.LIGHT.open()) {
            com.microsoft.playwright.Page page = context.newPage();
            answer(page, "session", "{\"tenant\": \"default\", \"reads_texts\": true}");
            answer(page, "requests", "{\"request\": \"a secret of somebody\"}");
            page.navigate(address("#/routes"));
            Locator box = page.locator("section[aria-label=Map] textarea");
            box.fill("typed");
            assertThat(page).hasURL(Pattern.compile(".*query=typed.*"));
            page.getByText("The latest 1 requests").click();
            assertThat(page.locator("table[aria-label='Queries and their routes'] tbody tr"))
                    .containsText("a secret of somebody");
            assertThat(page).not().hasURL(Pattern.compile(".*query=.*"));
            box.fill("a secret of somebody else");
            assertThat(page.locator("table[aria-label='Queries and their routes'] tbody tr"))
                    .containsText("somebody else");
            assertThat(page).not().hasURL(Pattern.compile(".*query=.*"));
        }
    }

    private static void answer(com.microsoft.playwright.Page page, String question, String row) {
        page.route(
                "**/api/v1/" + question + "?*",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody("{\"sql\": \"SELECT 1\", \"notices\": [], \"rows\": [" + row + "]}")));
    }

    @Test
    void examples_areFittedOnThePage_andNothingIsStored() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            com.microsoft.playwright.Page page = context.newPage();
            List<String> complaints = listen(page);
            page.navigate(address("#/routes"));
            Locator card = page.locator("section[aria-label='Fit thresholds']");
            card.locator("textarea").fill("repair this code\tcoding\nfix the bug|coding\n");
            assertThat(card).containsText("2 of at least five examples");
            String[][] examples = {
                {"repair this code", "coding"},
                {"why does this program crash", "coding"},
                {"fix the failing test", "coding"},
                {"bake a cake", null},
                {"water the flowers", null},
                {"a poem about the sea", null}
            };
            StringBuilder lines = new StringBuilder();
            for (String[] example : examples) {
                lines.append(example[0]).append(example[1] == null ? "\n" : "\t" + example[1] + "\n");
            }
            card.locator("textarea").fill(lines.toString());
            Locator rows = card.locator("table[aria-label='Examples answered rightly'] tbody tr");
            assertThat(rows).hasCount(3);
            List<String> told = Rows.first(connection, """
                    SELECT round(6 * accuracy_before), round(6 * accuracy_after)
                    FROM ruvector_explain_fit((SELECT jsonb_agg(jsonb_build_object('query', q, 'route', r))
                        FROM unnest(ARRAY['repair this code', 'why does this program crash', 'fix the failing test',
                                          'bake a cake', 'water the flowers', 'a poem about the sea'],
                                    ARRAY['coding', 'coding', 'coding', NULL, NULL, NULL]) AS example (q, r)))""");
            assertThat(rows.first().locator("td").nth(1)).hasText(told.get(0) + " of 6");
            assertThat(rows.first().locator("td").nth(2)).hasText(told.get(1) + " of 6");
            assertThat(card.locator("table[aria-label='Fitted thresholds'] tbody tr"))
                    .containsText("coding");
            assertThat(page.locator("section[aria-label='Fit thresholds'] > figure pre"))
                    .containsText("ruvector_fit_routes('[{\"query\":\"repair this code\",\"route\":\"coding\"}");
            shoot(page, "routes-fit");
            assertThat(barriers(page)).isEmpty();
            assertThat(Rows.all(connection, "SELECT score_threshold FROM ruvector_list_routes()"))
                    .containsExactly(List.of("null"));
            card.locator("textarea").fill("[{");
            assertThat(card.locator("[role=alert]")).containsText("no array");
            assertThat(complaints).isEmpty();
        }
    }

    /** Whoever is on call sees since when an agent does not answer, and where it would have been the one. */
    @Test
    void agentThatDoesNotAnswer_hasAnOutage_sinceWhenItDoesNot() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            Rows.execute(connection, """
                    SELECT ruvector_register_agent('broken', 'llm', '{code}', 1, avg_latency_ms => 1, quality_score => 0.1)""");
            Rows.execute(connection, """
                    INSERT INTO tiny_dancer.outage (tenant, agent, began_at, ended_at, rests_until)
                    VALUES ('default', 'broken', now() - interval '3 hours', now() - interval '2 hours', now())""");
            for (int i = 0; i < 6; i++) {
                Rows.execute(connection, "SELECT ruvector_update_agent_metrics('broken', 10, false)");
            }
            Rows.execute(connection, "UPDATE tiny_dancer.outcome SET kind = 'timeout' WHERE agent = 'broken'");
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/overview"));
            assertThat(page.locator("section[aria-label='Needs attention']"))
                    .containsText(Pattern.compile("the circuit of broken, for [0-9.]+ m?s"));
            page.navigate(address("#/agents?agent=broken"));
            Locator outages = page.locator("table[aria-label=Outages] tbody tr");
            assertThat(outages).hasCount(2);
            assertThat(outages.nth(0)).containsText("not yet");
            assertThat(outages.nth(1)).containsText("1.0 h");
            Locator shares = page.locator("table[aria-label='Chosen by category'] tbody tr");
            assertThat(shares.first()).containsText("0 %");
            shoot(page, "agents-outage");
            assertThat(barriers(page)).isEmpty();
            Rows.execute(connection, "DELETE FROM tiny_dancer.outcome WHERE agent = 'broken'");
            Rows.execute(connection, "SELECT ruvector_remove_agent('broken')");
        }
    }

    @Test
    void budget_hasItsCourse_andWhoHoldsWhatIsReserved() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            com.microsoft.playwright.Page page = context.newPage();
            List<String> complaints = listen(page);
            Rows.first(connection, "SELECT decision_id FROM ruvector_route('a thing under way')");
            page.navigate(address("#/budgets"));
            assertThat(page.locator("svg[aria-label='What was left of the budget all']"))
                    .isVisible();
            List<String> held = Rows.first(connection, """
                    SELECT scope, agent, requests FROM ruvector_budget_holders() LIMIT 1""");
            Locator first = page.locator("table[aria-label=Reserved] tbody tr").first();
            assertThat(first).containsText(held.get(0));
            assertThat(first).containsText(held.get(1));
            assertThat(first.locator("td").nth(2)).hasText(held.get(2));
            shoot(page, "budgets-course");
            assertThat(barriers(page)).isEmpty();
            assertThat(complaints).isEmpty();
        }
    }

    /** What is shown to give a budget more leaves the rest of it as it is. */
    @Test
    void budgetThatIsUsedUp_isToppedUp_byTheStatementShown() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            Rows.execute(connection, "SELECT ruvector_set_budget('tag:one', 0, 'total', 'cheapest', '{0.5}')");
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/overview"));
            Locator entry = page.locator(
                    "section[aria-label='Needs attention'] li",
                    new com.microsoft.playwright.Page.LocatorOptions().setHasText("tag:one"));
            entry.locator("button.sql").click();
            String statement = entry.locator("dialog[open] pre").innerText();
            assertThat(statement).isEqualTo("SELECT ruvector_top_up_budget('tag:one', 1);");
            Rows.execute(connection, statement);
            assertThat(Rows.first(connection, """
                    SELECT status.amount, budget.period, budget.on_exhausted, budget.alert_at
                    FROM ruvector_budget_status() AS status JOIN tiny_dancer.budget USING (scope)
                    WHERE scope = 'tag:one'""")).containsExactly("1", "total", "cheapest", "{0.5}");
            page.navigate(address("#/budgets"));
            Locator shown = page.locator(
                    ".budgets li", new com.microsoft.playwright.Page.LocatorOptions().setHasText("tag:one"));
            assertThat(shown).containsText("since the beginning");
            shown.locator("button[title^='Put more']").click();
            assertThat(shown.locator("dialog[open] pre")).hasText("SELECT ruvector_top_up_budget('tag:one', 0.5);");
            Rows.execute(connection, "SELECT ruvector_remove_budget('tag:one')");
        }
    }

    @Test
    void agent_isOfferedTheQualityThatWasMeasured() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            List<String> measured = Rows.first(connection, """
                    SELECT agent, round(mean_quality::numeric, 2)
                    FROM ruvector_routing_analytics('7 days', 'agent') WHERE mean_quality <> success_rate""");
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/agents?agent=" + measured.get(0)));
            assertThat(page.locator(".details > figure pre").last())
                    .containsText("{\"quality_score\": " + measured.get(1) + ",");
        }
    }

    @Test
    void budgetThatWillNotLast_saysUntilWhenItDoes() throws SQLException {
        try (BrowserContext context = Look.LIGHT.open();
                Connection connection = database.connect()) {
            Rows.execute(connection, """
                    SELECT ruvector_set_budget('tag:soon', 1, 'year');
                    INSERT INTO tiny_dancer.allowance
                        (tenant, kind, scope, period, period_start, period_end, capacity, spent)
                    SELECT 'default', 'budget', scope, period, period_start, period_end, 1, 0.999999
                    FROM ruvector_budget_status() WHERE scope = 'tag:soon'""");
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/overview"));
            assertThat(page.locator("section[aria-label='Needs attention']"))
                    .containsText(Pattern.compile("100 % of budget tag:soon used, at this pace all of it by \\d"));
            page.navigate(address("#/budgets"));
            assertThat(page.locator(
                            ".budgets li", new com.microsoft.playwright.Page.LocatorOptions().setHasText("tag:soon")))
                    .containsText(Pattern.compile("since .*, until (31 Dec|01 Jan)"));
            Rows.execute(connection, "SELECT ruvector_remove_budget('tag:soon')");
        }
    }

    @Test
    void sql_behindAFigure_isShown() {
        try (BrowserContext context = Look.LIGHT.open()) {
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/agents"));
            page.locator("section[aria-label=Agents] button[title='The SQL behind this']")
                    .click();
            assertThat(page.locator("dialog[open] pre")).containsText("FROM ruvector_list_agents()");
            assertThat(barriers(page)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7d", "-1 days", "1 eternity", "%00"})
    void timeThatIsNone_isSevenDays(String range) {
        try (BrowserContext context = Look.LIGHT.open()) {
            com.microsoft.playwright.Page page = context.newPage();
            List<String> complaints = listen(page);
            page.navigate(address("#/overview?range=" + range.replace(' ', '+')));
            page.locator("[data-figure=Requests]").waitFor();
            assertThat(page.locator(".bar select").first()).hasValue("7 days");
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void engineThatIsGone_isSaid() {
        try (BrowserContext context = Look.LIGHT.open()) {
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/agents"));
            page.locator("table[aria-label=Agents] tbody tr").first().waitFor();
            page.route("**/api/v1/**", route -> route.abort());
            page.locator("nav a", new com.microsoft.playwright.Page.LocatorOptions().setHasText("Budgets"))
                    .click();
            assertThat(page.locator("[role=alert]").first()).containsText("the engine does not answer");
        }
    }

    @Test
    void whoeverIsNotLetInAnyMore_isAskedForAToken_andAsksNothing() {
        try (BrowserContext context = Look.LIGHT.open()) {
            com.microsoft.playwright.Page page = context.newPage();
            page.navigate(address("#/decisions"));
            page.locator("table[aria-label=Decisions] tbody tr").first().waitFor();
            AtomicInteger asked = new AtomicInteger();
            for (int status : new int[] {401, 429}) {
                page.unroute("**/api/v1/**");
                page.route("**/api/v1/**", route -> {
                    asked.incrementAndGet();
                    route.fulfill(new Route.FulfillOptions()
                            .setStatus(status)
                            .setContentType("application/json")
                            .setBody("{\"error\": {\"message\": \"refused with " + status + "\"}}"));
                });
                assertThat(page.locator("form.card")).containsText("refused with " + status);
                int before = asked.get();
                page.waitForTimeout(2_500);
                assertThat(asked).hasValue(before);
                assertThat(barriers(page)).isEmpty();
                page.locator("form input").fill("tdp_wrong");
                page.locator("form button.primary").click();
                assertThat(page.locator("form [role=alert]")).containsText("refused with " + status);
                page.unroute("**/api/v1/**");
                page.reload();
                page.locator("table[aria-label=Decisions] tbody tr").first().waitFor();
            }
        }
    }

    private static String address(String path) {
        return "http://127.0.0.1:" + engine.engine().httpAddress().orElseThrow().getPort() + "/" + path;
    }

    private static List<String> listen(com.microsoft.playwright.Page page) {
        List<String> complaints = new ArrayList<>();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        return complaints;
    }

    private static void shoot(com.microsoft.playwright.Page page, String name) {
        page.screenshot(new com.microsoft.playwright.Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }

    /** What axe finds that is serious or worse. */
    private static List<?> barriers(com.microsoft.playwright.Page page) {
        page.evaluate(axe);
        return (List<?>) page.evaluate("""
                axe.run({resultTypes: ["violations"]}).then(found => found.violations
                    .filter(each => each.impact === "serious" || each.impact === "critical")
                    .map(each => each.id + " at " + each.nodes.map(node => node.target.join(" ")).join(", ")))""");
    }
}
