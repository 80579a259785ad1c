package dev.tinydancer.router.vector;

import dev.tinydancer.router.vector.QuantizedMatrix.Match;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The best so many of the rows offered, as a binary heap with the worst of them on top. Confined to a thread. */
public final class TopRows {

    private final int[] rows;
    private final float[] scores;
    private int size;

    /** @param limit how many to keep, at least 1 */
    public TopRows(int limit) {
        rows = new int[limit];
        scores = new float[limit];
    }

    public boolean isFull() {
        return size == rows.length;
    }

    /** The lowest score kept; there must be one. */
    public float lowest() {
        return scores[0];
    }

    void clear() {
        size = 0;
    }

    /** Keeps a row if it is among the best; of two with the same score the one that was offered first. */
    public void offer(int row, float score) {
        if (size < rows.length) {
            rise(size++, row, score);
        } else if (score > scores[0]) {
            sink(row, score);
        }
    }

    /** The rows kept, in no order. */
    public IntStream rows() {
        return Arrays.stream(rows, 0, size);
    }

    /** The rows kept, best first, of equals the lower row first. */
    List<Match> descending() {
        Match[] matches = new Match[size];
        for (int i = 0; i < size; i++) {
            matches[i] = new Match(rows[i], scores[i]);
        }
        Arrays.sort(matches, TopRows::compare);
        return List.of(matches);
    }

    private static int compare(Match a, Match b) {
        int byScore = Float.compare(b.similarity(), a.similarity());
        return byScore != 0 ? byScore : Integer.compare(a.row(), b.row());
    }

    private void rise(int start, int row, float score) {
        int at = start;
        while (at > 0) {
            int parent = (at - 1) / 2;
            if (!isWorse(row, score, parent)) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        rows[at] = row;
        scores[at] = score;
    }

    private void sink(int row, float score) {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && isWorse(rows[child + 1], scores[child + 1], child)) {
                child++;
            }
            if (isWorse(row, score, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        rows[at] = row;
        scores[at] = score;
    }

    /** Of equal scores the higher row is the worse. */
    private boolean isWorse(int row, float score, int other) {
        return score < scores[other] || (score == scores[other] && row > rows[other]);
    }

    private void move(int from, int to) {
        rows[to] = rows[from];
        scores[to] = scores[from];
    }
}
