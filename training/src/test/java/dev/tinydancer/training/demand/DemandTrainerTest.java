package dev.tinydancer.training.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.neural.DemandModel;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.training.demand.DemandRequest.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DemandTrainerTest {

    private static final StaticEmbedder EMBEDDER = StaticEmbedder.standard();
    private static final DemandOptions FEW = new DemandOptions(2_000, 2, 4e-3f, 0.3f, 0.06f, 0.8f, 300, 1);

    @Test
    void train_fewRequestsAndTheGrammar_tellsTheLevelsApart() {
        List<String> epochs = new ArrayList<>();
        Safetensors file = new DemandTrainer(EMBEDDER, FEW).train(requests(), epochs::add);
        DemandModel model = DemandModel.of(file, EMBEDDER);

        assertThat(epochs).hasSize(2);
        double plain = difficulty(model, "what is the opposite of early");
        double ordinary = difficulty(model, "Explain how vaccines work in two paragraphs");
        double demanding = difficulty(model, "Prove that there are infinitely many primes of the form 4k + 3");
        assertThat(plain).isLessThan(ordinary - 0.2);
        assertThat(ordinary).isLessThan(demanding - 0.1);
    }

    @Test
    void train_fewRequestsAndMaterial_findsTheTask() {
        DemandModel model = DemandModel.of(new DemandTrainer(EMBEDDER, FEW).train(requests(), epoch -> {}), EMBEDDER);
        String task = "Why do volcanoes erupt, and can it be foreseen?";
        String log = "2026-05-01 08:15:02 INFO [main] listening on port 8080\n".repeat(40);

        for (String text : List.of(task + "\n" + log, log + task + "\n" + log, log + task)) {
            assertThat(model.study(EMBEDDER.tokenizer().tokenize(text)).task(40))
                    .startsWith(EMBEDDER.tokenizer().tokenize(task).tokens());
        }
    }

    @Test
    void train_sameSeed_givesTheSameAnswers() {
        DemandModel first = DemandModel.of(new DemandTrainer(EMBEDDER, FEW).train(requests(), epoch -> {}), EMBEDDER);
        DemandModel second = DemandModel.of(new DemandTrainer(EMBEDDER, FEW).train(requests(), epoch -> {}), EMBEDDER);

        for (DemandRequest request : requests()) {
            assertThat(difficulty(first, request.text())).isCloseTo(difficulty(second, request.text()), within(0.02));
        }
    }

    private static List<DemandRequest> requests() {
        return List.of(
                new DemandRequest("set a timer for ten minutes", Kind.INTENT, "intents"),
                new DemandRequest("what is my account balance", Kind.INTENT, "intents"),
                new DemandRequest("Why do volcanoes erupt, and can it be foreseen?", Kind.LABELLED, "questions"),
                new DemandRequest("Write a short story about a clockmaker.", Kind.LABELLED, "stories"),
                new DemandRequest(
                        "Which layer of the earth is liquid?\nA. crust\nB. outer core", Kind.BENCHMARK, "exam"),
                new DemandRequest(
                        "Implement a wait-free snapshot object in C++. Prove that it is linearizable.",
                        Kind.CHOSEN,
                        "chosen"));
    }

    private static double difficulty(DemandModel model, String text) {
        return model.difficulty(EMBEDDER.tokenizer().tokenize(text));
    }
}
