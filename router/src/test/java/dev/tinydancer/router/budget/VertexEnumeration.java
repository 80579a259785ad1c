package dev.tinydancer.router.budget;

import java.util.ArrayList;
import java.util.List;

/**
 * The optimum of a small linear programme, found by looking at every corner: maximise {@code objective · x} where
 * {@code rows · x <= limits} and {@code x >= 0}, bounded and with {@code x = 0} allowed.
 */
final class VertexEnumeration {

    private static final double ROUNDING = 1e-9;

    private final double[] objective;
    private final List<double[]> rows;
    private final List<Double> limits;
    private double best = Double.NEGATIVE_INFINITY;

    private VertexEnumeration(double[] objective, List<double[]> rows, List<Double> limits) {
        this.objective = objective;
        this.rows = rows;
        this.limits = limits;
    }

    static double maximum(double[] objective, List<double[]> rows, List<Double> limits) {
        List<double[]> all = new ArrayList<>(rows);
        List<Double> allLimits = new ArrayList<>(limits);
        for (int i = 0; i < objective.length; i++) {
            double[] atLeastZero = new double[objective.length];
            atLeastZero[i] = -1;
            all.add(atLeastZero);
            allLimits.add(0.0);
        }
        VertexEnumeration enumeration = new VertexEnumeration(objective, all, allLimits);
        enumeration.choose(new int[objective.length], 0, 0);
        return enumeration.best;
    }

    /** Every choice of as many rows as there are variables, taken as equations, is a corner if it has one solution. */
    private void choose(int[] tight, int chosen, int from) {
        if (chosen == tight.length) {
            visit(tight);
            return;
        }
        for (int row = from; row < rows.size(); row++) {
            tight[chosen] = row;
            choose(tight, chosen + 1, row + 1);
        }
    }

    private void visit(int[] tight) {
        int size = tight.length;
        double[][] equations = new double[size][size + 1];
        for (int i = 0; i < size; i++) {
            System.arraycopy(rows.get(tight[i]), 0, equations[i], 0, size);
            equations[i][size] = limits.get(tight[i]);
        }
        if (!eliminate(equations)) {
            return;
        }
        double value = 0;
        for (int i = 0; i < size; i++) {
            value += objective[i] * equations[i][size];
        }
        if (value > best && isAllowed(equations)) {
            best = value;
        }
    }

    /** Gauss and Jordan; afterwards the last column is the solution. */
    private static boolean eliminate(double[][] equations) {
        int size = equations.length;
        for (int column = 0; column < size; column++) {
            int pivot = column;
            for (int row = column + 1; row < size; row++) {
                if (Math.abs(equations[row][column]) > Math.abs(equations[pivot][column])) {
                    pivot = row;
                }
            }
            if (Math.abs(equations[pivot][column]) < ROUNDING) {
                return false;
            }
            double[] swapped = equations[pivot];
            equations[pivot] = equations[column];
            equations[column] = swapped;
            for (int row = 0; row < size; row++) {
                double factor = row == column ? 0 : equations[row][column] / swapped[column];
                for (int i = column; i <= size; i++) {
                    equations[row][i] -= factor * swapped[i];
                }
            }
            double divisor = swapped[column];
            for (int i = column; i <= size; i++) {
                swapped[i] /= divisor;
            }
        }
        return true;
    }

    private boolean isAllowed(double[][] solved) {
        int size = solved.length;
        for (int row = 0; row < rows.size(); row++) {
            double sum = 0;
            for (int i = 0; i < size; i++) {
                sum += rows.get(row)[i] * solved[i][size];
            }
            if (sum > limits.get(row) + ROUNDING) {
                return false;
            }
        }
        return true;
    }
}
