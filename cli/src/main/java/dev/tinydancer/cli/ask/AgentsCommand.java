package dev.tinydancer.cli.ask;

import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the agents. */
@Command(
        name = "agents",
        description = "Shows the registered agents and what has become of their requests.",
        footer = {"", "In SQL: ruvector_list_agents()."})
public final class AgentsCommand implements Callable<Integer> {

    private static final Answer.Question QUESTION = new Answer.Question(
            "agents",
            "name, agent_type AS type, active, circuit, quality_score AS quality, cost_per_1k_tokens, avg_latency_ms AS latency_ms, total_requests AS requests, success_rate, in_flight",
            "ruvector_list_agents() AS answer",
            List.of(),
            "no agent is registered: SELECT ruvector_register_agent(…), or ruvector_register_model(…) for a known model");

    private final Terminal terminal;

    @Mixin
    private final Answer answer = new Answer();

    public AgentsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException {
        return answer.print(terminal, QUESTION);
    }
}
