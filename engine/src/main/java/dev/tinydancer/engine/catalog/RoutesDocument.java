package dev.tinydancer.engine.catalog;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.tinydancer.router.semantic.SemanticRoute;
import dev.tinydancer.router.semantic.Utterance;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Semantic routes as JSON has them: what {@code tiny_dancer.routes_of} returns and what a caller sends along. Its form is in
 * {@code docs/protocol.md}. Keys that are not known here are passed over, so that a newer schema can serve an older engine.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RoutesDocument(long version, List<RouteDocument> routes) {

    private static final Logger LOG = LoggerFactory.getLogger(RoutesDocument.class);

    public RoutesDocument {
        routes = List.copyOf(routes);
    }

    /** One row of {@code tiny_dancer.route} with its utterances. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record RouteDocument(
            String name,
            String description,
            String targetAgent,
            int priority,
            RouteConditionsDocument conditions,
            @Nullable Double scoreThreshold,
            List<UtteranceDocument> utterances) {

        public RouteDocument {
            requireNonNull(name, "name");
            requireNonNull(description, "description");
            requireNonNull(targetAgent, "targetAgent");
            requireNonNull(conditions, "conditions");
            utterances = List.copyOf(utterances);
        }

        /** The route; empty, with a warning in the log, if this engine does not understand it. */
        Optional<SemanticRoute> toRoute() {
            try {
                return Optional.of(new SemanticRoute(
                        name,
                        description,
                        utterances.stream().map(UtteranceDocument::toUtterance).toList(),
                        targetAgent,
                        priority,
                        conditions.toConditions(),
                        scoreThreshold));
            } catch (IllegalArgumentException e) {
                // An engine of another version may have taken it, say for a time zone that is new; one route that this
                // engine does not understand must not take all others with it.
                LOG.warn("route \"{}\" is left out: {}", name, e.getMessage());
                return Optional.empty();
            }
        }
    }

    /**
     * One row of {@code tiny_dancer.route_utterance}.
     *
     * @param embedding PostgreSQL's binary form of {@code real[]}; in JSON base64 of that, perhaps in lines
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record UtteranceDocument(String text, ByteBuffer embedding) {

        /** Number of dimensions, whether there are nulls, type of the elements, their number, the first one's place. */
        private static final int HEADER_BYTES = 5 * Integer.BYTES;

        private static final int BYTES_PER_NUMBER = Integer.BYTES + Float.BYTES;

        public UtteranceDocument {
            requireNonNull(text, "text");
            requireNonNull(embedding, "embedding");
        }

        private Utterance toUtterance() {
            int bytes = embedding.capacity();
            if (bytes < HEADER_BYTES || (bytes - HEADER_BYTES) % BYTES_PER_NUMBER != 0) {
                throw new IllegalArgumentException(
                        "an embedding of " + bytes + " bytes is not PostgreSQL's form of real[]");
            }
            float[] vector = new float[(bytes - HEADER_BYTES) / BYTES_PER_NUMBER];
            for (int i = 0; i < vector.length; i++) {
                // Before each number stands its length.
                vector[i] = embedding.getFloat(HEADER_BYTES + i * BYTES_PER_NUMBER + Integer.BYTES);
            }
            return Utterance.of(text, vector);
        }
    }

    /** The routes that this document describes. */
    public SemanticRoutes toRoutes() {
        return new SemanticRoutes(
                version,
                routes.stream().flatMap(route -> route.toRoute().stream()).toList());
    }
}
