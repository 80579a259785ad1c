package dev.tinydancer.cli.ask;

import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Routes a request. */
@Command(
        name = "route",
        description = "Says which agent is to answer a request, and why.",
        footer = {
            "",
            "In SQL: ruvector_route(…), and ruvector_explain_route(…) with --explain. The decision is logged as one from SQL"
                    + " is; with --explain nothing is."
        })
public final class RouteCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final Answer answer = new Answer();

    @Parameters(paramLabel = "TEXT", description = "The request.")
    private String text = "";

    @Option(
            names = "--optimize-for",
            paramLabel = "POLICY",
            defaultValue = "balanced",
            description = "cost, latency, quality, quality_per_dollar, balanced, or a policy of your own"
                    + " (default: ${DEFAULT-VALUE}).")
    private String policy;

    @Option(names = "--capability", paramLabel = "NAME", description = "What the agent must be able to do; repeatable.")
    private @Nullable List<String> capabilities;

    @Option(names = "--max-cost", paramLabel = "USD", description = "What the answer may cost.")
    private @Nullable Double maxCost;

    @Option(names = "--max-latency-ms", paramLabel = "MS", description = "How long the answer may take.")
    private @Nullable Double maxLatencyMillis;

    @Option(names = "--min-quality", paramLabel = "Q", description = "How good it must be, from 0 to 1.")
    private @Nullable Double minQuality;

    @Option(names = "--tag", paramLabel = "TAG", description = "A tag for the log and for budgets; repeatable.")
    private @Nullable List<String> tags;

    @Option(names = "--explain", description = "Shows all candidates, and decides nothing.")
    private boolean explain;

    public RouteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException {
        List<@Nullable Object> arguments =
                Arrays.asList(text, policy, capabilities, maxCost, maxLatencyMillis, minQuality, tags);
        return answer.print(
                terminal,
                explain
                        ? new Answer.Question(
                                "candidates",
                                "agent_name AS agent, chosen, excluded_by, expected_quality, estimated_cost,"
                                        + " estimated_latency_ms, utility, reasoning",
                                called("ruvector_explain_route"),
                                arguments,
                                "no agent is registered: SELECT ruvector_register_agent(…)")
                        : new Answer.Question(
                                "decisions",
                                "agent_name AS agent, expected_quality, estimated_cost, estimated_latency_ms, reasoning,"
                                        + " decision_id",
                                called("ruvector_route"),
                                arguments,
                                "no decision"));
    }

    private static String called(String function) {
        return function + """
                (request := ?, optimize_for := ?, required_capabilities := ?::text[], max_cost := ?::float8,
                 max_latency_ms := ?::float8, min_quality := ?::float8, tags := ?::text[]) AS answer""";
    }
}
