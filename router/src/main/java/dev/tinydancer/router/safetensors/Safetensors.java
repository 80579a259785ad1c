package dev.tinydancer.router.safetensors;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * A file of named tensors in the safetensors format: eight bytes with the length of a JSON header, the header, and the
 * tensors one after the other. Nothing in it can run code, and it is checked in full before a tensor is handed out: the
 * tensors must fill the rest of the file without gap or overlap. Immutable.
 *
 * <p>The format: <a href="https://github.com/huggingface/safetensors">huggingface/safetensors</a>, README, "Format".
 */
public final class Safetensors {

    private static final String SEAL = "sha256";

    private final Map<String, Tensor> tensors;
    private final Map<String, String> metadata;

    private Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
        this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        this.metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    /**
     * A set of tensors to be written.
     *
     * @param tensors by name, written in the map's order
     * @param metadata free text by key
     * @throws IllegalArgumentException if a tensor has the header's reserved name {@code __metadata__}
     */
    public static Safetensors of(Map<String, Tensor> tensors, Map<String, String> metadata) {
        if (tensors.containsKey(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("no tensor may have the name " + SafetensorsHeader.METADATA);
        }
        return new Safetensors(tensors, metadata);
    }

    /**
     * Reads a file.
     *
     * @throws InvalidModelException if it is not a whole and well-formed safetensors file
     * @throws IOException if it cannot be read
     */
    public static Safetensors read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > Integer.MAX_VALUE) {
                throw new InvalidModelException(
                        file + " has " + size + " bytes; files over " + Integer.MAX_VALUE + " are not read");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw new EOFException(file + " ended while it was read");
                }
            }
            return parse(file.toString(), bytes.flip());
        }
    }

    /**
     * Reads a stream to its end; the caller closes it.
     *
     * @param name what messages call the stream
     * @throws InvalidModelException if it is not a whole and well-formed safetensors file
     * @throws IOException if it cannot be read
     */
    public static Safetensors read(String name, InputStream stream) throws IOException {
        return parse(name, ByteBuffer.wrap(stream.readAllBytes()));
    }

    /**
     * Reads a file of this library.
     *
     * @param owner the class beside which it lies
     * @param name of the resource, as the class finds it
     * @throws IllegalStateException if it is not there
     */
    public static Safetensors ofResource(Class<?> owner, String name) {
        try (InputStream stream = owner.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("resource missing from the router's jar: " + name);
            }
            return read(name, stream);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    private static Safetensors parse(String name, ByteBuffer bytes) {
        try {
            SafetensorsHeader header = SafetensorsHeader.parse(bytes);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            int start = header.length();
            header.entries()
                    .forEach((key, entry) -> tensors.put(
                            key,
                            new Tensor(
                                    entry.type(),
                                    entry.shape(),
                                    bytes.slice(start + entry.begin(), entry.end() - entry.begin()))));
            return new Safetensors(tensors, header.metadata());
        } catch (InvalidModelException e) {
            throw new InvalidModelException(name + " is not a valid safetensors file: " + e.getMessage(), e);
        }
    }

    /** The tensors by name, in the order of the file. */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /** Free text by key, in the order of the keys. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * The tensor of that name.
     *
     * @throws InvalidModelException if there is none, or its shape is another
     */
    public Tensor tensor(String name, int... shape) {
        Tensor tensor = require(tensors, "tensor", name);
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new InvalidModelException("tensor \"" + name + "\" must have the shape " + Arrays.toString(shape)
                    + ", found " + Arrays.toString(tensor.shape()));
        }
        return tensor;
    }

    /**
     * The tensor of that name.
     *
     * @throws InvalidModelException if there is none, or its type or shape is another
     */
    public Tensor tensor(String name, Tensor.ElementType type, int... shape) {
        Tensor tensor = tensor(name, shape);
        if (tensor.type() != type) {
            throw new InvalidModelException(
                    "tensor \"" + name + "\" must have the type " + type + ", found " + tensor.type());
        }
        return tensor;
    }

    /**
     * The metadata of that key, as {@code parser} understands it.
     *
     * @throws InvalidModelException if there is none, or the parser refuses it with an {@link IllegalArgumentException}
     */
    public <T> T metadata(String key, Function<String, T> parser) {
        String text = require(metadata, "metadata entry", key);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException(
                    "metadata entry \"" + key + "\" is \"" + text + "\", which does not fit", e);
        }
    }

    private static <T> T require(Map<String, T> map, String kind, String name) {
        T value = map.get(name);
        if (value == null) {
            throw new InvalidModelException(
                    "there is no " + kind + " \"" + name + "\"; those present are " + map.keySet());
        }
        return value;
    }

    /**
     * Checks that this is a model of one kind, as its metadata entry {@code format} says.
     *
     * @throws InvalidModelException if it is another
     */
    public void requireFormat(String expected) {
        String format = metadata.get("format");
        if (!expected.equals(format)) {
            throw new InvalidModelException("the file's format is \"" + format + "\", expected \"" + expected + "\"");
        }
    }

    /** The same with a checksum of all else in it, by which {@link #requireIntact} knows damage. */
    public Safetensors sealed() {
        Map<String, String> sealedMetadata = new TreeMap<>(metadata);
        sealedMetadata.put(SEAL, checksum());
        return new Safetensors(tensors, sealedMetadata);
    }

    /**
     * Checks the checksum that {@link #sealed} has made. The format has none of its own: a byte of a tensor that got lost
     * on the way is another number, and nothing else would tell.
     *
     * @throws InvalidModelException if there is none, or it is that of another content
     */
    public void requireIntact() {
        String expected = metadata(SEAL, text -> text);
        String found = checksum();
        if (!found.equals(expected)) {
            throw new InvalidModelException("the content is damaged: its checksum is " + found
                    + ", when it was written it" + " was " + expected);
        }
    }

    private String checksum() {
        Map<String, String> withoutSeal = new TreeMap<>(metadata);
        withoutSeal.remove(SEAL);
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(new Safetensors(tensors, withoutSeal).toBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** The bytes of the file; equal contents give equal bytes. */
    public byte[] toBytes() {
        byte[] header = SafetensorsHeader.format(tensors, metadata).getBytes(StandardCharsets.UTF_8);
        int data = 0;
        for (Tensor tensor : tensors.values()) {
            data = Math.addExact(data, tensor.data().capacity());
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.addExact(Long.BYTES + header.length, data))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header);
        for (Tensor tensor : tensors.values()) {
            bytes.put(tensor.data().rewind());
        }
        return bytes.array();
    }

    /** Writes the file in one step: a reader sees the old content or the new, never a part. */
    public void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("cannot write a file at " + file);
        }
        // Not a temporary file of the JDK's making, which only its owner may read.
        Path part = folder.resolve(file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            Files.write(part, toBytes());
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
