package dev.tinydancer.training.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonLinesRequestsTest {

    @TempDir
    private Path folder;

    @Test
    void forEach_everyField_isRead() throws IOException {
        Path file = folder.resolve("mine.jsonl");
        Files.writeString(file, """
                {"text":"grüß","category":"talk","source":"s","capabilities":["a","b"],"id":7}

                {"text":"t","category":"c","capabilities":null}
                """);
        assertThat(read(file))
                .containsExactly(
                        new LabelledRequest("grüß", "talk", "s", Set.of("a", "b")),
                        new LabelledRequest("t", "c", "mine.jsonl", Set.of()));
    }

    @Test
    void forEach_compressedFile_isRead() throws IOException {
        Path file = folder.resolve("mine.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"text\":\"t\",\"category\":\"c\",\"source\":\"s\"}".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(read(file)).containsExactly(new LabelledRequest("t", "c", "s", Set.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"category\":\"c\"}|field \"text\" is missing",
                "{\"text\":\"t\"}|field \"category\" is missing",
                "{\"text\":\"\",\"category\":\"c\"}|text must not be empty",
                "{\"text\":\"t\",\"category\":\" \"}|category must not be blank",
                "{\"text\":7,\"category\":\"c\"}|field \"text\" must be a string, found NUMBER",
                "{\"text\":\"t\",\"category\":\"c\",\"capabilities\":\"x\"}|must be an array, found STRING",
                "{\"text\":\"t\",\"category\":\"c\",\"capabilities\":[null]}|must hold strings, found NULL",
                "{\"text\":|Unexpected end-of-input"
            })
    void forEach_faultyLine_namesFileAndLine(String line, String message) throws IOException {
        Path file = folder.resolve("faulty.jsonl");
        Files.writeString(file, "{\"text\":\"t\",\"category\":\"c\"}\n" + line + "\n");
        assertThatIOException()
                .isThrownBy(() -> read(file))
                .withMessageStartingWith(file + ", line 2: ")
                .withMessageContaining(message);
    }

    private static List<LabelledRequest> read(Path file) throws IOException {
        List<LabelledRequest> requests = new ArrayList<>();
        new JsonLinesRequests(file).forEach(requests::add);
        return requests;
    }
}
