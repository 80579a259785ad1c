package dev.tinydancer.engine.call;

import dev.tinydancer.engine.wire.ResultWriter;

/**
 * What one verb of the protocol does. Safe for concurrent use.
 *
 * @param <A> its arguments: a record whose components are named as in SQL
 */
interface Verb<A> {

    String name();

    Class<A> argumentsType();

    /** Answers, or throws; both row sets are written at the end, when nothing can fail any more. */
    void answer(Call<A> call, ResultWriter result) throws InterruptedException;
}
