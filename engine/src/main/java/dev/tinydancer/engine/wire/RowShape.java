package dev.tinydancer.engine.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The columns of a row set, with their RowDescription message ready to be sent. Immutable. */
public final class RowShape {

    private static final short TEXT_FORMAT = 0;
    private static final int NO_TYPE_MODIFIER = -1;
    /** Behind a column's name: table, column number, type, size, modifier, format. */
    private static final int FIELD_BYTES = 4 + 2 + 4 + 2 + 4 + 2;

    private final List<Column> columns;
    private final byte[] description;

    private RowShape(List<Column> columns) {
        this.columns = columns;
        this.description = describe(columns);
    }

    public static RowShape of(Column... columns) {
        return new RowShape(List.of(columns));
    }

    public List<Column> columns() {
        return columns;
    }

    /** The whole RowDescription message; not a copy. */
    byte[] description() {
        return description;
    }

    private static byte[] describe(List<Column> columns) {
        int bytes = 1 + Integer.BYTES + Short.BYTES;
        for (Column column : columns) {
            bytes += column.name().length() + 1 + FIELD_BYTES;
        }
        ByteBuffer message = ByteBuffer.allocate(bytes);
        message.put((byte) 'T').putInt(bytes - 1).putShort((short) columns.size());
        for (Column column : columns) {
            message.put(column.name().getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
            message.putInt(0).putShort((short) 0);
            message.putInt(column.type().objectId())
                    .putShort((short) column.type().size());
            message.putInt(NO_TYPE_MODIFIER).putShort(TEXT_FORMAT);
        }
        return message.array();
    }
}
