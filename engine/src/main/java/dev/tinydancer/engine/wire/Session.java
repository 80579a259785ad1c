package dev.tinydancer.engine.wire;

/** What one connection talks to after its startup. Used by one thread at a time. */
public interface Session {

    /**
     * Answers one query by writing row sets. If it throws, what it has written is taken back and the client gets one
     * ErrorResponse: an {@code EngineException} as it stands, anything else as a fault of the engine.
     *
     * @param query holds the query's text, in UTF-8, in {@code [offset, offset + length)}; valid during the call only
     * @throws InterruptedException if the client cancelled the query, or the server shuts down
     */
    void answer(byte[] query, int offset, int length, ResultWriter result) throws InterruptedException;
}
