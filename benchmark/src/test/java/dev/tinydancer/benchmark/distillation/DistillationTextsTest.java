package dev.tinydancer.benchmark.distillation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.benchmark.evaluation.DataFolder;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DistillationTextsTest {

    @TempDir
    private Path folder;

    private void write(String file, String... rows) throws IOException {
        try (Writer out = new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(folder.resolve(file))), StandardCharsets.UTF_8)) {
            out.write(String.join("\n", rows));
        }
    }

    private static String intent(String text, String split) {
        return "{\"text\": \"" + text + "\", \"intent\": \"x\", \"split\": \"" + split + "\"}";
    }

    private static String outcome(String prompt, String split) {
        return "{\"id\": \"1\", \"source\": \"s\"" + (split.isEmpty() ? "" : ", \"split\": \"" + split + "\"")
                + ", \"prompt\": \"" + prompt + "\", \"outcomes\": {\"m\": {\"score\": 1}}}";
    }

    @Test
    void read_everyKindOfFile_trainingTextsOnceAndNothingEvaluated() throws IOException {
        write(
                "intents_clinc150.jsonl.gz",
                intent("pay my bill", "train"),
                intent("Pay my bill!", "train"),
                intent("what is new", "test"),
                intent("tell me more", "val"));
        write("intents_banking77.jsonl.gz", intent("lost card", "train"), intent("card lost", "test"));
        write("outcomes_routerbench.jsonl.gz", outcome("two plus two", "train"), outcome("three plus three", "test"));
        write("outcomes_llmrouter.jsonl.gz", outcome("who wrote Faust", "train"), outcome("?!", "train"));
        write("outcomes_routellm.jsonl.gz", outcome("an exam question", ""));
        write(
                "outcomes_routerarena.jsonl.gz",
                outcome("Q1: Which of these five old riddles is the hardest? A. that B. this", ""));
        String filler = " and so on".repeat(30);
        write(
                "requests_labelled.jsonl.gz",
                "{\"text\": \"What is new?\", \"category\": \"c\"}",
                "{\"text\": \"An exam question.\", \"category\": \"c\"}",
                "{\"text\": \"Which of these five old riddles is the hardest?\", \"category\": \"c\"}",
                "{\"text\": \"sort a list\", \"category\": \"c\"}",
                "{\"text\": \"Read this letter. It is long" + filler + ". Tell me more! Now answer it politely.\"}");
        assertThat(DistillationTexts.read(new DataFolder(folder)))
                .containsExactly(
                        "pay my bill",
                        "lost card",
                        "two plus two",
                        "who wrote Faust",
                        "sort a list",
                        "Read this letter. It is long" + filler + ". Tell me more! Now answer it politely.",
                        "Read this letter.",
                        "Now answer it politely.");
    }
}
