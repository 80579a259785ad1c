package dev.tinydancer.training.classifier;

import java.io.IOException;
import java.util.function.Consumer;

/** Where labelled requests come from: a file, a table. */
@FunctionalInterface
public interface LabelledRequests {

    /**
     * Hands over every request, in an order that is the same at each call.
     *
     * @throws IOException if they cannot be read, or one is not well-formed; the message says where it stands
     */
    void forEach(Consumer<LabelledRequest> consumer) throws IOException;
}
