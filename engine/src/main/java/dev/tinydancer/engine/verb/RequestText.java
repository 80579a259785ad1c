package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Arguments;
import org.jspecify.annotations.Nullable;

/** The arguments of verbs that look at a request and nothing else. */
record RequestText(@Nullable String request) {

    /** The text. Throws {@code 22004} or {@code 22023} if there is none. */
    String checked() {
        return Arguments.text("request", request);
    }
}
