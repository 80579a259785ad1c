/**
 * What each verb answers, with its arguments as SQL names them. {@link dev.tinydancer.engine.verb.EngineVerbs} puts them
 * together; the four that route share a {@code RoutingCall}. Verbs are safe for concurrent use.
 */
@NullMarked
package dev.tinydancer.engine.verb;

import org.jspecify.annotations.NullMarked;
