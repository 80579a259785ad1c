package dev.tinydancer.engine.call;

import dev.tinydancer.engine.brain.SentenceModel;
import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import org.jspecify.annotations.Nullable;

/** {@code embed}: the sentence embedding of a text, for {@code ruvector_embed}. */
final class EmbedVerb implements Verb<EmbedVerb.Input> {

    private static final RowShape SHAPE = RowShape.of(new Column("embedding", ColumnType.REAL_ARRAY));

    /** The arguments of {@code ruvector_embed}. */
    record Input(@Nullable String input) {}

    private final SentenceModel sentences;

    EmbedVerb(SentenceModel sentences) {
        this.sentences = sentences;
    }

    @Override
    public String name() {
        return "embed";
    }

    @Override
    public Class<Input> argumentsType() {
        return Input.class;
    }

    @Override
    public void answer(Call<Input> call, ResultWriter result) throws InterruptedException {
        float[] embedding =
                sentences.embed(Arguments.text("input", call.arguments().input()));
        Notice.write(result, null);
        result.rows(SHAPE);
        result.row();
        result.realArray(embedding);
    }
}
