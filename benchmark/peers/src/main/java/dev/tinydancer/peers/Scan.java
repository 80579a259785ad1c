package dev.tinydancer.peers;

import java.util.Arrays;
import java.util.function.Function;

/** Compares the query with every vector, by somebody's kernel. */
final class Scan implements Search {

    /** The dot product of a query with one of the vectors. */
    @FunctionalInterface
    interface Products {
        float of(int row);
    }

    private final String name;
    private final int rows;
    private final Function<float[], Products> kernel;

    Scan(String name, int rows, Function<float[], Products> kernel) {
        this.name = name;
        this.rows = rows;
        this.kernel = kernel;
    }

    /** The reference: plain loops, as anybody would write them. */
    static Scan plainLoops(float[][] vectors) {
        return new Scan("plain_loops", vectors.length, query -> row -> {
            float[] vector = vectors[row];
            float sum = 0;
            for (int i = 0; i < query.length; i++) {
                sum += query[i] * vector[i];
            }
            return sum;
        });
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int[] nearest(float[] query, int best) {
        Products products = kernel.apply(query);
        int[] places = new int[best];
        float[] largest = new float[best];
        Arrays.fill(largest, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < rows; row++) {
            float product = products.of(row);
            if (product > largest[best - 1]) {
                int place = best - 1;
                for (; place > 0 && largest[place - 1] < product; place--) {
                    largest[place] = largest[place - 1];
                    places[place] = places[place - 1];
                }
                largest[place] = product;
                places[place] = row;
            }
        }
        return places;
    }
}
