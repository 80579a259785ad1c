package dev.tinydancer.engine.call;

import com.fasterxml.jackson.annotation.JsonAlias;
import org.jspecify.annotations.Nullable;

/**
 * The argument of a verb that looks at one text.
 *
 * @param request the text; {@code embed} calls it {@code input}
 */
record TextArguments(@JsonAlias("input") @Nullable String request) {

    /** The text. Throws {@code 22004} or {@code 22023} under the argument's SQL name if it is missing or blank. */
    String text(String argument) {
        return Arguments.text(argument, request);
    }
}
