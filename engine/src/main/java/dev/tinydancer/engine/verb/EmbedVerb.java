package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.brain.SentenceModel;
import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.wire.CompositeText;
import org.jspecify.annotations.Nullable;

/** {@code embed}: the sentence embedding of a text, for {@code ruvector_embed}. */
final class EmbedVerb implements Verb<EmbedVerb.Input> {

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
    public void answer(Call<Input> call, Reply reply) throws InterruptedException {
        reply.value(embedding(Arguments.text("input", call.arguments().input())));
    }

    /** The same of many texts, for {@code ruvector_embed_batch}. */
    TextsVerb ofMany() {
        return new TextsVerb("embed_batch", "input", 1, (text, row) -> row.text(embedding(text)));
    }

    private String embedding(String text) throws InterruptedException {
        return CompositeText.array(sentences.embed(text));
    }
}
