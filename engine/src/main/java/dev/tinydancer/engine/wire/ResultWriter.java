package dev.tinydancer.engine.wire;

import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the row sets of an answer, value by value.
 *
 * <p>{@link #rows} begins a row set, {@link #row} a row; then one call of {@link #text} for each column. Nothing is sent
 * before the answer is complete.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message formats</a>
 */
public final class ResultWriter {

    private static final int NULL_VALUE = -1;

    private final WireOutput output;
    private int answerStart;
    private @Nullable RowShape shape;
    private boolean inRow;
    private int column;
    private long rowCount;

    ResultWriter(WireOutput output) {
        this.output = output;
    }

    /** A writer whose answers go nowhere, for trying a session without a client. */
    public static ResultWriter discarding() {
        return new ResultWriter(new WireOutput(OutputStream.nullOutputStream()));
    }

    /** Completes the answer, as sending it would, and forgets it. */
    public void discard() {
        finish();
        output.rewindTo(0);
    }

    /** Begins an answer. */
    void begin() {
        answerStart = output.mark();
        shape = null;
        inRow = false;
    }

    /** Takes back what has been written of the answer. */
    public void restart() {
        output.rewindTo(answerStart);
        shape = null;
        inRow = false;
    }

    /** Begins a row set; the one before it, if any, is complete. */
    public void rows(RowShape rowShape) {
        finishRows();
        shape = rowShape;
        rowCount = 0;
        output.bytes(rowShape.description());
    }

    /** Begins a row; the one before it, if any, is complete. */
    public void row() {
        if (shape == null) {
            throw new IllegalStateException("a row needs a row set to stand in");
        }
        finishRow();
        output.begin('D');
        output.int16(shape.columns());
        inRow = true;
        column = 0;
        rowCount++;
    }

    /** Writes the next column's value; null for NULL. */
    public void text(@Nullable String value) {
        if (shape == null || !inRow || column == shape.columns()) {
            throw new IllegalStateException("no column is left for a value");
        }
        column++;
        if (value == null) {
            output.int32(NULL_VALUE);
        } else {
            output.sizedText(value);
        }
    }

    /** Completes the last row set. */
    void finish() {
        finishRows();
        shape = null;
    }

    private void finishRow() {
        if (!inRow || shape == null) {
            return;
        }
        if (column != shape.columns()) {
            throw new IllegalStateException("a row has " + shape.columns() + " columns, got " + column);
        }
        output.end();
        inRow = false;
    }

    private void finishRows() {
        if (shape == null) {
            return;
        }
        finishRow();
        output.commandComplete("SELECT " + rowCount);
    }
}
