/**
 * A call from SQL: its message, its payload, the verb that answers it and the reply. The way of a call is {@link
 * dev.tinydancer.engine.call.CallSession#answer}, from top to bottom.
 *
 * <p>A session belongs to one connection; verbs are shared by all of them and safe for concurrent use.
 */
@NullMarked
package dev.tinydancer.engine.call;

import org.jspecify.annotations.NullMarked;
