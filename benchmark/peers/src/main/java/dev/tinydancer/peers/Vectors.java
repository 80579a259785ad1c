package dev.tinydancer.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Vectors of length 1 in clusters, as meanings lie, and queries from among them. */
final class Vectors {

    private static final int QUERIES = 1_000;
    private static final int ROWS_PER_CLUSTER = 50;

    /** With a cluster's centre of length about 1, makes neighbours about as similar as related sentences are. */
    private static final double SPREAD = 0.7;

    private final float[][] rows;
    private final float[][] queries;

    private Vectors(float[][] rows, float[][] queries) {
        this.rows = rows;
        this.queries = queries;
    }

    static Vectors clustered(int count, int dimension, long seed) {
        Random random = new Random(seed);
        float[][] centres = new float[Math.max(20, count / ROWS_PER_CLUSTER)][];
        for (int i = 0; i < centres.length; i++) {
            centres[i] = near(new float[dimension], 1, random);
        }
        return new Vectors(around(centres, count, random), around(centres, QUERIES, random));
    }

    private static float[][] around(float[][] centres, int count, Random random) {
        float[][] points = new float[count][];
        for (int i = 0; i < count; i++) {
            points[i] = near(centres[random.nextInt(centres.length)], SPREAD, random);
            normalize(points[i]);
        }
        return points;
    }

    private static float[] near(float[] centre, double distance, Random random) {
        float[] point = centre.clone();
        double deviation = distance / Math.sqrt(centre.length);
        for (int i = 0; i < point.length; i++) {
            point[i] += (float) (deviation * random.nextGaussian());
        }
        return point;
    }

    private static void normalize(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += value * value;
        }
        float length = (float) Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= length;
        }
    }

    /** What is searched. */
    float[][] rows() {
        return rows;
    }

    /** What is searched for. */
    float[][] queries() {
        return queries;
    }

    int dimension() {
        return rows[0].length;
    }

    /** For those who run in another process: 32-bit floats, little endian, one vector after the other. */
    void write(Path folder) throws IOException {
        write(rows, folder.resolve("vectors.bin"));
        write(queries, folder.resolve("queries.bin"));
    }

    private void write(float[][] vectors, Path file) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(vectors.length * dimension() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] vector : vectors) {
            for (float value : vector) {
                bytes.putFloat(value);
            }
        }
        Files.write(file, bytes.array());
    }
}
