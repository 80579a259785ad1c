package dev.tinydancer.cli.ask;

import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the budgets. */
@Command(
        name = "budgets",
        description = "Shows what may be spent, what is spent, and where that leads.",
        footer = {"", "In SQL: ruvector_budget_status()."})
public final class BudgetsCommand implements Callable<Integer> {

    private static final Answer.Question QUESTION = new Answer.Question(
            "budgets",
            "scope, period_start, amount, spent, reserved, remaining, projected",
            "ruvector_budget_status() AS answer",
            List.of(),
            "there is no budget: SELECT ruvector_set_budget('all', 100)");

    private final Terminal terminal;

    @Mixin
    private final Answer answer = new Answer();

    public BudgetsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException {
        return answer.print(terminal, QUESTION);
    }
}
