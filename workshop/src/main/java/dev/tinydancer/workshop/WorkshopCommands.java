package dev.tinydancer.workshop;

import dev.tinydancer.cli.CommandProvider;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.workshop.distill.DistillCommand;
import dev.tinydancer.workshop.measure.BenchCommand;
import dev.tinydancer.workshop.measure.EvaluateCommand;
import dev.tinydancer.workshop.models.KnownModelsCommand;
import dev.tinydancer.workshop.torture.TortureCommand;
import dev.tinydancer.workshop.train.TrainCommand;
import java.util.List;

/** The commands of a clone that an installation has no use for. */
public final class WorkshopCommands implements CommandProvider {

    @Override
    public List<Object> commands(Terminal terminal) {
        return List.of(
                new TrainCommand(terminal),
                new DistillCommand(terminal),
                new EvaluateCommand(terminal),
                new BenchCommand(terminal),
                new TortureCommand(terminal),
                new KnownModelsCommand(terminal));
    }
}
