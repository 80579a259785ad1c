package dev.tinydancer.engine.brain;

import dev.tinydancer.router.embedding.SentenceEmbedder;
import dev.tinydancer.router.embedding.WordPieceTokenizer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The sentence embedder behind threads of its own. It runs in native code for milliseconds, during which a virtual thread
 * would keep its carrier from all other calls; and who waits here can be interrupted.
 */
public final class SentenceModel {

    /** Leaves a processor to the calls that do not embed. */
    private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final SentenceEmbedder embedder;
    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(
            THREADS, Thread.ofPlatform().daemon().name("sentences-", 0).factory());

    /** The model is loaded with the first text, or by {@link #prepare}. */
    SentenceModel(WordPieceTokenizer tokenizer) {
        this.embedder = new SentenceEmbedder(tokenizer);
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Loads the model a little later, unless a text comes before; texts that come meanwhile wait behind it. It takes a
     * processor for a second, and just after a start that second belongs to the calls that have waited for the engine.
     */
    void prepare() {
        // What goes wrong with it the first text will say.
        Future<float[]> _ = threads.schedule(() -> run("ready"), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The vector of a text, {@code float[dimension]} of unit length. */
    public float[] embed(String text) throws InterruptedException {
        Future<float[]> vector = threads.submit(() -> run(text));
        try {
            return vector.get();
        } catch (InterruptedException e) {
            vector.cancel(false);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the sentence embedder failed", e.getCause());
        }
    }

    private float[] run(String text) {
        OnnxLibraries.provide();
        return embedder.embed(text);
    }

    /** The length of the vectors. */
    public int dimension() {
        return embedder.dimension();
    }

    void close() {
        threads.shutdown();
        embedder.close();
    }
}
