package dev.tinydancer.router.safetensors;

import dev.tinydancer.router.vector.VectorMath;
import java.util.Map;

/**
 * A matrix that is read row by row: as floats, or as signed bytes with a factor for each row, which take a quarter of
 * the space. Immutable.
 */
public sealed interface WeightRows {

    /** Adds {@code factor} times a row to {@code target[0 .. length)}. */
    void addTo(int row, float factor, float[] target);

    /** The matrix as floats, row-major; a new array. */
    float[] toFloats();

    /** Adds the tensors that {@link #read} needs. */
    void write(String name, Map<String, Tensor> tensors);

    /** Keeps the values as they are. */
    static WeightRows of(float[] values, int length) {
        return new Floats(values.clone(), length);
    }

    /**
     * Rounds each row to bytes so that its largest component becomes ±127.
     *
     * @throws IllegalArgumentException if a value is not finite
     */
    static WeightRows quantized(float[] values, int length) {
        byte[] bytes = new byte[values.length];
        float[] scales = new float[values.length / length];
        for (int row = 0; row < scales.length; row++) {
            for (int i = 0; i < length; i++) {
                if (!Float.isFinite(values[row * length + i])) {
                    throw new IllegalArgumentException(
                            "row " + row + " must be finite, got " + values[row * length + i] + " at " + i);
                }
            }
            scales[row] = VectorMath.quantize(values, row * length, length, bytes, row * length);
        }
        return new Bytes(bytes, scales, length);
    }

    /**
     * Reads what {@link #write} has written, in whichever form it stands in the file.
     *
     * @throws InvalidModelException if the tensors are missing, of another shape, or hold a value that is not finite
     */
    static WeightRows read(Safetensors file, String name, int rows, int length) {
        Tensor values = file.tensor(name, rows, length);
        return switch (values.type()) {
            case I8 -> new Bytes(values.toBytes(), finite(file.tensor(name + Bytes.SCALES, rows), name), length);
            case F32, F16, BF16, I32 -> new Floats(finite(values, name), length);
        };
    }

    private static float[] finite(Tensor tensor, String name) {
        float[] values = tensor.toFloats();
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new InvalidModelException("tensor \"" + name + "\" holds " + value);
            }
        }
        return values;
    }

    /** Single precision. */
    final class Floats implements WeightRows {

        private final float[] values;
        private final int length;

        private Floats(float[] values, int length) {
            this.values = values;
            this.length = length;
        }

        @Override
        public void addTo(int row, float factor, float[] target) {
            VectorMath.addScaled(factor, values, row * length, target, 0, length);
        }

        @Override
        public float[] toFloats() {
            return values.clone();
        }

        @Override
        public void write(String name, Map<String, Tensor> tensors) {
            tensors.put(name, Tensor.ofFloats(values, values.length / length, length));
        }
    }

    /** Signed bytes; a component is byte × factor of its row. */
    final class Bytes implements WeightRows {

        private static final String SCALES = ".scales";

        private final byte[] values;
        private final float[] scales;
        private final int length;

        private Bytes(byte[] values, float[] scales, int length) {
            this.values = values;
            this.scales = scales;
            this.length = length;
        }

        @Override
        public void addTo(int row, float factor, float[] target) {
            VectorMath.addScaled(factor * scales[row], values, row * length, target, 0, length);
        }

        @Override
        public float[] toFloats() {
            float[] floats = new float[values.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = values[i] * scales[i / length];
            }
            return floats;
        }

        @Override
        public void write(String name, Map<String, Tensor> tensors) {
            tensors.put(name, Tensor.ofBytes(values, scales.length, length));
            tensors.put(name + SCALES, Tensor.ofFloats(scales, scales.length));
        }
    }
}
