/**
 * The server's side of the PostgreSQL wire protocol 3.0, as far as libpq needs it for simple queries: startup,
 * encryption requests, SCRAM-SHA-256, Query, CancelRequest, Terminate.
 *
 * <p>{@link dev.tinydancer.engine.wire.WireServer} is the entry. What a query means is not known here: each connection
 * has a {@link dev.tinydancer.engine.wire.Session} that is given the bytes of a query and writes row sets. A connection
 * is served by one virtual thread, so a session needs no locks of its own.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol.html">Frontend/Backend Protocol</a>
 */
@NullMarked
package dev.tinydancer.engine.wire;

import org.jspecify.annotations.NullMarked;
