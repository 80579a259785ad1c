/**
 * The log of decisions as the engine writes it, for sessions with {@code tiny_dancer.log_decisions = async}. {@link
 * dev.tinydancer.engine.log.DecisionLog} is the entry: many threads offer, one writes.
 *
 * <p>What waits in the queue is lost when the engine is killed: at most what was decided since the last write, an interval
 * of a tenth of a second unless configured otherwise. An engine that is stopped writes first.
 */
@NullMarked
package dev.tinydancer.engine.log;

import org.jspecify.annotations.NullMarked;
