package dev.tinydancer.router.neural;

import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import dev.tinydancer.router.safetensors.WeightRows;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@link FastGrnnCell} of D inputs and H hidden units as tensors of a safetensors file:
 *
 * <pre>
 * gate.input       [H, D]    W; or gate.input.left [H, R] and gate.input.right [R, D]
 * gate.recurrent   [H, H]    U; or two factors likewise
 * gate.bias        [H]       b_z
 * update.input, update.recurrent likewise, absent if the gates share their matrices
 * update.bias      [H]       b_h
 * mixing           [2]       ζ and ν; if the gates share their matrices, the arguments of their logistic functions
 * </pre>
 *
 * <p>Matrices may be F32, F16, BF16, or I8 with a tensor {@code ….scales} of a factor for each row.
 */
public final class FastGrnnFile {

    private static final String LEFT = ".left";
    private static final String RIGHT = ".right";

    private FastGrnnFile() {}

    /**
     * A file with nothing but the cell.
     *
     * @param quantize whether the matrices are rounded to bytes
     */
    public static Safetensors of(FastGrnnCell cell, boolean quantize) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        write(cell, quantize, "", tensors);
        return Safetensors.of(tensors, Map.of("format", "tiny-dancer fastgrnn 1"));
    }

    /**
     * The cell of a file.
     *
     * @throws InvalidModelException if a tensor is missing, or shapes or values do not make a cell
     */
    public static FastGrnnCell read(Safetensors file) {
        return read(file, "");
    }

    /**
     * Adds the tensors of a cell to those of a larger model.
     *
     * @param quantize whether the matrices are rounded to bytes
     * @param prefix before the name of each tensor
     */
    public static void write(FastGrnnCell cell, boolean quantize, String prefix, Map<String, Tensor> tensors) {
        writeGate(cell.gate(), quantize, prefix + "gate", true, tensors);
        writeGate(cell.update(), quantize, prefix + "update", !cell.sharesWeights(), tensors);
        tensors.put(prefix + "mixing", Tensor.ofFloats(cell.mixing(), 2));
    }

    private static void writeGate(
            FastGrnnCell.Gate gate, boolean quantize, String name, boolean matrices, Map<String, Tensor> tensors) {
        if (matrices) {
            writeMatrix(gate.input(), quantize, name + ".input", tensors);
            writeMatrix(gate.recurrent(), quantize, name + ".recurrent", tensors);
        }
        tensors.put(name + ".bias", Tensor.ofFloats(gate.bias(), gate.bias().length));
    }

    private static void writeMatrix(WeightMatrix matrix, boolean quantize, String name, Map<String, Tensor> tensors) {
        float[] right = matrix.right();
        if (right == null) {
            rows(matrix.left(), matrix.columns(), quantize).write(name, tensors);
        } else {
            rows(matrix.left(), matrix.rank(), quantize).write(name + LEFT, tensors);
            rows(right, matrix.columns(), quantize).write(name + RIGHT, tensors);
        }
    }

    private static WeightRows rows(float[] values, int length, boolean quantize) {
        return quantize ? WeightRows.quantized(values, length) : WeightRows.of(values, length);
    }

    static FastGrnnCell read(Safetensors file, String prefix) {
        String gate = prefix + "gate";
        String update = prefix + "update";
        int hidden = dimension(file, gate + ".bias", 0);
        float[] gateBias = file.tensor(gate + ".bias", hidden).toFloats();
        float[] updateBias = file.tensor(update + ".bias", hidden).toFloats();
        float[] mixing = file.tensor(prefix + "mixing", 2).toFloats();
        try {
            WeightMatrix input = readMatrix(file, gate + ".input", hidden);
            WeightMatrix recurrent = readMatrix(file, gate + ".recurrent", hidden);
            if (!contains(file, update + ".input")) {
                return FastGrnnCell.paper(input, recurrent, gateBias, updateBias, mixing[0], mixing[1]);
            }
            return FastGrnnCell.plan(
                    input,
                    recurrent,
                    gateBias,
                    readMatrix(file, update + ".input", hidden),
                    readMatrix(file, update + ".recurrent", hidden),
                    updateBias,
                    mixing[0],
                    mixing[1]);
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException("the tensors do not make a FastGRNN cell: " + e.getMessage(), e);
        }
    }

    private static boolean contains(Safetensors file, String name) {
        return file.tensors().containsKey(name) || file.tensors().containsKey(name + LEFT);
    }

    private static WeightMatrix readMatrix(Safetensors file, String name, int rows) {
        if (file.tensors().containsKey(name + LEFT)) {
            int rank = dimension(file, name + LEFT, 1);
            int columns = dimension(file, name + RIGHT, 1);
            return WeightMatrix.lowRank(
                    rows,
                    columns,
                    rank,
                    WeightRows.read(file, name + LEFT, rows, rank).toFloats(),
                    WeightRows.read(file, name + RIGHT, rank, columns).toFloats());
        }
        int columns = dimension(file, name, 1);
        return WeightMatrix.dense(
                rows, columns, WeightRows.read(file, name, rows, columns).toFloats());
    }

    private static int dimension(Safetensors file, String name, int axis) {
        Tensor tensor = file.tensors().get(name);
        if (tensor == null || tensor.shape().length <= axis) {
            throw new InvalidModelException("a FastGRNN cell needs a tensor \"" + name + "\" of " + (axis + 1)
                    + " dimensions or more; the file has " + file.tensors().keySet());
        }
        return tensor.shape()[axis];
    }
}
