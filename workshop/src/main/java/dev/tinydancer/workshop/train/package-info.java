/**
 * {@code train}: the request classifier, from a file or a table of labelled requests, and its way into running engines.
 *
 * <p>Entry type: {@link dev.tinydancer.workshop.train.TrainCommand}. Used by one thread.
 */
@NullMarked
package dev.tinydancer.workshop.train;

import org.jspecify.annotations.NullMarked;
