package dev.tinydancer.benchmark.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFileTest {

    private static final String ROW = """
            {"id": "x-1", "source": "mmlu/anatomy", "split": "test", "prompt": "Où est l'os?", "extra": [1],\
             "outcomes": {"b": {"score": 1, "cost_usd": 0.002, "input_tokens": 12, "output_tokens": 34},\
             "a": {"score": 0.25}}}
            """;

    @TempDir
    private Path folder;

    @Test
    void readOutcomes_plain_readsEveryField() throws IOException {
        Path file = Files.writeString(folder.resolve("rows.jsonl"), ROW + "\n" + ROW);

        List<OutcomeRow> rows = DataFile.readOutcomes(file);

        assertThat(rows).hasSize(2);
        OutcomeRow row = rows.getFirst();
        assertThat(row.benchmark()).isEqualTo("mmlu");
        assertThat(row.split()).isEqualTo("test");
        assertThat(row.prompt()).isEqualTo("Où est l'os?");
        assertThat(row.outcomes().keySet()).containsExactly("a", "b");
        assertThat(row.outcome("b")).isEqualTo(new ModelOutcome(1, 0.002, 12, 34));
        assertThat(row.outcome("a")).isEqualTo(new ModelOutcome(0.25, Double.NaN, Double.NaN, Double.NaN));
    }

    @Test
    void readOutcomes_gzip_readsTheSame() throws IOException {
        Path plain = Files.writeString(folder.resolve("rows.jsonl"), ROW);
        Path packed = folder.resolve("rows.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(ROW.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(DataFile.readOutcomes(packed)).isEqualTo(DataFile.readOutcomes(plain));
    }

    @Test
    void readOutcomes_scoreOutOfRange_namesFileAndLine() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.jsonl"), ROW + ROW.replace("0.25", "25"));

        assertThatThrownBy(() -> DataFile.readOutcomes(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("bad.jsonl line 2")
                .hasMessageContaining("25");
    }

    @Test
    void readOutcomes_fieldMissing_namesIt() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.jsonl"), ROW.replace("\"prompt\"", "\"text\""));

        assertThatThrownBy(() -> DataFile.readOutcomes(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining("\"prompt\"");
    }

    @Test
    void readOutcomes_notJson_namesLine() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.jsonl"), "score,1\n");

        assertThatThrownBy(() -> DataFile.readOutcomes(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("bad.jsonl line 1");
    }

    @Test
    void readOutcomes_empty_rejected() throws IOException {
        Path file = Files.writeString(folder.resolve("none.jsonl"), "\n");

        assertThatThrownBy(() -> DataFile.readOutcomes(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("no rows");
    }

    @Test
    void readIntents_outOfScope_known() throws IOException {
        Path file = Files.writeString(folder.resolve("intents.jsonl"), """
                {"text": "where is my card", "intent": "card_arrival", "split": "train"}
                {"text": "sing", "intent": "oos", "split": "test"}
                """);

        assertThat(DataFile.readIntents(file)).extracting(IntentRow::outOfScope).containsExactly(false, true);
    }

    @Test
    void outcome_unknownModel_namesTheKnown() throws IOException {
        OutcomeRow row = DataFile.readOutcomes(Files.writeString(folder.resolve("rows.jsonl"), ROW))
                .getFirst();

        assertThatThrownBy(() -> row.outcome("c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[a, b]");
    }
}
