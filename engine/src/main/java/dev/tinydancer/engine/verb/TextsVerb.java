package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.wire.CompositeText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A verb that looks at many texts, each by itself: a row for each, of its place, what is found of it, and an error in place of
 * that where the text is none.
 */
final class TextsVerb implements Verb<TextsVerb.Texts> {

    /** The texts, any of which may be null. */
    record Texts(@Nullable List<@Nullable String> texts) {}

    /** Says what is found of a text. */
    @FunctionalInterface
    interface Columns {
        /** Adds columns to the row. */
        void add(String text, CompositeText row) throws InterruptedException;
    }

    private final String name;
    private final String argument;
    private final int columnCount;
    private final Columns columns;

    /**
     * @param argument what one of the texts is called
     * @param columnCount how many columns are added for a text
     */
    TextsVerb(String name, String argument, int columnCount, Columns columns) {
        this.name = name;
        this.argument = argument;
        this.columnCount = columnCount;
        this.columns = columns;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Class<Texts> argumentsType() {
        return Texts.class;
    }

    @Override
    public void answer(Call<Texts> call, Reply reply) throws InterruptedException {
        List<@Nullable String> texts = call.arguments().texts();
        if (texts == null) {
            throw Arguments.missing(argument + "s");
        }
        reply.rows(null);
        for (int place = 0; place < texts.size(); place++) {
            Call.requireWaiting();
            reply.row(row(place + 1, texts.get(place)));
        }
    }

    private CompositeText row(int place, @Nullable String text) throws InterruptedException {
        CompositeText row = new CompositeText().integer(place);
        try {
            columns.add(Arguments.text(argument, text), row);
            return row.text(null);
        } catch (EngineException e) {
            CompositeText failed = new CompositeText().integer(place);
            for (int column = 0; column < columnCount; column++) {
                failed.text(null);
            }
            return failed.text(BatchRow.failed(e).error());
        }
    }
}
