package dev.tinydancer.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BundledBinariesTest {

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux-x86_64",
        "Linux, aarch64, linux-arm_64",
        "Mac OS X, x86_64, darwin-x86_64",
        "Mac OS X, aarch64, darwin-arm_64",
        "Linux, s390x, linux-s390x",
    })
    void platform_isNamedAsInTheArchives(String osName, String osArch, String platform) {
        assertThat(BundledBinaries.platform(osName, osArch)).isEqualTo(platform);
    }

    @Test
    void unpacked_twice_leavesOneDirectory(@TempDir Path cache) throws IOException {
        Path first = forThisPlatform(cache).unpacked();

        assertThat(forThisPlatform(cache).unpacked()).isEqualTo(first);
        assertThat(new Installation(first).program("initdb")).isExecutable();
        try (Stream<Path> directories = Files.list(cache)) {
            assertThat(directories).containsExactly(first);
        }
    }

    private static BundledBinaries forThisPlatform(Path cache) {
        return BundledBinaries.forThisPlatform(BundledBinaries.class.getClassLoader(), new UserCache(cache));
    }
}
