/** Tests of {@code train}. */
@NullMarked
package dev.tinydancer.workshop.train;

import org.jspecify.annotations.NullMarked;
