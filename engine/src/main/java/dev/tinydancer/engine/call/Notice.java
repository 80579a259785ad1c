package dev.tinydancer.engine.call;

import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import org.jspecify.annotations.Nullable;

/** The first row set of every answer: what the caller is to be told beside the rows. */
final class Notice {

    private static final RowShape SHAPE = RowShape.of(new Column("notice", ColumnType.TEXT));

    private Notice() {}

    /** Writes the row set; null for nothing to tell. */
    static void write(ResultWriter result, @Nullable String notice) {
        result.rows(SHAPE);
        result.row();
        result.text(notice);
    }

    /** Writes the row set with both notices, as far as they are not null. */
    static void write(ResultWriter result, @Nullable String first, @Nullable String second) {
        write(result, first == null || second == null ? (first == null ? second : first) : first + "; " + second);
    }
}
