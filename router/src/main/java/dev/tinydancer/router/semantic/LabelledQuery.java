package dev.tinydancer.router.semantic;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A query of which it is known where it belongs.
 *
 * @param query its text and embedding
 * @param routeName the right route, null if none is
 */
public record LabelledQuery(Utterance query, @Nullable String routeName) {

    public LabelledQuery {
        requireNonNull(query, "query");
    }
}
