package dev.tinydancer.engine.call;

import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.embedding.TextEmbedder;

/** {@code embed}: the sentence embedding of a text, for {@code ruvector_embed}. */
final class EmbedVerb implements Verb<TextArguments> {

    private static final RowShape SHAPE = RowShape.of(new Column("embedding", ColumnType.REAL_ARRAY));

    private final TextEmbedder embedder;

    EmbedVerb(TextEmbedder embedder) {
        this.embedder = embedder;
    }

    @Override
    public String name() {
        return "embed";
    }

    @Override
    public Class<TextArguments> argumentsType() {
        return TextArguments.class;
    }

    @Override
    public void answer(Call<TextArguments> call, ResultWriter result) {
        float[] embedding = embedder.embed(call.arguments().text("input"));
        Notice.write(result, null);
        result.rows(SHAPE);
        result.row();
        result.realArray(embedding);
    }
}
