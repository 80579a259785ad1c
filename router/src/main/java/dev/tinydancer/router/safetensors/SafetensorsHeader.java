package dev.tinydancer.router.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** The header of a {@link Safetensors} file: where each tensor lies and what it is. Immutable. */
final class SafetensorsHeader {

    static final String METADATA = "__metadata__";

    /** The limit of the reference implementation. */
    private static final int MAXIMUM_LENGTH = 100_000_000;

    /** Tensors start at a multiple of this, so that readers may map them. */
    private static final int ALIGNMENT = Long.BYTES;

    private final int length;
    private final Map<String, Entry> entries;
    private final Map<String, String> metadata;

    /** One tensor; {@code begin} and {@code end} count bytes from the end of the header. */
    static final class Entry {

        private final Tensor.ElementType type;
        private final int[] shape;
        private final int begin;
        private final int end;

        private Entry(Tensor.ElementType type, int[] shape, int begin, int end) {
            this.type = type;
            this.shape = shape;
            this.begin = begin;
            this.end = end;
        }

        Tensor.ElementType type() {
            return type;
        }

        int[] shape() {
            return shape;
        }

        int begin() {
            return begin;
        }

        int end() {
            return end;
        }
    }

    private SafetensorsHeader(int length, Map<String, Entry> entries, Map<String, String> metadata) {
        this.length = length;
        this.entries = entries;
        this.metadata = metadata;
    }

    /** Bytes before the first tensor. */
    int length() {
        return length;
    }

    /** By name, in the order in which they lie in the file. */
    Map<String, Entry> entries() {
        return entries;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    /**
     * Reads and checks the header at the start of a whole file.
     *
     * @throws InvalidModelException if anything about it or the file's length is wrong
     */
    static SafetensorsHeader parse(ByteBuffer file) {
        if (file.limit() < Long.BYTES) {
            throw new InvalidModelException("it has " + file.limit() + " bytes, too few for the length of a header");
        }
        long json = file.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (json < 2 || json > MAXIMUM_LENGTH || json > file.limit() - Long.BYTES) {
            throw new InvalidModelException("its header should have " + Long.toUnsignedString(json)
                    + " bytes, but the file has only " + file.limit() + " and a header at most " + MAXIMUM_LENGTH);
        }
        byte[] text = new byte[(int) json];
        file.get(Long.BYTES, text);
        if (text[0] != '{') {
            throw new InvalidModelException("its header does not start with a brace");
        }
        int length = Long.BYTES + text.length;
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = Map.of();
        for (Map.Entry<String, Object> property : object(text).entrySet()) {
            if (property.getKey().equals(METADATA)) {
                metadata = metadata(property.getValue());
            } else {
                entries.put(property.getKey(), entry(property.getKey(), property.getValue()));
            }
        }
        return new SafetensorsHeader(length, inOrder(entries, file.limit() - length), metadata);
    }

    private static Map<String, Object> object(byte[] text) {
        try {
            return HeaderJson.readObject(text);
        } catch (JacksonException e) {
            throw new InvalidModelException("its header is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Map<String, String> metadata(Object value) {
        if (!(value instanceof Map<?, ?> object)) {
            throw new InvalidModelException(METADATA + " must be an object, found " + value);
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        object.forEach((key, text) -> {
            if (!(text instanceof String string)) {
                throw new InvalidModelException("metadata entry \"" + key + "\" must be a string");
            }
            metadata.put(String.valueOf(key), string);
        });
        return Collections.unmodifiableMap(metadata);
    }

    private static Entry entry(String name, Object value) {
        if (!(value instanceof Map<?, ?> object)) {
            throw new InvalidModelException("tensor \"" + name + "\" must be an object, found " + value);
        }
        Tensor.ElementType type = type(name, object.get("dtype"));
        int[] shape = integers(name, "shape", object.get("shape"));
        int[] offsets = integers(name, "data_offsets", object.get("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw new InvalidModelException(
                    "data_offsets of tensor \"" + name + "\" must be [begin, end], found " + Arrays.toString(offsets));
        }
        long bytes;
        try {
            bytes = (long) Tensor.elementsOf(shape) * type.bytes();
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException("tensor \"" + name + "\": " + e.getMessage(), e);
        }
        if (bytes != offsets[1] - offsets[0]) {
            throw new InvalidModelException("tensor \"" + name + "\" of type " + type + " and shape "
                    + Arrays.toString(shape) + " needs " + bytes + " bytes, but its data_offsets are "
                    + Arrays.toString(offsets));
        }
        return new Entry(type, shape, offsets[0], offsets[1]);
    }

    private static Tensor.ElementType type(String name, @Nullable Object value) {
        for (Tensor.ElementType type : Tensor.ElementType.values()) {
            if (type.name().equals(value)) {
                return type;
            }
        }
        throw new InvalidModelException("dtype of tensor \"" + name + "\" is \"" + value + "\"; those read here are "
                + Arrays.toString(Tensor.ElementType.values()));
    }

    private static int[] integers(String name, String key, @Nullable Object value) {
        if (!(value instanceof List<?> list)) {
            throw new InvalidModelException(key + " of tensor \"" + name + "\" must be an array, found " + value);
        }
        int[] values = new int[list.size()];
        for (int i = 0; i < values.length; i++) {
            if (!(list.get(i) instanceof Integer integer) || integer < 0) {
                throw new InvalidModelException(key + " of tensor \"" + name + "\" must hold integers from 0 to "
                        + Integer.MAX_VALUE + ", found " + list.get(i));
            }
            values[i] = integer;
        }
        return values;
    }

    /** The entries by offset, after a check that they fill {@code available} bytes without gap or overlap. */
    private static Map<String, Entry> inOrder(Map<String, Entry> entries, int available) {
        List<Map.Entry<String, Entry>> sorted = new ArrayList<>(entries.entrySet());
        sorted.sort(Comparator.comparingInt((Map.Entry<String, Entry> entry) -> entry.getValue().begin)
                .thenComparingInt(entry -> entry.getValue().end));
        Map<String, Entry> ordered = new LinkedHashMap<>();
        int end = 0;
        for (Map.Entry<String, Entry> entry : sorted) {
            if (entry.getValue().begin != end) {
                throw new InvalidModelException("tensor \"" + entry.getKey() + "\" starts at byte "
                        + entry.getValue().begin + " of the data, where " + end + " was expected");
            }
            end = entry.getValue().end;
            ordered.put(entry.getKey(), entry.getValue());
        }
        if (end != available) {
            throw new InvalidModelException(
                    "its tensors should fill " + end + " bytes after the header, but there are " + available);
        }
        return Collections.unmodifiableMap(ordered);
    }

    /** The JSON text for tensors that lie one after the other, padded with spaces to the alignment of the data. */
    static String format(Map<String, Tensor> tensors, Map<String, String> metadata) {
        Map<String, Object> root = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            root.put(METADATA, metadata);
        }
        int begin = 0;
        for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
            Tensor tensor = named.getValue();
            int end = begin + tensor.data().capacity();
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", tensor.type().name());
            entry.put("shape", Arrays.stream(tensor.shape()).boxed().toList());
            entry.put("data_offsets", List.of(begin, end));
            root.put(named.getKey(), entry);
            begin = end;
        }
        String json = HeaderJson.write(root);
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        return json + " ".repeat(Math.floorMod(-bytes, ALIGNMENT));
    }
}
