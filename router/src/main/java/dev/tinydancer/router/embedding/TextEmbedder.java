package dev.tinydancer.router.embedding;

import java.util.List;

/**
 * Turns texts into vectors whose dot product is their similarity. Implementations are safe for use by several threads.
 */
public interface TextEmbedder {

    /** The length of the vectors. */
    int dimension();

    /**
     * The vector of a text.
     *
     * @return {@code float[dimension]} of unit length, so that the dot product of two is their cosine, in [-1, 1], higher
     *     being closer; all zero when the embedder finds nothing in the text that it could embed
     */
    float[] embed(String text);

    /** The vectors of several texts, in the same order. */
    default List<float[]> embedAll(List<String> texts) {
        return texts.stream().map(this::embed).toList();
    }
}
