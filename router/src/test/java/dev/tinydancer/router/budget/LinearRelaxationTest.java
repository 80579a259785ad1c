package dev.tinydancer.router.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

final class LinearRelaxationTest {

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.2, 0.5, 0.9, 1})
    void profit_isThatOfTheLinearProgramme(double share) {
        for (int seed = 0; seed < 3; seed++) {
            Random random = new Random(seed);
            List<List<ChoiceGroup.Option>> options = randomOptions(40, 6, random);
            List<ChoiceGroup> groups = options.stream().map(ChoiceGroup::new).toList();
            double lightest = groups.stream()
                    .mapToDouble(group -> group.option(0).weight())
                    .sum();
            double heaviest = groups.stream()
                    .mapToDouble(group -> group.option(group.size() - 1).weight())
                    .sum();
            double capacity = lightest + share * (heaviest - lightest);

            LinearRelaxation relaxation = new LinearRelaxation(groups, capacity);

            assertThat(relaxation.profit())
                    .as("seed %d", seed)
                    .isCloseTo(linearProgramme(options, capacity), within(1e-7));
            assertThat(relaxation.baseWeight()).isLessThanOrEqualTo(capacity + 1e-9);
        }
    }

    /** Weights and profits of either sign, as the two directions of an assignment problem have them. */
    private static List<List<ChoiceGroup.Option>> randomOptions(int groups, int size, Random random) {
        List<List<ChoiceGroup.Option>> options = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            List<ChoiceGroup.Option> optionsOfGroup = new ArrayList<>();
            for (int id = 0; id < size; id++) {
                optionsOfGroup.add(new ChoiceGroup.Option(id, random.nextGaussian(), random.nextGaussian()));
            }
            options.add(optionsOfGroup);
        }
        return options;
    }

    private static double linearProgramme(List<List<ChoiceGroup.Option>> groups, double capacity) {
        ExpressionsBasedModel model = new ExpressionsBasedModel();
        Expression weights = model.addExpression("weights").upper(capacity);
        for (int group = 0; group < groups.size(); group++) {
            Expression one = model.addExpression("group " + group).level(1);
            for (ChoiceGroup.Option option : groups.get(group)) {
                Variable share =
                        model.addVariable(group + " " + option.id()).lower(0).weight(option.profit());
                weights.set(share, option.weight());
                one.set(share, 1);
            }
        }
        Optimisation.Result result = model.maximise();
        assertThat(result.getState().isOptimal()).isTrue();
        return result.getValue();
    }
}
