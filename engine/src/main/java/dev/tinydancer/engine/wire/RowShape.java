package dev.tinydancer.engine.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The columns of a row set, all of them texts, with their RowDescription message ready to be sent. Immutable. What the
 * texts mean is for the caller to say: libpq hands them to the input functions of the caller's own types.
 */
public final class RowShape {

    private static final int TEXT_OBJECT_ID = 25;
    private static final short VARIABLE_SIZE = -1;
    private static final short TEXT_FORMAT = 0;
    private static final int NO_TYPE_MODIFIER = -1;
    /** Behind a column's name: table, column number, type, size, modifier, format. */
    private static final int FIELD_BYTES = 4 + 2 + 4 + 2 + 4 + 2;

    private final int columns;
    private final byte[] description;

    private RowShape(List<String> names) {
        this.columns = names.size();
        this.description = describe(names);
    }

    /**
     * The shape of rows with these columns.
     *
     * @param names printable ASCII
     */
    public static RowShape of(String... names) {
        for (String name : names) {
            if (name.isEmpty() || !name.chars().allMatch(character -> character > ' ' && character <= '~')) {
                throw new IllegalArgumentException("a column's name is printable ASCII, got \"" + name + "\"");
            }
        }
        return new RowShape(List.of(names));
    }

    int columns() {
        return columns;
    }

    /** The whole RowDescription message; not a copy. */
    byte[] description() {
        return description;
    }

    private static byte[] describe(List<String> names) {
        int bytes = 1 + Integer.BYTES + Short.BYTES;
        for (String name : names) {
            bytes += name.length() + 1 + FIELD_BYTES;
        }
        ByteBuffer message = ByteBuffer.allocate(bytes);
        message.put((byte) 'T').putInt(bytes - 1).putShort((short) names.size());
        for (String name : names) {
            message.put(name.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
            message.putInt(0).putShort((short) 0);
            message.putInt(TEXT_OBJECT_ID).putShort(VARIABLE_SIZE);
            message.putInt(NO_TYPE_MODIFIER).putShort(TEXT_FORMAT);
        }
        return message.array();
    }
}
