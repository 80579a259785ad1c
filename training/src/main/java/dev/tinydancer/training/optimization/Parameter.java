package dev.tinydancer.training.optimization;

import java.util.Arrays;

/**
 * An array that training changes, and the gradient of the loss with respect to it. A dense parameter is updated as a
 * whole; of a table, only the rows that a batch has touched. For one thread.
 */
public final class Parameter {

    private final String name;
    private final float[] values;
    private final float[] gradient;
    private final int rowLength;
    private final boolean[] touched;
    private int[] touchedRows = new int[64];
    private int touchedCount;

    private Parameter(String name, float[] values, int rowLength, boolean sparse) {
        this.name = name;
        this.values = values;
        this.gradient = new float[values.length];
        this.rowLength = rowLength;
        this.touched = new boolean[sparse ? values.length / rowLength : 0];
    }

    /** A parameter that every example changes. Keeps the array, so that an update reaches the model that owns it. */
    public static Parameter dense(String name, float[] values) {
        return new Parameter(name, values, Math.max(1, values.length), false);
    }

    /** A table of rows of which an example changes a few. Keeps the array. */
    public static Parameter table(String name, float[] values, int rowLength) {
        return new Parameter(name, values, rowLength, true);
    }

    public String name() {
        return name;
    }

    public float[] values() {
        return values;
    }

    public float[] gradient() {
        return gradient;
    }

    int rowLength() {
        return rowLength;
    }

    /** Number of rows: one if dense. */
    int rows() {
        return isDense() ? 1 : touched.length;
    }

    /** Marks a row of a table as changed by the batch; returns where it starts. */
    public int touch(int row) {
        if (!touched[row]) {
            touched[row] = true;
            if (touchedCount == touchedRows.length) {
                touchedRows = Arrays.copyOf(touchedRows, 2 * touchedCount);
            }
            touchedRows[touchedCount++] = row;
        }
        return row * rowLength;
    }

    /** Number of rows with a gradient: those touched, or the only one of a dense parameter. */
    int gradientRows() {
        return isDense() ? 1 : touchedCount;
    }

    /** Where the {@code index}-th row with a gradient starts. */
    int gradientRowStart(int index) {
        return isDense() ? 0 : touchedRows[index] * rowLength;
    }

    /** Sets the gradient to zero and forgets which rows were touched. */
    void clearGradient() {
        for (int row = 0; row < gradientRows(); row++) {
            int start = gradientRowStart(row);
            Arrays.fill(gradient, start, start + Math.min(rowLength, values.length), 0);
        }
        for (int row = 0; row < touchedCount; row++) {
            touched[touchedRows[row]] = false;
        }
        touchedCount = 0;
    }

    private boolean isDense() {
        return touched.length == 0;
    }
}
