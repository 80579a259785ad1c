package dev.tinydancer.engine.brain;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.embedded.UserCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OnnxLibrariesTest {

    @TempDir
    Path directory;

    @Test
    void unpacked_twice_isOnePlace() throws IOException {
        UserCache cache = new UserCache(directory.resolve("cache"));

        Path first = requireNonNull(OnnxLibraries.unpacked(cache));

        assertThat(OnnxLibraries.unpacked(cache)).isEqualTo(first);
        assertThat(first.resolve(System.mapLibraryName("onnxruntime"))).isNotEmptyFile();
        try (Stream<Path> entries = Files.list(cache.directory())) {
            assertThat(entries).containsExactly(first);
        }
    }

    @Test
    void unpacked_whereNothingCanBeWritten_isNowhere() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(OnnxLibraries.unpacked(new UserCache(file))).isNull();
    }
}
