package dev.tinydancer.engine.call;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one call, in the one form that all verbs have: how it begins, which is a value of {@code
 * tiny_dancer.engine_answer}, and for verbs that return rows a row set.
 */
public final class Reply {

    private static final RowShape BEGINNING = RowShape.of("problem", "notice", "crowded", "result", "log_row", "turn");
    private static final RowShape ROWS = RowShape.of("result", "log_row");

    private final ResultWriter result;
    private final boolean crowded;
    private final Set<String> said;

    /**
     * @param crowded whether callers had better sleep than look for their answers
     * @param said what the session has been told for good, which grows
     */
    Reply(ResultWriter result, boolean crowded, Set<String> said) {
        this.result = result;
        this.crowded = crowded;
        this.said = said;
    }

    /** A notice that a session is told once: itself the first time, null from then on. */
    public @Nullable String once(String notice) {
        return said.add(notice) ? notice : null;
    }

    /** Answers with one value, in the text form of what the function returns. */
    public void value(String value) {
        value(null, value, null, null);
    }

    /**
     * Answers with one value.
     *
     * @param notice what the caller is to be told beside it; null for nothing
     * @param logRow a row of {@code tiny_dancer.logged_decision} that the caller is to write; null for none
     * @param turn a row of {@code tiny_dancer.conversation_turn} that the caller is to write; null for none
     */
    public void value(@Nullable String notice, String value, @Nullable String logRow, @Nullable String turn) {
        begin(null, notice, value, logRow, turn);
    }

    /** Says that rows follow, and that nothing can fail any more. */
    public void rows(@Nullable String notice) {
        begin(null, notice, null, null, null);
        result.rows(ROWS);
    }

    /** One of the rows, of the type that the function returns. */
    public void row(CompositeText row) {
        row(row.toString(), null);
    }

    /** One of the rows, with what the caller is to log of it. */
    public void row(String row, @Nullable String logRow) {
        result.row();
        result.text(row);
        result.text(logRow);
    }

    /** Answers that the call has failed, in place of all that was answered before. */
    void problem(EngineException failure) {
        result.restart();
        begin(
                CompositeText.array(
                        Arrays.asList(failure.state().code(), failure.getMessage(), failure.detail(), failure.hint())),
                null,
                null,
                null,
                null);
    }

    private void begin(
            @Nullable String problem,
            @Nullable String notice,
            @Nullable String value,
            @Nullable String logRow,
            @Nullable String turn) {
        result.rows(BEGINNING);
        result.row();
        result.text(problem);
        result.text(notice);
        result.text(crowded ? "t" : "f");
        result.text(value);
        result.text(logRow);
        result.text(turn);
    }
}
