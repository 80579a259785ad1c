package dev.tinydancer.engine.wire;

import static java.util.Objects.requireNonNull;

/**
 * A column of a row set.
 *
 * @param name printable ASCII
 */
public record Column(String name, ColumnType type) {

    public Column {
        requireNonNull(type, "type");
        if (name.isEmpty() || !name.chars().allMatch(character -> character > ' ' && character <= '~')) {
            throw new IllegalArgumentException("a column's name is printable ASCII, got \"" + name + "\"");
        }
    }
}
