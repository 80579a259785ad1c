package dev.tinydancer.training.demand;

/** A piece of a request as the network reads it. Not a record, because it holds arrays. */
final class StudiedPiece {

    private final float[] embedding;
    private final float[] outward;
    private final int[] phraseRows;

    StudiedPiece(float[] embedding, float[] outward, int[] phraseRows) {
        this.embedding = embedding;
        this.outward = outward;
        this.phraseRows = phraseRows;
    }

    float[] embedding() {
        return embedding;
    }

    float[] outward() {
        return outward;
    }

    int[] phraseRows() {
        return phraseRows;
    }
}
