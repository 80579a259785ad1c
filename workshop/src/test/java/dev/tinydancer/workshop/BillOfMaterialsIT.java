package dev.tinydancer.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an installation is made of, beside what is said of it. */
@Tag("once")
final class BillOfMaterialsIT {

    private static final Path LIBRARIES = Path.of("..", "cli", "target", "lib");
    private static final Path BILL = Path.of("..", "cli", "target", "tiny-dancer.cdx.json");
    private static final Path CHECKSUMS = Path.of("..", ".mvn", "checksums", "checksums.sha256");
    private static final String OWN = "tiny-dancer-";

    @Test
    void everyLibrary_isOnTheBill_withItsChecksum() throws Exception {
        assumeTrue(Files.exists(BILL), "Maven makes none when it is offline (-o)");
        Set<String> billed = new HashSet<>();
        for (JsonNode component : JsonMapper.shared().readTree(BILL).path("components")) {
            for (JsonNode hash : component.path("hashes")) {
                billed.add(hash.path("content").asString());
            }
        }
        for (Path library : libraries()) {
            assertThat(billed).as(library.toString()).contains(sha256(library));
        }
    }

    @Test
    void everyLibraryOfOthers_isComparedWhenItIsFetched() throws Exception {
        Set<String> compared;
        try (Stream<String> lines = Files.lines(CHECKSUMS)) {
            compared = lines.map(line -> line.split(" ")[0]).collect(Collectors.toSet());
        }
        for (Path library : libraries()) {
            assertThat(compared).as(library.toString()).contains(sha256(library));
        }
    }

    private static List<Path> libraries() throws IOException {
        try (Stream<Path> files = Files.list(LIBRARIES)) {
            List<Path> others = files.filter(
                            file -> !file.getFileName().toString().startsWith(OWN))
                    .toList();
            assertThat(others).hasSizeGreaterThan(10);
            return others;
        }
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
