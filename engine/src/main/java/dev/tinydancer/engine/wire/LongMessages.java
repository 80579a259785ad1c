package dev.tinydancer.engine.wire;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that long messages of all sessions may take at the same time. Whoever may route could otherwise fill the heap
 * from a few sessions, and an engine without memory ends for everybody. Thread-safe.
 */
final class LongMessages {

    /** What is not longer than this is never counted; bytes. */
    static final int SHORT_BYTES = 256 * 1024;

    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Semaphore free;
    private final Duration patience;

    /**
     * @param room of all messages that are read or answered at a time, bytes; at least the longest of them
     * @param patience how long a message waits for room
     */
    LongMessages(int room, Duration patience) {
        // In turn, so that short ones do not keep a long one waiting for ever.
        this.free = new Semaphore(room, true);
        this.patience = patience;
    }

    /**
     * For a heap of this size: answering takes several times what a message has, and the rest of the heap is for models and
     * outcomes.
     */
    static LongMessages of(long heapBytes, int longestMessage) {
        return new LongMessages((int) Math.min(Integer.MAX_VALUE, Math.max(longestMessage, heapBytes / 16)), PATIENCE);
    }

    /**
     * Waits until there is room for so many bytes.
     *
     * @return whether there is; it is then to be {@link #leave left}
     */
    boolean enter(int bytes) {
        try {
            return free.tryAcquire(bytes, patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void leave(int bytes) {
        free.release(bytes);
    }
}
