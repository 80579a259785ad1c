package dev.tinydancer.engine.verb;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a caller is to be told beside its answer. */
final class Notices {

    private Notices() {}

    /** Those that are not null, as one; null for none. */
    static @Nullable String joined(@Nullable String first, @Nullable String second) {
        String both = Stream.of(first, second).filter(notice -> notice != null).collect(Collectors.joining("; "));
        return both.isEmpty() ? null : both;
    }
}
