package dev.tinydancer.cli.ask;

import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the latest decisions. */
@Command(
        name = "decisions",
        description = "Shows the latest decisions, and what came of them.",
        footer = {"", "In SQL: ruvector_latest_decisions(…) and the view ruvector_outcomes."})
public final class DecisionsCommand implements Callable<Integer> {

    private static final int MOST = 10_000;

    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final Answer answer = new Answer();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many at most (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--hours",
            paramLabel = "N",
            defaultValue = "24",
            description = "Of the last so many hours (default: ${DEFAULT-VALUE}).")
    private int hours;

    @Option(names = "--agent", paramLabel = "NAME", description = "Of this agent only.")
    private @Nullable String agent;

    public DecisionsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException {
        require("--limit", limit);
        require("--hours", hours);
        return answer.print(
                terminal,
                new Answer.Question(
                        "decisions",
                        "to_char(decided_at, 'MM-DD HH24:MI:SS') AS decided, agent, optimize_for AS policy,"
                                + " expected_quality AS quality, coalesce(cost, estimated_cost) AS cost, success,"
                                + " decision_id",
                        """
                        (SELECT decision.decided_at, decision.decision_id, decision.agent, decision.optimize_for,
                                decision.category, decision.expected_quality, decision.estimated_cost, decision.reasoning,
                                outcome.success, outcome.kind, outcome.cost, outcome.latency_ms, outcome.quality
                         FROM ruvector_latest_decisions(
                             within := ? * interval '1 hour', agent := ?::text, max_rows := ?) AS decision
                         LEFT JOIN LATERAL (
                             SELECT * FROM ruvector_outcomes AS known
                             WHERE known.decided_at = decision.decided_at AND known.decision_id = decision.decision_id
                             LIMIT 1) AS outcome ON true
                         ORDER BY decision.decided_at DESC, decision.decision_id DESC) AS answer""",
                        Arrays.asList(hours, agent, limit),
                        "nothing was decided and logged in that time: tiny-dancer route \"Hello\""));
    }

    private void require(String option, int value) {
        if (value < 1 || value > MOST) {
            throw new ParameterException(spec.commandLine(), option + " must be in 1 to " + MOST + ", got " + value);
        }
    }
}
