package dev.tinydancer.cli.ask;

import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the semantic routes. */
@Command(
        name = "routes",
        description = "Shows the semantic routes.",
        footer = {"", "In SQL: ruvector_list_routes()."})
public final class RoutesCommand implements Callable<Integer> {

    private static final Answer.Question QUESTION = new Answer.Question(
            "routes",
            "name, target_agent AS agent, priority, score_threshold AS threshold, cardinality(utterances) AS utterances, description",
            "ruvector_list_routes() AS answer",
            List.of(),
            "there is no route: SELECT ruvector_create_route(…)");

    private final Terminal terminal;

    @Mixin
    private final Answer answer = new Answer();

    public RoutesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException {
        return answer.print(terminal, QUESTION);
    }
}
