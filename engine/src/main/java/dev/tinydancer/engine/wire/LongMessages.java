package dev.tinydancer.engine.wire;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that long messages of all sessions may take at the same time. Whoever may route could otherwise fill the heap
 * from a few sessions, and an engine without memory ends for everybody. Thread-safe.
 */
final class LongMessages {

    /** What is not longer than this is never counted, and is what a session keeps for its next message; bytes. */
    static final int SHORT_BYTES = 16 * 1024;

    /** What is longer than this has the large room: prompts, however long, do not wait for batches; bytes. */
    static final int PROMPT_BYTES = 256 * 1024;

    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** Bytes, characters of two bytes, the text that is made of them, and its copies on the way to its features. */
    private static final int ROOM_OF_HEAP = 24;

    /** Prompts have a fourth of that beside it. */
    private static final int PROMPTS_OF_ROOM = 4;

    private final int room;
    private final Semaphore free;
    private final Semaphore freeForPrompts;
    private final Duration patience;

    /**
     * @param room of all messages beyond {@link #PROMPT_BYTES} that are read or answered at a time, bytes; those below have
     *     a fourth of it beside that
     * @param patience how long a message waits for room
     */
    LongMessages(int room, Duration patience) {
        this.room = room;
        // In turn, so that short ones do not keep a long one waiting for ever.
        this.free = new Semaphore(room, true);
        this.freeForPrompts = new Semaphore(Math.max(PROMPT_BYTES, room / PROMPTS_OF_ROOM), true);
        this.patience = patience;
    }

    /**
     * For a heap of this size: answering takes six to eight times what a message has, and most of the heap is for models
     * and outcomes.
     */
    static LongMessages of(long heapBytes) {
        return new LongMessages((int) Math.min(Integer.MAX_VALUE, heapBytes / ROOM_OF_HEAP), PATIENCE);
    }

    /** All that there is, bytes; a longer message never has room. */
    int room() {
        return room;
    }

    /**
     * Waits until there is room for so many bytes.
     *
     * @return whether there is; it is then to be {@link #leave left}
     */
    boolean enter(int bytes) {
        try {
            return bytes <= room && freeFor(bytes).tryAcquire(bytes, patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void leave(int bytes) {
        freeFor(bytes).release(bytes);
    }

    private Semaphore freeFor(int bytes) {
        return bytes > PROMPT_BYTES ? free : freeForPrompts;
    }
}
