package dev.tinydancer.engine.wire;

import java.io.OutputStream;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes the row sets of an answer, value by value, in PostgreSQL's text format.
 *
 * <p>{@link #rows} begins a row set, {@link #row} a row; then one call for each column, of the column's type. Nothing is
 * sent before the answer is complete.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message formats</a>
 */
public final class ResultWriter {

    private static final int NULL_VALUE = -1;
    private static final byte[] HEX_DIGITS = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private final WireOutput output;
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
        output.int16(shape.columns().size());
        inRow = true;
        column = 0;
        rowCount++;
    }

    public void text(@Nullable String value) {
        next(ColumnType.TEXT);
        if (value == null) {
            output.int32(NULL_VALUE);
        } else {
            output.sizedText(value);
        }
    }

    /** Writes a JSON document. */
    public void jsonb(@Nullable String json) {
        next(ColumnType.JSONB);
        if (json == null) {
            output.int32(NULL_VALUE);
        } else {
            output.sizedText(json);
        }
    }

    public void bool(boolean value) {
        next(ColumnType.BOOLEAN);
        output.int32(1);
        output.int8(value ? 't' : 'f');
    }

    public void integer(@Nullable Integer value) {
        next(ColumnType.INTEGER);
        if (value == null) {
            output.int32(NULL_VALUE);
        } else {
            output.sizedAscii(value.toString());
        }
    }

    public void bigint(long value) {
        next(ColumnType.BIGINT);
        output.sizedAscii(Long.toString(value));
    }

    /** NaN and the infinities are values of PostgreSQL's float8 as well, and spelt as in Java. */
    public void float8(@Nullable Double value) {
        next(ColumnType.DOUBLE);
        if (value == null) {
            output.int32(NULL_VALUE);
        } else {
            output.sizedAscii(Double.toString(value));
        }
    }

    public void uuid(@Nullable UUID value) {
        next(ColumnType.UUID);
        if (value == null) {
            output.int32(NULL_VALUE);
        } else {
            output.sizedAscii(value.toString());
        }
    }

    /** Writes the array with as many digits as tell each number from its neighbours. */
    public void realArray(float[] value) {
        next(ColumnType.REAL_ARRAY);
        StringBuilder text = new StringBuilder(2 + 12 * value.length).append('{');
        for (int i = 0; i < value.length; i++) {
            if (i > 0) {
                text.append(',');
            }
            text.append(value[i]);
        }
        output.sizedAscii(text.append('}').toString());
    }

    /** Writes the interval in ISO 8601's form, which PostgreSQL reads as well as its own. */
    public void interval(Duration value) {
        next(ColumnType.INTERVAL);
        output.sizedAscii(value.toString());
    }

    public void bytea(byte @Nullable [] value) {
        next(ColumnType.BYTEA);
        if (value == null) {
            output.int32(NULL_VALUE);
            return;
        }
        byte[] hex = new byte[2 + 2 * value.length];
        hex[0] = '\\';
        hex[1] = 'x';
        for (int i = 0; i < value.length; i++) {
            hex[2 + 2 * i] = HEX_DIGITS[(value[i] >> 4) & 0xF];
            hex[3 + 2 * i] = HEX_DIGITS[value[i] & 0xF];
        }
        output.int32(hex.length);
        output.bytes(hex);
    }

    /** Completes the last row set. */
    void finish() {
        finishRows();
        shape = null;
    }

    /** Forgets whatever was begun; the bytes of it are taken back by the caller. */
    void reset() {
        shape = null;
        inRow = false;
    }

    private void next(ColumnType type) {
        if (shape == null || !inRow || column == shape.columns().size()) {
            throw new IllegalStateException("no column is left for a value of type " + type);
        }
        Column expected = shape.columns().get(column);
        if (expected.type() != type) {
            throw new IllegalStateException(
                    "column " + expected.name() + " is of type " + expected.type() + ", got " + type);
        }
        column++;
    }

    private void finishRow() {
        if (!inRow || shape == null) {
            return;
        }
        if (column != shape.columns().size()) {
            throw new IllegalStateException("a row has " + shape.columns().size() + " columns, got " + column);
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
