package dev.tinydancer.training.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SourceFoldsTest {

    @Test
    void of_anyOrderOfRequests_givesTheSameFolds() {
        List<LabelledRequest> requests = requests(new Random(5), 30);
        List<LabelledRequest> shuffled = new ArrayList<>(requests);
        Collections.shuffle(shuffled, new Random(6));
        SourceFolds folds = SourceFolds.of(requests, 5);
        SourceFolds again = SourceFolds.of(shuffled, 5);
        for (LabelledRequest request : requests) {
            assertThat(again.foldOf(request.source())).isEqualTo(folds.foldOf(request.source()));
        }
    }

    @Test
    void of_manySources_spreadsEveryCategoryEvenly() {
        List<LabelledRequest> requests = requests(new Random(7), 200);
        SourceFolds folds = SourceFolds.of(requests, 5);
        for (String category : List.of("a", "b", "c")) {
            int[] counts = new int[5];
            requests.stream()
                    .filter(request -> request.category().equals(category))
                    .forEach(request -> counts[folds.foldOf(request.source())]++);
            long total = requests.stream()
                    .filter(request -> request.category().equals(category))
                    .count();
            for (int count : counts) {
                assertThat((double) count / total).as(category).isBetween(0.17, 0.23);
            }
        }
    }

    /** Two big sources of one category and two small ones: a big one and a small one to each fold. */
    @Test
    void of_sourcesOfUnequalSize_putsTheBigOnesApart() {
        List<LabelledRequest> requests = new ArrayList<>();
        add(requests, "big 1", "a", 10);
        add(requests, "big 2", "a", 10);
        add(requests, "small 1", "b", 3);
        add(requests, "small 2", "b", 3);
        SourceFolds folds = SourceFolds.of(requests, 2);
        assertThat(folds.foldOf("big 1")).isNotEqualTo(folds.foldOf("big 2"));
        assertThat(folds.foldOf("small 1")).isNotEqualTo(folds.foldOf("small 2"));
    }

    @Test
    void of_tooFewSources_isRefused() {
        List<LabelledRequest> requests = new ArrayList<>();
        add(requests, "only", "a", 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceFolds.of(requests, 5))
                .withMessage("cannot split 1 sources into 5 folds of whole sources");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceFolds.of(requests, 1))
                .withMessage("folds must be at least 2, got 1");
    }

    @Test
    void foldOf_unknownSource_isRefused() {
        SourceFolds folds = SourceFolds.of(requests(new Random(1), 5), 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> folds.foldOf("elsewhere"))
                .withMessage("unknown source \"elsewhere\"");
    }

    private static List<LabelledRequest> requests(Random random, int sources) {
        List<LabelledRequest> requests = new ArrayList<>();
        for (int source = 0; source < sources; source++) {
            add(requests, "source " + source, List.of("a", "b", "c").get(source % 3), 1 + random.nextInt(20));
        }
        return requests;
    }

    private static void add(List<LabelledRequest> requests, String source, String category, int count) {
        for (int i = 0; i < count; i++) {
            requests.add(new LabelledRequest("text " + i, category, source, Set.of()));
        }
    }
}
