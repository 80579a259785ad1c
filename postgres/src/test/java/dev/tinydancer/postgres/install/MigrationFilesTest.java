package dev.tinydancer.postgres.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A versioned migration that a database may have run keeps its name and its text for ever: Flyway refuses a database whose
 * history has another. A new one is added to {@code migrations.sha256}, as {@code sha256sum} writes it; no other line changes.
 */
final class MigrationFilesTest {

    private static final Path FOLDER =
            Path.of("src", "main", "resources", "dev", "tinydancer", "postgres", "migration");

    @Test
    void versionedMigrations_areThoseThatDatabasesHaveRun() throws IOException, GeneralSecurityException {
        assertThat(present()).isEqualTo(known());
    }

    private static Map<String, String> known() throws IOException {
        try (InputStream list =
                Objects.requireNonNull(MigrationFilesTest.class.getResourceAsStream("migrations.sha256"))) {
            return new String(list.readAllBytes(), UTF_8)
                    .lines()
                    .map(line -> line.split(" +"))
                    .collect(Collectors.toMap(line -> line[1], line -> line[0], (a, _) -> a, TreeMap::new));
        }
    }

    private static Map<String, String> present() throws IOException, GeneralSecurityException {
        List<Path> files;
        try (Stream<Path> all = Files.list(FOLDER)) {
            files = all.filter(file -> file.getFileName().toString().startsWith("V"))
                    .toList();
        }
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        Map<String, String> hashes = new TreeMap<>();
        for (Path file : files) {
            hashes.put(
                    file.getFileName().toString(), HexFormat.of().formatHex(sha256.digest(Files.readAllBytes(file))));
        }
        return hashes;
    }
}
