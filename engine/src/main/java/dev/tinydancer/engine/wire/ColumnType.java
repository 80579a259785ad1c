package dev.tinydancer.engine.wire;

/** The types of columns that answers have, with their PostgreSQL identity. */
public enum ColumnType {
    BOOLEAN(16, 1),
    BYTEA(17, ColumnType.VARIABLE_SIZE),
    BIGINT(20, 8),
    INTEGER(23, 4),
    TEXT(25, ColumnType.VARIABLE_SIZE),
    DOUBLE(701, 8),
    REAL_ARRAY(1021, ColumnType.VARIABLE_SIZE),
    INTERVAL(1186, 16),
    UUID(2950, 16),
    JSONB(3802, ColumnType.VARIABLE_SIZE);

    private static final int VARIABLE_SIZE = -1;

    private final int objectId;
    private final int size;

    ColumnType(int objectId, int size) {
        this.objectId = objectId;
        this.size = size;
    }

    /** {@code pg_type.oid}. */
    int objectId() {
        return objectId;
    }

    /** {@code pg_type.typlen}: bytes, or -1 where they vary. */
    int size() {
        return size;
    }
}
