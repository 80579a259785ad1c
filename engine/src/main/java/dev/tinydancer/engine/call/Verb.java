package dev.tinydancer.engine.call;

/**
 * What one verb of the protocol does. Safe for concurrent use.
 *
 * @param <A> its arguments: a record whose components are named as in SQL
 */
public interface Verb<A> {

    String name();

    Class<A> argumentsType();

    /** Answers, or throws what the caller is to be told instead. */
    void answer(Call<A> call, Reply reply) throws InterruptedException;
}
