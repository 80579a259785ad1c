package dev.tinydancer.workshop.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The clock of one process, which can jump while it runs: libfaketime, where that is installed. */
final class FakeClock {

    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib64/faketime/libfaketimeMT.so.1"));

    /** The clock goes forward in New York. */
    private static final Instant DAYLIGHT_SAVING = Instant.parse("2027-03-14T06:59:59Z");

    private static final Instant LEAP_DAY = Instant.parse("2028-02-28T23:59:59Z");

    private final Path library;
    private final Path file;
    private final Random random;

    private FakeClock(Path library, Path file, Random random) {
        this.library = library;
        this.file = file;
        this.random = random;
    }

    /**
     * One that goes right until it is told otherwise; empty where libfaketime is not installed.
     *
     * @param file gets by how much it goes wrong
     */
    static Optional<FakeClock> in(Path file, Random random) throws IOException {
        for (Path library : LIBRARIES) {
            if (Files.isReadable(library)) {
                FakeClock clock = new FakeClock(library, file, random);
                clock.set(Duration.ZERO);
                return Optional.of(clock);
            }
        }
        return Optional.empty();
    }

    /** What a process needs that is to go by this clock. Durations are measured by another, which does not jump. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                // What it does otherwise where glibc is new has every wait end too early or too late: an engine takes a
                // minute to start, and does not end.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                "TZ", "America/New_York");
    }

    /** An hour ahead or back, or to the second before an hour or a day that not every year has. */
    void jump() throws IOException {
        Instant now = Instant.now();
        set(
                switch (random.nextInt(4)) {
                    case 0 -> Duration.ofHours(1);
                    case 1 -> Duration.ofHours(-1);
                    case 2 -> Duration.between(now, DAYLIGHT_SAVING);
                    default -> Duration.between(now, LEAP_DAY);
                });
    }

    /** Goes by so much ahead, or behind if it is negative, within a second. */
    void set(Duration ahead) throws IOException {
        Path whole = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(whole, "%+d%n".formatted(ahead.toSeconds()));
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
