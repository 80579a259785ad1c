package dev.tinydancer.engine.verb;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a caller is to be told beside its answer. */
final class Notices {

    private Notices() {}

    /** Those that are not null, as one; null for none. */
    static @Nullable String joined(@Nullable String... notices) {
        String all = Stream.of(notices).filter(notice -> notice != null).collect(Collectors.joining("; "));
        return all.isEmpty() ? null : all;
    }
}
