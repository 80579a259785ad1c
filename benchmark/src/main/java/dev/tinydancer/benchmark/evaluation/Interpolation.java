package dev.tinydancer.benchmark.evaluation;

import java.util.Arrays;

/** Numerical conventions of NumPy that the published harnesses rest on. */
final class Interpolation {

    private Interpolation() {}

    /**
     * {@code numpy.interp}: the piecewise linear function through {@code (xs[i], ys[i])} at {@code x}, constant outside.
     * Where {@code xs} is out of order, as the accuracies of a curve may be, the interval is the one that NumPy's search
     * ends in, so that the answer is the harness's own.
     */
    static double interpolate(double x, double[] xs, double[] ys) {
        int last = xs.length - 1;
        if (x < xs[0]) {
            return ys[0];
        }
        if (x > xs[last]) {
            return ys[last];
        }
        int left = interval(x, xs);
        if (left == last) {
            return ys[last];
        }
        double slope = (ys[left + 1] - ys[left]) / (xs[left + 1] - xs[left]);
        return ys[left] + slope * (x - xs[left]);
    }

    /**
     * The index of the interval's left end. NumPy tries the first few intervals in turn and then bisects, in arrays of more
     * than ten at first only up to the tenth element.
     */
    private static int interval(double x, double[] xs) {
        int tried = xs.length <= 4 ? xs.length : 4;
        for (int i = 1; i < tried; i++) {
            if (x < xs[i]) {
                return i - 1;
            }
        }
        int low = tried - 1;
        int high = xs.length > 10 && x < xs[9] ? 9 : xs.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (x >= xs[middle]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** {@code numpy.trapezoid}: the area under the polygon through {@code (xs[i], ys[i])}. */
    static double trapezoid(double[] xs, double[] ys) {
        double area = 0;
        for (int i = 1; i < xs.length; i++) {
            area += (xs[i] - xs[i - 1]) * (ys[i] + ys[i - 1]) / 2;
        }
        return area;
    }

    /** {@code numpy.quantile} with linear interpolation, at {@code bins + 1} equally spaced levels from 0 to 1. */
    static double[] quantiles(double[] values, int bins) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] edges = new double[bins + 1];
        for (int i = 0; i <= bins; i++) {
            double position = (double) i / bins * (sorted.length - 1);
            int below = (int) Math.floor(position);
            int above = Math.min(below + 1, sorted.length - 1);
            edges[i] = sorted[below] + (position - below) * (sorted[above] - sorted[below]);
        }
        return edges;
    }
}
